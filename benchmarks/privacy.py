"""Personal data and secrets: speed beside plain Presidio, equality with it, and what a clean file costs.

python benchmarks/privacy.py FOLDER... [--megabytes N] [--hard N] [--timed MB] [--jobs N] [--made MB]

FOLDER       real files (.json, .jsonl, .csv, also .gz): every text in them, each once, in a seeded order
megabytes    of text whose findings are compared (default 3; 0 takes all)
hard         texts of `hard.py` whose findings are compared (default 300)
timed        megabytes on which both are timed in one process (default 1.5)
made         megabytes of rows without personal data, for what a clean file costs (default 60)

Presidio takes seconds for a megabyte, so what it finds is kept in benchmarks/made/ (places and scores, no
values) and is worked out by several processes. Nothing that is printed is a value.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hard import hard_texts
from made import FOLDER, made
from measured import median, python, table
from plain import Finding, at, findings, plain

from ftlint.detect.pii import detector, phones
from ftlint.detect.pii.kinds import DEFAULT_KINDS, KINDS
from ftlint.detect.sensitive import Wanted
from ftlint.engine.sensitive import Sensitive
from ftlint.model.privacy import PiiChoices

ORDER = 5
BLOCK = 2_000
"""Texts that are scanned at once."""

PIECE = 1_500
"""Texts that one process is handed at once."""

ONLY = PiiChoices(presidio_only=True)


def main() -> None:
    options = _options()
    texts = list(dict.fromkeys(text for folder in options.folders for text in real_texts(folder)))
    random.Random(ORDER).shuffle(texts)
    chosen = head(texts, options.megabytes)
    hard = list(hard_texts(options.hard))
    print(f"{len(chosen):,} real texts, {size(chosen):.1f} MB; {len(hard):,} hard texts\n")
    speeds(head(texts, options.timed), chosen)
    equality(chosen, hard, options.jobs)
    secrets(chosen)
    clean(options.made)


def speeds(timed: Sequence[str], chosen: Sequence[str]) -> None:
    """MB/s of one core: Presidio and ftlint on the same texts; ftlint also on all, and with all it adds."""
    rows = []
    for name, kinds in SETS.items():
        theirs, ours, full = plain(entities(kinds)), Scan(ONLY, kinds), Scan(PiiChoices(), kinds)
        for text in hard_texts(20):
            findings(theirs, text), ours.found([text]), full.found([text])
        slow = seconds(lambda theirs=theirs: [findings(theirs, text, 0.4) for text in timed])
        fast = seconds(lambda ours=ours: ours.found(timed))
        whole = seconds(lambda ours=ours: ours.found(chosen))
        improved = seconds(lambda full=full: full.found(chosen))
        rows.append(
            (
                name,
                f"{size(timed) / slow:.3f}",
                f"{size(timed) / fast:.1f}",
                f"{slow / fast:.0f}x",
                f"{size(chosen) / whole:.1f}",
                f"{size(chosen) / improved:.1f}",
            )
        )
    table(
        ("default kinds", "Presidio MB/s", "ftlint MB/s", "ratio", "on all texts", "with all it adds"), rows
    )
    print()


def equality(real: Sequence[str], hard: Sequence[str], jobs: int) -> None:
    """Findings of Presidio and of ftlint with `presidio_only`, by entity, and how many texts differ."""
    rows = []
    kinds = frozenset(name for name, kind in KINDS.items() if kind.entities) - {"url"}
    for name, texts, looked in (("real", real, SETS["with phone"]), ("hard", hard, kinds)):
        ours = detector(ONLY, looked)
        thresholds = {source.entity: source.threshold for source in ours.sources.values()}
        differing, counted = 0, 0
        by_entity: Counter[str] = Counter()
        for text, found in zip(texts, plainly(texts, entities(looked), jobs), strict=True):
            theirs = at(found, thresholds)
            differing += theirs != sorted(Finding(*one[:4]) for one in ours.found(text))
            counted += len(theirs)
            by_entity.update(one.entity for one in theirs)
        common = ", ".join(f"{entity} {count:,}" for entity, count in by_entity.most_common())
        rows.append((name, f"{len(texts):,}", f"{size(texts):.1f}", f"{counted:,}", differing, common))
    table(("texts", "number", "MB", "findings", "texts that differ", "by entity"), rows)
    print()


def secrets(texts: Sequence[str]) -> None:
    from ftlint.detect.secrets import detector as secret_detector
    from ftlint.model.privacy import SecretChoices

    finder, looking = secret_detector(SecretChoices()), Sensitive(Wanted(secrets=True), {})
    took = [0.0, 0.0]
    for turn in (0, 1):
        took[turn] = seconds(
            lambda: [finder.spans(block[index]) for block in blocks(texts) for index in looking.marked(block)]
        )
    print(f"secrets: {size(texts) / took[1]:.0f} MB/s\n")


def clean(megabytes: float) -> None:
    """CPU time of a check with and without the rules of both families, on rows that hold nothing."""
    from floor import FLOOR

    path = made(megabytes, f"chat-{megabytes:g}.jsonl")
    floor = median(python("-c", FLOOR, path), runs=3)
    check = python(
        "-m", "ftlint", "check", "--isolated", "--no-cache", "--exit-zero", "--jobs", "1", path.name
    )
    without = median([*check, "--ignore", "PII,SEC"], runs=3, cwd=path.parent)
    whole = median(check, runs=3, cwd=path.parent)
    table(
        ("what", "CPU s", "x floor"),
        [
            ("floor", f"{floor.cpu:.2f}", "1.00"),
            ("check without PII and SEC", f"{without.cpu:.2f}", f"{without.cpu / floor.cpu:.2f}"),
            ("check", f"{whole.cpu:.2f}", f"{whole.cpu / floor.cpu:.2f}"),
            (
                "what they add",
                f"{whole.cpu - without.cpu:.2f}",
                f"{(whole.cpu - without.cpu) / floor.cpu:.2f}",
            ),
        ],
    )


SETS = {"without phone": DEFAULT_KINDS - {"phone"}, "with phone": DEFAULT_KINDS}


def entities(kinds: frozenset[str]) -> list[str]:
    return sorted(entity for kind in kinds for entity, _ in KINDS[kind].entities)


class Scan:
    """Texts gone through as the engine does: joined, then those alone that meet the gate."""

    def __init__(self, choices: PiiChoices, kinds: frozenset[str]) -> None:
        finder = detector(choices, kinds)
        self.find = finder.found if choices.presidio_only else finder.spans
        self.looking = Sensitive(Wanted(kinds, False, choices), {})

    def found(self, texts: Sequence[str]) -> int:
        """How many findings."""
        return sum(
            len(self.find(block[index])) for block in blocks(texts) for index in self.looking.marked(block)
        )


def blocks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[at : at + BLOCK] for at in range(0, len(texts), BLOCK))


def plainly(texts: Sequence[str], names: Sequence[str], jobs: int) -> Iterator[list[Finding]]:
    """What Presidio finds in each text, from any score on."""
    pieces = [texts[start : start + PIECE] for start in range(0, len(texts), PIECE)]
    with ProcessPoolExecutor(jobs) as pool:
        for found in pool.map(_kept, pieces, [tuple(names)] * len(pieces)):
            yield from ([Finding(*one) for one in of_text] for of_text in found)


def _kept(texts: Sequence[str], names: tuple[str, ...]) -> list[list[tuple[str, int, int, float]]]:
    """From the folder of what was made before, if the same texts were looked through for the same."""
    releases = [version(name) for name in ("presidio-analyzer", "phonenumbers", "regex")]
    digest = hashlib.sha256(json.dumps([names, releases, STOPS, *texts]).encode()).hexdigest()
    path = FOLDER / "plain" / f"{digest[:32]}.json"
    if not path.exists():
        engine = plain(names)
        found = json.dumps([findings(engine, text) for text in texts])
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{time.monotonic_ns()}")
        unfinished.write_text(found)
        unfinished.replace(path)
    return [[tuple(one) for one in of_text] for of_text in json.loads(path.read_text())]


def _stops() -> list[str]:
    from ftlint.detect.pii.context import STOP_WORDS

    return sorted(STOP_WORDS)


STOPS = _stops()
"""Part of what Presidio's findings depend on: with other stop words other words count as context."""


def real_texts(folder: Path) -> Iterator[str]:
    """Every text of the files below a folder but empty ones."""
    csv.field_size_limit(1 << 30)
    for path in sorted(folder.rglob("*")):
        name = path.name.removesuffix(".gz")
        if name.endswith((".json", ".jsonl", ".csv")) and not name.startswith("MANIFEST"):
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            yield from filter(None, _texts(name, data))


def _texts(name: str, data: bytes) -> Iterator[str]:
    if name.endswith(".csv"):
        for row in csv.reader(io.StringIO(data.decode("utf-8", "replace"))):
            yield from row
        return
    for document in data.splitlines() if name.endswith(".jsonl") else [data]:
        try:
            yield from leaves(json.loads(document))
        except ValueError:
            continue


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)


def head(texts: Sequence[str], megabytes: float) -> list[str]:
    """The first texts that make so many megabytes; all for 0."""
    taken, total = [], 0
    for text in texts:
        if megabytes and total >= megabytes * 1e6:
            break
        taken.append(text)
        total += len(text.encode("utf-8", "replace"))
    return taken


def size(texts: Sequence[str]) -> float:
    """Megabytes in UTF-8."""
    return sum(len(text.encode("utf-8", "replace")) for text in texts) / 1e6


def seconds(work: Callable[[], Any]) -> float:
    """CPU time, with nothing remembered from before."""
    phones.forget()
    began = time.process_time()
    work()
    return time.process_time() - began


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--megabytes", type=float, default=3)
    parser.add_argument("--timed", type=float, default=1.5)
    parser.add_argument("--hard", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--made", type=float, default=60)
    return parser.parse_args()


if __name__ == "__main__":
    main()
