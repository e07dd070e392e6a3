"""A check of a large repository: 10,000 small files, or one file of 2 GB, against the memory allowed.

python benchmarks/large.py [--files N] [--huge] [--jobs N]

`--huge` makes and checks the 2 GB file instead. The files stay in benchmarks/made (ignored by git).
"""

import argparse
import json
import shutil
import subprocess
from itertools import islice
from pathlib import Path

from made import FOLDER, chat_rows, made
from measured import Run, finished, python, run, table

ROWS_A_FILE = 5
IN_A_FOLDER = 100


def repository(files: int) -> Path:
    """A git repository of so many small files, added to its index."""
    root = FOLDER / f"repository-{files}"
    if (root / ".git" / "index").exists():
        return root
    shutil.rmtree(root, ignore_errors=True)
    rows = chat_rows(seed=11)
    for number in range(files):
        folder = root / "data" / f"set-{number // IN_A_FOLDER:03}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(row) + "\n" for row in islice(rows, ROWS_A_FILE))
        (folder / f"part-{number:05}.jsonl").write_text("".join(lines))
    for words in (["init", "--quiet"], ["add", "data"]):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root


def checked(root: Path, *arguments: str) -> Run:
    command = python("-m", "ftlint", "check", "--isolated", "--exit-zero", *arguments)
    return finished(run(command, cwd=root))


def line(name: str, rows: int, megabytes: float, done: Run) -> tuple[object, ...]:
    allowed = 600 + rows * 64 / 1e6
    return (
        name,
        f"{done.peak_mb / allowed:.2f}",
        f"{rows / done.wall:,.0f}",
        f"{megabytes / done.wall:,.1f}",
        f"{done.wall:.1f}",
        f"{done.cpu:.1f}",
        f"{done.peak_mb:,.0f}",
        f"{allowed:,.0f}",
        done.code,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000, metavar="N")
    parser.add_argument("--huge", action="store_true")
    parser.add_argument("--jobs", default="0", metavar="N")
    given = parser.parse_args()
    head = (
        "check of",
        "x memory allowed",
        "rows/s",
        "MB/s",
        "wall s",
        "CPU s",
        "peak MB",
        "allowed MB",
        "exit",
    )
    if given.huge:
        path = made(2000, "chat-2000.jsonl")
        with path.open("rb") as stream:
            rows = sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))
        done = checked(path.parent, "--no-cache", "--jobs", given.jobs, path.name)
        table(head, [line("one file of 2 GB", rows, path.stat().st_size / 1e6, done)])
        return
    root = repository(given.files)
    rows = given.files * ROWS_A_FILE
    megabytes = sum(file.stat().st_size for file in root.glob("data/*/*")) / 1e6
    shutil.rmtree(root / ".ftlint_cache", ignore_errors=True)
    results = [
        (f"{given.files:,} files, no cache", checked(root, "--no-cache", "--jobs", given.jobs)),
        ("the same, filling the cache", checked(root, "--jobs", given.jobs)),
        ("the same, from the cache", checked(root, "--jobs", given.jobs)),
    ]
    table(head, [line(name, rows, megabytes, done) for name, done in results])


if __name__ == "__main__":
    main()
