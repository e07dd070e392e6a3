"""Reading TensorBoard event files: ftlint beside TensorBoard's own reader and tbparse, in one run.

python benchmarks/log_parsers.py [SCALARS] [--runs N]

Two files of SCALARS (1,000,000) scalars in four tags, as TensorBoard's writer makes them: plain values, and
tensors. EventAccumulator `unlimited` is told to keep all, `default` is as it comes. tbparse gets an
environment of its own in benchmarks/made/peers. The imports are not counted; medians of N runs (1), ftlint's
of three at least; ratios are of CPU time to ftlint. All readers are asked for numbers: those of tensors are
unpacked, which EventAccumulator leaves to its caller (`default` shows what it takes without).
"""

import argparse
import json
import os
import platform
import sys
import venv
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from made import FOLDER
from measured import Run, finished, run, table

SCALARS = 1_000_000
TAGS = ("metrics/first", "metrics/second", "metrics/third", "metrics/fourth")
"""Names that are canonical to nobody, in the order of their letters in every reader."""

TBPARSE = "0.0.9"
READING = Path(__file__).with_name("log_reading.py")
TARGETS = {"plain": 4, "tensor": 3}
"""How many times as fast as EventAccumulator unlimited a file has to be read."""


class Reading(NamedTuple):
    name: str
    wall: float
    cpu: float
    points: int
    digest: str
    peak_mb: float


def made(kind: str, scalars: int) -> Path:
    """An event file of some scalars, made once."""
    folder = FOLDER / f"events-{kind}-{scalars}"
    file = folder / "events.out.tfevents.1700000000.host.1.0"
    if file.exists():
        return file
    folder.mkdir(parents=True, exist_ok=True)
    from tensorboard.summary.writer.record_writer import RecordWriter

    part = file.with_suffix(".part")
    with open(part, "wb") as stream:
        writer = RecordWriter(stream)
        for record in records(kind, scalars):
            writer.write(record)
    part.rename(file)
    return file


def records(kind: str, scalars: int) -> Iterator[bytes]:
    import numpy as np
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.scalar.metadata import create_summary_metadata
    from tensorboard.util.tensor_util import make_tensor_proto

    metadata = create_summary_metadata(display_name="", description="")
    values = np.random.default_rng(7).normal(2, 0.3, scalars).astype(np.float32)
    yield Event(wall_time=1.7e9, file_version="brain.Event:2").SerializeToString()
    for index, number in enumerate(values):
        tag = TAGS[index % len(TAGS)]
        if kind == "plain":
            value = Summary.Value(tag=tag, simple_value=number)
        else:
            value = Summary.Value(tag=tag, tensor=make_tensor_proto(number), metadata=metadata)
        summary = Summary(value=[value])
        yield Event(
            wall_time=1.7e9 + index / 100, step=index // len(TAGS), summary=summary
        ).SerializeToString()


def tbparse_python() -> Path:
    """The Python of an environment with tbparse, made once."""
    home = FOLDER / "peers" / f"tbparse-{TBPARSE}"
    if not (home / "installed").exists():
        venv.create(home, clear=True, with_pip=True)
        done = run([home / "bin" / "python", "-m", "pip", "install", "--quiet", f"tbparse=={TBPARSE}"])
        if done.code:
            raise SystemExit(f"could not install tbparse:\n{done.output}")
        (home / "installed").touch()
    return home / "bin" / "python"


def reading(name: str, file: Path, runs: int) -> Reading:
    """The median of some runs of one reader, by CPU time."""
    interpreter = tbparse_python() if name == "tbparse" else Path(sys.executable)
    done = sorted((_once(name, file, interpreter) for _ in range(runs)), key=lambda each: each.cpu)
    return done[len(done) // 2]


def _once(name: str, file: Path, interpreter: Path) -> Reading:
    used: Run = finished(run([interpreter, READING, name, file]))
    told = json.loads(used.output.splitlines()[-1])
    return Reading(name, told["wall"], told["cpu"], told["points"], told["digest"], used.peak_mb)


def compared(scalars: int = SCALARS, runs: int = 1) -> bool:
    """Print how all readers do on both files; whether ftlint is as fast as it has to be, and equal."""
    reached = True
    rows: list[Sequence[object]] = []
    for kind, target in TARGETS.items():
        file = made(kind, scalars)
        own = reading("ftlint", file, max(runs, 3))
        others = [reading(name, file, runs) for name in ("unlimited", "default", "tbparse")]
        size = file.stat().st_size / 1e6
        rows += [_line(f"{kind}, {size:.0f} MB", each, own) for each in (own, *others)]
        unlimited = others[0]
        reached &= unlimited.cpu >= target * own.cpu and unlimited.digest == own.digest
    head = ("file", "reader", "x CPU", "CPU s", "wall s", "x peak", "peak MB", "scalars", "equal to ftlint's")
    table(head, rows)
    return reached


def _line(file: str, each: Reading, own: Reading) -> Sequence[object]:
    return (
        file,
        TITLES[each.name],
        f"{each.cpu / own.cpu:.1f}",
        f"{each.cpu:.2f}",
        f"{each.wall:.2f}",
        f"{each.peak_mb / own.peak_mb:.1f}",
        f"{each.peak_mb:,.0f}",
        f"{each.points:,}",
        "yes" if each.digest == own.digest else "no",
    )


TITLES = {
    "ftlint": "ftlint",
    "unlimited": "EventAccumulator unlimited",
    "default": "EventAccumulator default",
    "tbparse": f"tbparse {TBPARSE}",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("scalars", nargs="?", type=int, default=SCALARS, metavar="SCALARS")
    parser.add_argument("--runs", type=int, default=1, metavar="N")
    given = parser.parse_args()
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, tensorboard {version('tensorboard')}; "
        f"{given.scalars:,} scalars in {len(TAGS)} tags\n"
    )
    raise SystemExit(not compared(given.scalars, given.runs))


if __name__ == "__main__":
    main()
