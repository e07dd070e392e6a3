"""ftlint's near-duplicates beside brute force: exact word 5-gram Jaccard of all pairs of a file's first rows.

python benchmarks/brute.py [--rows N] FILE...

Words are runs of letters, digits and underscores in lower case; a sign of a script without word spaces is a
word. Rows of fewer than five words have no 5-gram and are left out on both sides.
"""

import argparse
import json
import math
import re
import tempfile
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from measured import finished, python, run, table

THRESHOLD = 0.8
ROWS = 6_000
SPACELESS = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
SPACELESS += "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(rf"[{SPACELESS}]|[^\W{SPACELESS}]+")
NOTHING: frozenset[str] = frozenset()


def grams(text: str, ignored: Collection[str] = NOTHING) -> set[str]:
    """The word 5-grams of a text, words joined by a space, less those ignored as boilerplate."""
    words = WORD.findall(unicodedata.normalize("NFKC", text).lower())
    found = {" ".join(words[start : start + 5]) for start in range(len(words) - 4)}
    return found.difference(ignored) if ignored else found


def jaccard(one: str, other: str, ignored: Collection[str] = NOTHING) -> float:
    """0 where neither has a 5-gram."""
    first, second = grams(one, ignored), grams(other, ignored)
    return len(first & second) / (len(first | second) or 1)


class Alike(NamedTuple):
    """Two rows, `earlier` < `later`, and their exact Jaccard."""

    earlier: int
    later: int
    jaccard: float


def alike(rows: Sequence[set[str]], threshold: float = THRESHOLD) -> Iterator[Alike]:
    """Every pair of rows at or above the threshold, by counting the 5-grams that each row shares."""
    import numpy as np

    numbers: dict[str, int] = {}
    flat = np.fromiter((numbers.setdefault(gram, len(numbers)) for row in rows for gram in row), np.int32)
    sizes = np.array([len(row) for row in rows])
    shared = np.bincount(flat, minlength=len(numbers))[flat] > 1
    owners = np.repeat(np.arange(len(rows)), sizes)[shared]
    flat = flat[shared]
    by_gram = owners[np.argsort(flat, kind="stable")]
    ends = np.cumsum(np.bincount(flat, minlength=len(numbers)))
    starts = ends - np.bincount(flat, minlength=len(numbers))
    of_row = np.searchsorted(owners, np.arange(len(rows) + 1))
    for later in range(len(rows)):
        own = flat[of_row[later] : of_row[later + 1]]
        if not len(own):
            continue
        holders = np.concatenate([by_gram[starts[gram] : ends[gram]] for gram in own])
        common = np.bincount(holders, minlength=later)[:later]
        values = common / (sizes[later] + sizes[:later] - common)
        for earlier in np.flatnonzero(values >= threshold).tolist():
            yield Alike(earlier, later, float(values[earlier]))


class Clusters:
    """Rows with a partner at or above the threshold.

    `superfluous` are all but the first of each cluster, `edited` those of them that are no copy of an earlier
    row to the word.
    """

    def __init__(self, pairs: Iterator[Alike]) -> None:
        self.first: dict[int, int] = {}
        copies = set()
        for pair in pairs:
            one, other = sorted((self._root(pair.earlier), self._root(pair.later)))
            self.first[other] = one
            if pair.jaccard == 1:
                copies.add(pair.later)
        self.partnered = set(self.first)
        self.superfluous = {row for row in self.first if self._root(row) != row}
        self.edited = self.superfluous - copies

    def _root(self, row: int) -> int:
        self.first.setdefault(row, row)
        while self.first[row] != row:
            self.first[row] = row = self.first[self.first[row]]
        return row


RULES = ("near-duplicate", "exact-duplicate")
"""The first leaves rows that are equal to the character to the second."""


class Reported(NamedTuple):
    """What ftlint said: row -> the row it was verified against; both counted from 0."""

    rows: dict[int, int]

    @classmethod
    def read(cls, file: Path) -> "Reported":
        rows: dict[int, int] = {}
        ended = False
        with file.open() as stream:
            for line in map(json.loads, stream):
                ended = ended or "summary" in line
                if line.get("errors"):
                    raise SystemExit(f"{file}: {line['errors'][0]}")
                if line.get("name") in RULES:
                    rows[line["row"]] = line["related"]["row"]
        if not ended:
            raise SystemExit(f"{file} was cut off: it has no summary")
        return cls(rows)


def command(file: Path, report: Path, *arguments: str) -> list[str | Path]:
    """ftlint on one file, copies and near-copies alone, findings written to the report as JSON lines."""
    fixed = ("--isolated", "--no-cache", "--exit-zero", "--select", ",".join(RULES))
    return python("-m", "ftlint", "check", *fixed, f"--output-format=jsonl={report}", *arguments, file)


def head(file: Path, rows: int) -> list[dict[str, Any]]:
    """The first records of a data file in any container."""
    from ftlint.read.classify import classify
    from ftlint.read.records import sample

    return sample(classify(str(file), file.name)[0], rows)


def learnt(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Prompt and answer of each record, less its system prompt."""
    from ftlint.engine.columns import UNIT, learning_view
    from ftlint.formats import best, detect
    from ftlint.model import Record

    home = detect(rows).format
    if home is None:
        raise SystemExit("cannot tell the format of the records")
    found = []
    for row in rows:
        prompt, target, system, _ = learning_view(Record(row, best(row, home) or home))
        found.append((prompt.removeprefix(system).removeprefix(UNIT), target))
    return found


def texts(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [f"{prompt}\n{target}" for prompt, target in learnt(rows)]


class Compared(NamedTuple):
    """ftlint's rows against those of brute force, rows without a 5-gram left out."""

    rows: int
    partnered: int
    superfluous: int
    edited: int
    reported: int
    recall: float
    recall_of_edited: float
    precision: float
    precision_of_pairs: float


def compared(
    rows: Sequence[str], reported: Reported, ignored: Collection[str] = NOTHING, threshold: float = THRESHOLD
) -> Compared:
    """Shares of 1: `precision` of reported rows that have a partner, `precision_of_pairs` of pairs named."""
    sets = [grams(text, ignored) for text in rows]
    truth = Clusters(alike(sets, threshold))
    told = {row: other for row, other in reported.rows.items() if sets[row]}
    right = sum(
        len(sets[row] & sets[other]) >= threshold * len(sets[row] | sets[other])
        for row, other in told.items()
    )
    return Compared(
        sum(map(bool, sets)),
        len(truth.partnered),
        len(truth.superfluous),
        len(truth.edited),
        len(told),
        share(truth.superfluous & told.keys(), truth.superfluous),
        share(truth.edited & told.keys(), truth.edited),
        share(truth.partnered & told.keys(), told),
        right / len(told) if told else math.nan,
    )


def share(part: Collection[int], whole: Collection[int]) -> float:
    """Not a number where there is nothing to take a share of."""
    return len(part) / len(whole) if whole else math.nan


def checked(rows: Sequence[dict[str, Any]], name: str) -> Reported:
    """What ftlint reports about these records, written to a file of their own."""
    with tempfile.TemporaryDirectory() as folder:
        data, report = Path(folder) / f"{name}.jsonl", Path(folder) / "report"
        data.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows))
        done = finished(run(command(data, report)))
        if done.code:
            raise SystemExit(done.output)
        return Reported.read(report)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--rows", type=int, default=ROWS, metavar="N")
    given = parser.parse_args()
    lines = []
    for file in given.files:
        rows = head(file, given.rows)
        done = compared(texts(rows), checked(rows, file.stem))
        counts = (done.rows, done.partnered, done.superfluous, done.edited, done.reported)
        shares = (done.recall, done.recall_of_edited, done.precision, done.precision_of_pairs)
        lines.append((file.name, *(f"{n:,}" for n in counts), *(f"{each:.4f}" for each in shares)))
    print(f"Rows compared: those of the first {given.rows:,} that have a 5-gram; threshold {THRESHOLD}\n")
    table(
        (
            "file",
            "rows",
            "with a partner",
            "less the first",
            "edited",
            "reported",
            "recall",
            "recall of edited",
            "precision",
            "precision of pairs",
        ),
        lines,
    )


if __name__ == "__main__":
    main()
