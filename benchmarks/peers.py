"""ftlint beside the closest tools on PyPI: speed and memory on one chat file, diagnosis of malformed files.

python benchmarks/peers.py [ROWS] [--malformed DIR] [--each]

Each tool gets a virtual environment of its own in benchmarks/made/peers. `--each` prints what became of
each malformed file.
"""

import argparse
import os
import platform
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from made import FOLDER, made_rows
from malformed import HEAD, Findings, Verdict, Words, counts, judged
from measured import Run, median, python, run, table

ROWS = 75_000


@dataclass(frozen=True)
class Peer:
    name: str
    distribution: str
    version: str
    arguments: tuple[str, ...]
    complaint: str = "(?!)"
    rows: int = sys.maxsize

    @property
    def title(self) -> str:
        return f"{self.distribution} {self.version} {self.name}"

    def command(self, file: Path) -> list[str | Path]:
        return [self.home / "bin" / self.distribution, *self.arguments, file]

    @property
    def home(self) -> Path:
        return FOLDER / "peers" / f"{self.distribution}-{self.version}"

    def install(self) -> None:
        if (self.home / "installed").exists():
            return
        venv.create(self.home, clear=True, with_pip=True)
        package = f"{self.distribution}=={self.version}"
        done = run([self.home / "bin" / "python", "-m", "pip", "install", "--quiet", package])
        if done.code:
            raise SystemExit(f"could not install {package}:\n{done.output}")
        (self.home / "installed").touch()


PEERS = (
    Peer("check", "parallelogram", "0.4.2", ("check", "--no-color")),
    Peer("preflight", "cleanllm", "4.0.0", ("preflight", "--framework", "trl"), r"Invalid rows : [1-9]"),
    Peer(
        "scan",
        "cleanllm",
        "4.0.0",
        ("scan",),
        r"(invalid_json_lines|missing_required_keys|issue_count|empty_assistant_count'?): [1-9]",
        rows=6_000,
    ),
    Peer("validate", "jsonlkit", "0.2.0", ("validate",), r"[1-9]\d* invalid"),
)


def ftlint(*arguments: str | Path) -> list[str | Path]:
    return python("-m", "ftlint", "check", "--isolated", "--no-cache", *arguments)


def speed(rows: int) -> None:
    path = made_rows(rows)
    print(f"{rows:,} chat rows, {path.stat().st_size / 1e6:,.0f} MB; ratios to ftlint in one process\n")
    done = [
        (f"ftlint {version('ftlint')}, 1 process", rows, median(ftlint("--jobs", "1", path), 3)),
        (f"ftlint {version('ftlint')}, as it comes", rows, median(ftlint(path), 3)),
    ]
    for peer in PEERS:
        given = min(rows, peer.rows)
        file = made_rows(given)
        done.append((peer.title, given, median(peer.command(file), 3 if given == rows else 1)))
    table(
        ("tool", "x rows/s", "x CPU a row", "x peak", "rows/s", "us CPU a row", "peak MB", "rows", "exit"),
        [_line(name, given, used, done[0][2], rows) for name, given, used in done],
    )


def _line(name: str, rows: int, used: Run, own: Run, own_rows: int) -> Sequence[object]:
    pace = rows / used.wall
    cost = used.cpu / rows
    return (
        name,
        f"{pace / (own_rows / own.wall):.2f}",
        f"{cost / (own.cpu / own_rows):.2f}",
        f"{used.peak_mb / own.peak_mb:.2f}",
        f"{pace:,.0f}",
        f"{cost * 1e6:,.1f}",
        f"{used.peak_mb:,.0f}",
        f"{rows:,}",
        used.code,
    )


def diagnosis(folder: Path, each: bool) -> None:
    own = list(judged(folder, lambda file: ftlint("--output-format", "json", file), Findings()))
    others = [(peer.title, list(judged(folder, peer.command, Words(peer.complaint)))) for peer in PEERS]
    results = [(f"ftlint {version('ftlint')}", own), *others]
    table(("tool", *HEAD), [(name, *counts(verdicts)) for name, verdicts in results])
    if each:
        _each(results)


def _each(results: Sequence[tuple[str, Sequence[Verdict]]]) -> None:
    print()
    files = zip(*(verdicts for _, verdicts in results), strict=True)
    table(
        ("file", "class", *(name for name, _ in results)),
        [
            (row[0].file, row[0].cause, *(f"{one.outcome}{'' if one.code else ', exit 0'}" for one in row))
            for row in files
        ],
    )


def main() -> None:
    corpus = os.environ.get("FTLINT_CORPUS", Path(__file__).resolve().parents[2] / "shared" / "corpus")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("rows", nargs="?", type=int, default=ROWS, metavar="ROWS")
    parser.add_argument("--malformed", type=Path, default=Path(corpus) / "malformed", metavar="DIR")
    parser.add_argument("--each", action="store_true")
    given = parser.parse_args()
    for peer in PEERS:
        peer.install()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores\n")
    speed(given.rows)
    if not (given.malformed / "EXPECTED.csv").exists():
        print(f"\nno malformed files at {given.malformed}: name a folder with --malformed")
        return
    print(f"\n{given.malformed.name}: one process a file\n")
    diagnosis(given.malformed, given.each)


if __name__ == "__main__":
    main()
