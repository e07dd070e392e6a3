"""Whether ten times the rows cost more than ten times the time: near-duplicates, then all default rules.

python benchmarks/growth.py [--rows N ...] [--jobs N] [FLAG ...]

100,000, 1,000,000 and 5,000,000 rows of about 1.1 KB. Each file is made, checked and deleted again before the
next; the largest needs 6 GB. Other flags go to `ftlint check`.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from brute import command
from made import FOLDER
from measured import Run, finished, python, run, table
from planted import place, planted

ROWS = (100_000, 1_000_000, 5_000_000)
BYTES_A_ROW = 1_200
SPARE = 2 << 30
"""Bytes of disk left free beside the file, for what a check keeps there."""

LONGEST = 4 * 3600


@contextmanager
def corpus(rows: int) -> Iterator[Path]:
    """The planted rows, deleted afterwards unless they stood there. Ends the run where there is no room."""
    FOLDER.mkdir(exist_ok=True)
    needed = rows * BYTES_A_ROW + SPARE
    free = shutil.disk_usage(FOLDER).free
    if free < needed:
        raise SystemExit(f"{rows:,} rows need {needed / 1e9:.1f} GB of disk, {free / 1e9:.1f} GB are free")
    made = place(rows)
    stood = made.data.exists()
    try:
        yield planted(rows).data
    finally:
        if not stood:
            for path in (*made, *made.parts):
                path.unlink(missing_ok=True)


def checks(data: Path, jobs: str, flags: Sequence[str]) -> Iterator[tuple[str, Run]]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.jsonl"
        fixed = ("--isolated", "--no-cache", "--exit-zero", "--jobs", jobs, f"--output-format=jsonl={report}")
        every = python("-m", "ftlint", "check", *fixed, *flags, data)
        for name, words in (
            ("near-duplicate", command(data, report, "--jobs", jobs, *flags)),
            ("default rules", every),
        ):
            done = finished(run(words, timeout=LONGEST))
            if done.code:
                raise SystemExit(f"exit {done.code}:\n{done.output[-2000:]}")
            yield name, done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", nargs="+", type=int, default=ROWS, metavar="N")
    parser.add_argument("--jobs", default="1", metavar="N")
    given, flags = parser.parse_known_args()
    lines: dict[str, list[tuple[object, ...]]] = {}
    before: dict[str, tuple[int, Run]] = {}
    for rows in given.rows:
        with corpus(rows) as data:
            for name, done in checks(data, given.jobs, flags):
                fewer, last = before.get(name, (rows, done))
                before[name] = rows, done
                print(f"{rows:,} rows, {name}: {done.cpu:,.1f} s, {done.peak_mb:,.0f} MB", file=sys.stderr)
                lines.setdefault(name, []).append(
                    (
                        name,
                        f"{rows:,}",
                        f"{rows / fewer:.1f}",
                        f"{done.cpu / last.cpu:.1f}",
                        f"{done.wall / last.wall:.1f}",
                        f"{done.cpu:,.1f}",
                        f"{done.wall:,.1f}",
                        f"{done.cpu / rows * 1e6:.1f}",
                        f"{rows / done.wall:,.0f}",
                        f"{done.peak_mb:,.0f}",
                    )
                )
    print(f"--jobs {' '.join([given.jobs, *flags])}; x: times the line above\n")
    columns = ("what", "rows", "x rows", "x CPU", "x wall", "CPU s", "wall s", "us CPU a row", "rows/s")
    table((*columns, "peak MB"), [line for each in lines.values() for line in each])


if __name__ == "__main__":
    main()
