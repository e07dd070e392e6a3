"""Reads one event file with one reader and prints what it took and a digest of what it found, as JSON.

python log_reading.py ftlint|unlimited|default|tbparse FILE

Only the reading is timed, not the imports. It runs in the environment of the reader, so that it imports
nothing else: see log_parsers.py.
"""

import hashlib
import json
import sys
import time
from array import array
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

Columns = tuple[Iterable[float], Iterable[float], Iterable[float]]
"""Steps, values and times of a tag."""


def ftlint(file: Path) -> Mapping[str, Columns]:
    from ftlint.runlogs.recorder import Recorder
    from ftlint.runlogs.tensorboard import EventFile

    into = Recorder(str(file), "tensorboard")
    EventFile(str(file), str(file)).more(into)
    return {name: (into.steps[name], into.values[name], into.times[name]) for name in into.steps}


def unlimited(file: Path) -> Mapping[str, Columns]:
    return _accumulated(file, {"scalars": 0, "tensors": 0})


def default(file: Path) -> Mapping[str, Columns]:
    return _accumulated(file, {})


def _accumulated(file: Path, guidance: Mapping[str, int]) -> Mapping[str, Columns]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    found = EventAccumulator(str(file), size_guidance=guidance).Reload()
    read: dict[str, Columns] = {}
    for tag in found.Tags()["scalars"]:
        events = found.Scalars(tag)
        read[tag] = [e.step for e in events], [e.value for e in events], [e.wall_time for e in events]
    for tag in found.Tags()["tensors"]:
        events = found.Tensors(tag)
        values = [make_ndarray(e.tensor_proto).item() for e in events]
        read[tag] = [e.step for e in events], values, [e.wall_time for e in events]
    return read


def tbparse(file: Path) -> Mapping[str, Columns]:
    from tbparse import SummaryReader

    reader = SummaryReader(str(file), extra_columns={"wall_time"})
    frame = reader.scalars if len(reader.scalars) else reader.tensors
    return {
        tag: (rows["step"], map(float, rows["value"]), rows["wall_time"])
        for tag, rows in frame.groupby("tag")
    }


IMPORTS = {
    "ftlint": "ftlint.runlogs.tensorboard_columns",
    "unlimited": "tensorboard.backend.event_processing.event_accumulator",
    "default": "tensorboard.backend.event_processing.event_accumulator",
    "tbparse": "tbparse",
}
READERS = {"ftlint": ftlint, "unlimited": unlimited, "default": default, "tbparse": tbparse}


def main() -> None:
    name, file = sys.argv[1:]
    import_module(IMPORTS[name])
    wall, cpu = time.perf_counter(), time.process_time()
    read = READERS[name](Path(file))
    took = time.perf_counter() - wall, time.process_time() - cpu
    digest = hashlib.sha256()
    points = 0
    for _, columns in sorted(read.items()):
        for column in columns:
            numbers = array("d", column)
            digest.update(numbers.tobytes())
        points += len(numbers)
    print(json.dumps({"wall": took[0], "cpu": took[1], "points": points, "digest": digest.hexdigest()}))


if __name__ == "__main__":
    main()
