"""A repository of data checked cold, again, and after one file was touched: what the cache saves.

python benchmarks/warm.py [MEGABYTES]     1,000 by default; --share FORMAT=SHARE ... for other containers

Made data: three splits of one dataset in 60 files, JSONL, Parquet and gzip, and one of 1,000 rows that is
written anew with other rows of the same kind. CPU seconds of whole processes; of the warm ones also which
data files they opened, by a hook that Python calls for every file that is opened.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from made import chat_rows
from measured import Run, finished, python, run, table

FILES = 60
TOUCHED = "data/extra.jsonl"
SETTINGS = """\
[[dataset]]
name = "chat"
train = ["data/train-*", "data/extra.jsonl"]
validation = "data/val-*"
test = "data/test-*"
"""
CONFIG = """\
model_name_or_path: meta-llama/Llama-3.1-8B
learning_rate: 2.0e-4
num_train_epochs: 1
"""

HOOK = """\
import os, sys
told = open(os.environ["FTLINT_OPENED"], "a")
def hook(event, arguments):
    if event in ("open", "os.open") and isinstance(arguments[0], (str, bytes)):
        told.write(os.fsdecode(arguments[0]) + "\\n")
        told.flush()
sys.addaudithook(hook)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("megabytes", nargs="?", type=float, default=1000)
    parser.add_argument("--share", nargs="*", default=["jsonl=0.8", "parquet=0.1", "gz=0.1"])
    parser.add_argument("--keep", default="", help="a folder to make the repository in, and to leave there")
    arguments = parser.parse_args()
    shares = {name: float(share) for name, _, share in (each.partition("=") for each in arguments.share)}
    folder = arguments.keep or tempfile.mkdtemp(prefix="ftlint-warm-")
    try:
        root = Path(folder)
        if not (root / "ftlint.toml").exists():
            make(root, arguments.megabytes, shares)
        measure(root)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder)


def measure(root: Path) -> None:
    size = sum(file.stat().st_size for file in (root / "data").iterdir())
    whole = python("-m", "ftlint", "check", "--jobs", "1", "--output-format", "concise")
    shutil.rmtree(root / ".ftlint_cache", ignore_errors=True)
    subprocess.run(["sleep", "3"], check=True)  # what was written a moment ago is not trusted by its times
    bare, _ = checked(root, [*whole, "--no-cache"])
    cold, _ = checked(root, whole)
    first, opened = checked(root, whole)
    lines = [
        ["without a cache", *figures(bare, bare), ""],
        ["cold", *figures(cold, bare), ""],
        ["unchanged", *figures(first, bare), opened],
    ]
    for number in range(3):
        touch(root / TOUCHED, number)
        again, opened = checked(root, whole)
        lines.append(["one file written anew", *figures(again, bare), opened])
    again, opened = checked(root, whole)
    lines.append(["unchanged", *figures(again, bare), opened])
    kept = sum(file.stat().st_size for file in (root / ".ftlint_cache").rglob("*") if file.is_file())
    print(f"{size / 1e6:,.0f} MB in {FILES + 1} files, cache {kept / 1e6:,.0f} MB ({kept / size:.0%})\n")
    table(["run", "CPU s", "of the first", "wall s", "peak MB", "data files opened"], lines)
    print()
    one(root)


def one(root: Path) -> None:
    """The touched file alone: in its repository, and in an empty folder."""
    single = python("-m", "ftlint", "check", "--force-exclude", TOUCHED)
    with tempfile.TemporaryDirectory() as elsewhere:
        shutil.copy(root / TOUCHED, elsewhere)
        alone = python("-m", "ftlint", "check", Path(TOUCHED).name)
        checked(root, single)
        pairs = [(checked(root, single)[0], checked(Path(elsewhere), alone)[0]) for _ in range(5)]
    here = sorted(here.cpu for here, _ in pairs)[2]
    there = sorted(there.cpu for _, there in pairs)[2]
    table(
        ["the file of 1,000 rows", "CPU s", "of alone"],
        [
            ["in an empty folder", f"{there:.2f}", "1.00"],
            ["in the repository", f"{here:.2f}", f"{here / there:.2f}"],
        ],
    )


def checked(root: Path, command: list[str | Path]) -> tuple[Run, str]:
    """A run, and the data files that it opened: how many and of what kinds."""
    with tempfile.TemporaryDirectory() as site:
        (Path(site) / "sitecustomize.py").write_text(HOOK)
        told = Path(site) / "opened"
        path = os.pathsep.join(filter(None, [site, os.environ.get("PYTHONPATH", "")]))
        done = finished(run(command, root, environment={"PYTHONPATH": path, "FTLINT_OPENED": str(told)}))
        names = {os.path.realpath(root / name) for name in told.read_text().splitlines()}
    data = sorted(Path(name).name for name in names if Path(name).parent == (root / "data").resolve())
    return done, f"{len(data)}: {', '.join(data[:3])}" if data else "0"


def figures(done: Run, bare: Run) -> list[str]:
    return [f"{done.cpu:.2f}", f"{done.cpu / bare.cpu:.1%}", f"{done.wall:.2f}", f"{done.peak_mb:.0f}"]


def make(root: Path, megabytes: float, shares: dict[str, float]) -> None:
    (root / "data").mkdir(parents=True)
    (root / "ftlint.toml").write_text(SETTINGS)
    (root / "train.yaml").write_text(CONFIG)
    rows = chat_rows()
    kinds = [kind for kind, share in shares.items() for _ in range(round(share * FILES))]
    for number, kind in enumerate(kinds):
        split = {8: "val", 9: "test"}.get(number % 10, "train")
        size = int(megabytes * 1e6 / len(kinds))
        ending = "jsonl.gz" if kind == "gz" else kind
        WRITERS[kind](root / "data" / f"{split}-{number:03}.{ending}", rows, size)
    touch(root / TOUCHED, 99)


def touch(file: Path, seed: int) -> None:
    """Write the file anew: other rows under the same system prompt."""
    system = next(chat_rows())["messages"][0]
    rows = [[system, *row["messages"][1:]] for row in islice(chat_rows(1000 + seed), 1000)]
    file.write_text("".join(json.dumps({"messages": row}) + "\n" for row in rows))


def _jsonl(file: Path, rows: Iterator[dict[str, Any]], size: int) -> None:
    with file.open("w") as out:
        while out.tell() < size:
            out.writelines(json.dumps(next(rows)) + "\n" for _ in range(100))


def _gz(file: Path, rows: Iterator[dict[str, Any]], size: int) -> None:
    with gzip.open(file, "wt", compresslevel=1) as out:
        while file.stat().st_size < size:
            out.writelines(json.dumps(next(rows)) + "\n" for _ in range(1000))


def _parquet(file: Path, rows: Iterator[dict[str, Any]], size: int) -> None:
    import pyarrow
    import pyarrow.parquet

    schema = pyarrow.Table.from_pylist(list(islice(rows, 10))).schema
    with pyarrow.parquet.ParquetWriter(file, schema) as out:
        while file.stat().st_size < size:
            out.write_table(pyarrow.Table.from_pylist(list(islice(rows, 2000)), schema=schema))


WRITERS = {"jsonl": _jsonl, "gz": _gz, "parquet": _parquet}


if __name__ == "__main__":
    main()
