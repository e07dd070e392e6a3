"""Event files as TensorBoard's own writer makes them, and what its own reader finds in them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.plugins.scalar.metadata import create_summary_metadata
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util.tensor_util import make_ndarray, make_tensor_proto

from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.tensorboard import EventFile

NAME = "events.out.tfevents.1700000000.host.1.0"
BEGIN = 1_700_000_000.25

Points = dict[str, tuple[list[float], list[float], list[float]]]
"""Steps, values and times by tag."""


def version() -> Event:
    return Event(wall_time=BEGIN, file_version="brain.Event:2")


def start(step: int) -> Event:
    return Event(wall_time=BEGIN, step=step, session_log=SessionLog(status=SessionLog.START))


def event(step: int, *values: Summary.Value, time: float | None = None) -> Event:
    wall_time = BEGIN + step / 7 if time is None else time
    return Event(wall_time=wall_time, step=step, summary=Summary(value=values))


def plain(tag: str, value: float) -> Summary.Value:
    return Summary.Value(tag=tag, simple_value=value)


def tensor(
    tag: str, value: Any, plugin: str | None = "scalars", content: bytes | None = None
) -> Summary.Value:
    """A tensor, its number in a field of values or, where that is given, in `tensor_content`."""
    proto: TensorProto = make_tensor_proto(value)
    if content is not None:
        shape = proto.tensor_shape
        proto = TensorProto(dtype=proto.dtype, tensor_shape=shape, tensor_content=content)
    made = Summary.Value(tag=tag, tensor=proto)
    if plugin == "scalars":
        made.metadata.CopyFrom(create_summary_metadata(display_name="", description=""))
    elif plugin is not None:
        made.metadata.CopyFrom(SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name=plugin)))
    return made


def write(path: Path, events: Iterable[Event], *, append: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab" if append else "wb") as file:
        writer = RecordWriter(file)
        for each in events:
            writer.write(each.SerializeToString())
        writer.flush()
    return path


def many(count: int) -> Iterator[Event]:
    """Two tags, steps of one to three bytes, one written as tensors."""
    yield version()
    for index in range(count):
        yield event(index * 37, plain("alpha", index / 3))
        yield event(index * 37, tensor("beta", np.float32(-index / 7)))


def read(*files: Path) -> Recorder:
    into = Recorder(str(files[0]), "tensorboard")
    for file in files:
        EventFile(str(file), str(file)).more(into)
    return into


def points(into: Recorder) -> Points:
    return {
        name: (list(steps), list(into.values[name]), list(into.times[name]))
        for name, steps in into.steps.items()
        if steps
    }


def theirs(path: Path, unread: Iterable[str] = ()) -> Points:
    """What TensorBoard's reader finds in a file or folder, less some tags of tensors that are no scalars."""
    guidance: Mapping[str, int] = {"scalars": 0, "tensors": 0}
    found = EventAccumulator(str(path), size_guidance=guidance).Reload()
    tags = found.Tags()
    made: Points = {}
    for tag in tags["scalars"]:
        events = found.Scalars(tag)
        made[tag] = [float(e.step) for e in events], [e.value for e in events], [e.wall_time for e in events]
    for tag in {*tags["tensors"]} - {*unread}:
        events = found.Tensors(tag)
        values = [float(make_ndarray(e.tensor_proto).item()) for e in events]
        made[tag] = [float(e.step) for e in events], values, [e.wall_time for e in events]
    return {tag: held for tag, held in made.items() if held[0]}
