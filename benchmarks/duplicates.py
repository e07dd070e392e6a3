"""ftlint's near-duplicates beside rensa and datasketch: speed, memory, recall and precision.

python benchmarks/duplicates.py [ROWS] [--runs N]

On ROWS rows (500,000) with planted near-duplicates, and on some 30,000 rows of real files where there are
any (FTLINT_CORPUS). Each run is a process of its own. rensa and datasketch are given 20,000 rows at most
because of their pace, and a run of theirs on no rows is taken off: their imports are not counted, ftlint's
are. They flag rows unverified; ftlint compares every pair it reports exactly. `zip` and `slices` are two ways
to make 5-grams in Python, the cheapest known and the one most often seen.
"""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from brute import NOTHING, THRESHOLD, Clusters, Reported, alike, command, grams, head, learnt, share
from floor import FLOOR
from made import FOLDER
from measured import Run, median, python, table
from planted import ROWS, Pair, planted

PEERS = (("rensa", "zip"), ("rensa", "slices"), ("datasketch", "zip"))
PEER_ROWS = 20_000
SKETCHED = Path(__file__).with_name("sketched.py")
SCALE = 500_000
"""Rows that the peak memory is told for."""

REAL = (
    "allyarc_train.jsonl",
    "dangshark_dpo_train.jsonl",
    "fastchat_dummy_conversation.json",
    "gpteacher_toolformer_dedupe_only.json",
    "gsm8k_test.jsonl",
    "gsm8k_test_socratic.jsonl",
    "lf_alpaca_en_demo.json",
    "network_llm_train.jsonl",
    "roomsched_alpaca_format.json",
    "stanford_alpaca_2000_gumbelsoft.json",
    "gpteacher_roleplay_simple_deduped.json",
    "gsm8k_train.jsonl",
)

Bin = tuple[str, Callable[[Pair], bool]]
KINDS = ("exact", "norm")


def _between(low: float, high: float) -> Bin:
    """Edited copies; those of Jaccard 1 stand in the last bin."""
    end = 2 if high == 1 else high
    return f"{low:.3g}-{high:.3g}", lambda pair: pair.kind not in KINDS and low <= pair.jaccard < end


BINS: tuple[Bin, ...] = (
    _between(0.4, 0.5),
    _between(0.5, 0.6),
    _between(0.6, 0.7),
    _between(0.7, 0.8),
    _between(0.8, 0.85),
    _between(0.85, 0.9),
    _between(0.9, 0.95),
    _between(0.95, 1),
    ("exact", lambda pair: pair.kind == "exact"),
    ("norm", lambda pair: pair.kind == "norm"),
    ("edited >= 0.8", lambda pair: pair.kind not in KINDS and pair.jaccard >= THRESHOLD),
    ("all >= 0.8", lambda pair: pair.jaccard >= THRESHOLD),
)


@dataclass(frozen=True)
class Result:
    """One tool on the first `rows` rows of a file, and the rows it reported."""

    name: str
    rows: int
    used: Run
    reported: Collection[int]
    related: dict[int, int] | None = None

    @property
    def cost(self) -> float:
        """Microseconds of CPU time a row."""
        return self.used.cpu / self.rows * 1e6


def timed(words: Sequence[str | Path], runs: int) -> Run:
    done = median(words, runs)
    if done.code:
        raise SystemExit(f"exit {done.code}: {' '.join(map(str, words))}\n{done.output[-2000:]}")
    return done


def ftlint(data: Path, rows: int, jobs: int, runs: int) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.jsonl"
        used = timed(command(data, report, "--jobs", str(jobs)), runs)
        related = Reported.read(report).rows
    processes = "1 process" if jobs == 1 else f"{jobs} processes"
    return Result(f"ftlint {version('ftlint')}, {processes}", rows, used, related.keys(), related)


def peer(tool: str, way: str, data: Path, rows: int, runs: int) -> Result:
    """A peer's run with 5-grams made in one of the two ways of `sketched.py`, its start-up taken off."""
    with tempfile.TemporaryDirectory() as folder:
        flagged = Path(folder) / "flagged"
        words = python(SKETCHED, tool, way, data, flagged)
        start = timed([*words, "0"], runs)
        used = timed([*words, str(rows)], runs)
        reported = {int(row) for row in flagged.read_text().split()}
    spent = replace(used, cpu=used.cpu - start.cpu, wall=used.wall - start.wall)
    return Result(f"{tool} {version(tool)}, {way}", rows, spent, reported)


def results(data: Path, rows: int, runs: int) -> list[Result]:
    peers = [peer(*tool, data, min(rows, PEER_ROWS), runs) for tool in PEERS]
    return [ftlint(data, rows, 1, runs), ftlint(data, rows, 2, runs), *peers]


def speed(found: Sequence[Result]) -> None:
    head = ("tool", "x CPU a row", "x rows/s", "rows/s", "us CPU a row", "CPU s", "wall s", "peak MB", "rows")
    own = found[0]
    lines = []
    for each in found:
        pace = each.rows / each.used.wall
        lines.append(
            (
                each.name,
                f"{each.cost / own.cost:.2f}",
                f"{pace / (own.rows / own.used.wall):.3f}",
                f"{pace:,.0f}",
                f"{each.cost:,.1f}",
                f"{each.used.cpu:.2f}",
                f"{each.used.wall:.2f}",
                f"{each.used.peak_mb:,.0f}",
                f"{each.rows:,}",
            )
        )
    table(head, lines)


def recall(found: Sequence[Result], pairs: Sequence[Pair], texts: Sequence[str], data: Path) -> None:
    """Share of planted later rows that are reported, by Jaccard with their source; then precision."""
    partnered = Clusters(alike([grams(text) for text in texts])).partnered
    lines: list[tuple[object, ...]] = []
    for rows in dict.fromkeys(each.rows for each in found):
        mine = [pair for pair in pairs if pair.later < rows]
        counts = [sum(map(wanted, mine)) for _, wanted in BINS]
        lines.append((f"planted in {rows:,} rows", *(f"{count:,}" for count in counts), ""))
        for each in found:
            if each.rows == rows:
                shares = [_share(each, filter(wanted, mine)) for _, wanted in BINS]
                lines.append((each.name, *shares, _precision(each, partnered, data)))
    table(("reported of", *(name for name, _ in BINS), "precision"), lines)


def _share(result: Result, pairs: Iterator[Pair]) -> str:
    told = [pair.later in result.reported for pair in pairs]
    return f"{sum(told) / len(told):.4f}" if told else "-"


def _precision(result: Result, partnered: set[int], data: Path) -> str:
    """Of named pairs, those at the threshold; of flagged rows, those with a partner by brute force."""
    if result.related is None:
        right = len(partnered.intersection(result.reported))
    else:
        right = _true_pairs(data, result.related)
    return f"{right / len(result.reported):.4f}" if result.reported else "-"


def _true_pairs(data: Path, related: dict[int, int]) -> int:
    wanted = {*related.keys(), *related.values()}
    with data.open() as stream:
        texts = {row: _spoken(line) for row, line in enumerate(stream) if row in wanted}
    right = 0
    for row, other in related.items():
        one, two = grams(texts[row]), grams(texts[other])
        right += len(one & two) >= THRESHOLD * (len(one | two) or 1)
    return right


def _spoken(line: str) -> str:
    return "\n".join(turn["content"] for turn in json.loads(line)["messages"] if turn["role"] != "system")


def _texts(data: Path, rows: int) -> list[str]:
    with data.open() as stream:
        return [_spoken(line) for line in islice(stream, rows)]


def beside_floor(data: Path, own: Result, runs: int) -> None:
    floor = timed(python("-c", FLOOR, data), runs)
    flags = ("--isolated", "--no-cache", "--exit-zero", "--jobs", "1", "--output-format", "jsonl")
    whole = timed(python("-m", "ftlint", "check", *flags, data), runs)
    lines = [
        (name, f"{used.cpu / floor.cpu:.2f}", f"{used.cpu / own.rows * 1e6:.1f}", f"{used.peak_mb:,.0f}")
        for name, used in (("floor", floor), ("near-duplicate", own.used), ("default rules", whole))
    ]
    table(("what", "x floor", "us CPU a row", "peak MB"), lines)


def ratios(found: Sequence[Result]) -> None:
    own, two, *peers = found
    for each in peers:
        print(f"- {each.cost / own.cost:.2f} times as many rows per CPU second as {each.name}")
    print(f"- two processes {own.used.wall / two.used.wall:.2f} times as fast as one")
    peaks = [f"{each.used.peak_mb * SCALE / each.rows:,.0f} MB" for each in (own, two)]
    print(f"- peak per {SCALE:,} rows: {peaks[0]} in one process, {peaks[1]} in two")


def real_mix(folder: Path) -> Path | None:
    """Rows of real files as one chat file, system prompts left out; None where the files are not there."""
    sources = [folder / name for name in REAL]
    if not all(source.exists() for source in sources):
        return None
    path = FOLDER / "real-mix.jsonl"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("w") as out:
            for source in sources:
                out.writelines(_chat(*view) for view in learnt(head(source, SCALE)) if all(view))
        part.replace(path)
    return path


def _chat(prompt: str, answer: str) -> str:
    messages = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
    return json.dumps({"messages": messages}) + "\n"


def real(found: Sequence[Result], texts: Sequence[str], ignored: Collection[str] = NOTHING) -> None:
    """Recall and precision beside brute force over all pairs; `ignored` are 5-grams taken for boilerplate."""
    sets = [grams(text, ignored) for text in texts]
    lines = []
    for each in found:
        truth = Clusters(alike(sets[: each.rows]))
        reported = {row for row in each.reported if sets[row]}
        shares = (
            share(truth.superfluous & reported, truth.superfluous),
            share(truth.edited & reported, truth.edited),
            share(truth.partnered & reported, reported),
        )
        counts = (len(truth.partnered), len(truth.superfluous), len(truth.edited), len(reported))
        lines.append((each.name, *(f"{part:.4f}" for part in shares), *(f"{count:,}" for count in counts)))
    numbers = ("rows with a partner", "less the first", "edited", "reported")
    table(("tool", "recall", "recall of edited", "precision", *numbers), lines)


def main() -> None:
    corpus = os.environ.get("FTLINT_CORPUS", Path(__file__).resolve().parents[2] / "shared" / "corpus")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("rows", nargs="?", type=int, default=ROWS, metavar="ROWS")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="the median is told")
    parser.add_argument("--real", type=Path, default=Path(corpus) / "datasets", metavar="DIR")
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; threshold {THRESHOLD}\n")
    made = planted(given.rows)
    print(f"{given.rows:,} chat rows, {made.data.stat().st_size / 1e6:,.0f} MB, planted near-duplicates\n")
    found = results(made.data, given.rows, given.runs)
    speed(found)
    print()
    recall(found, made.pairs(), _texts(made.data, PEER_ROWS), made.data)
    print()
    beside_floor(made.data, found[0], given.runs)
    print()
    ratios(found)
    mix = real_mix(given.real)
    if mix is None:
        print(f"\nno real files at {given.real}: name a folder with --real")
        return
    texts = _texts(mix, SCALE)
    print(f"\n{len(texts):,} rows of {len(REAL)} real files, {mix.stat().st_size / 1e6:,.0f} MB\n")
    found = results(mix, len(texts), given.runs)
    speed(found)
    print()
    real(found, texts)


if __name__ == "__main__":
    main()
