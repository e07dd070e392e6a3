"""Event files: every scalar that TensorBoard's own reader finds, by the same step, value and time."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from event_files import BEGIN, NAME, event, many, plain, points, read, start, tensor, theirs, version, write
from google.protobuf.struct_pb2 import Value
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData, SessionStartInfo
from tensorboard.summary.writer.record_writer import RecordWriter

from ftlint.runlogs import tensorboard, tensorboard_columns
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.tensorboard import EventFile, signs

STEPS = (0, 1, 127, 128, 16_383, 16_384, 1 << 21, 1 << 35, (1 << 53) - 1, -1, -(1 << 40))

NUMBERS = {
    "float": np.float32(0.1),
    "double": np.float64(1 / 3),
    "half": np.float16(-0.333),
    "int": np.int32(-7),
    "long": np.int64(-(1 << 40)),
    "small": np.uint8(200),
    "signed": np.int8(-100),
    "short": np.int16(-30_000),
    "unsigned": np.uint16(60_000),
    "bool": np.True_,
    "nan": np.float32("nan"),
    "infinite": np.float64("-inf"),
    "none": np.float32(0),
}


@pytest.fixture(params=["one by one", "in columns"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to read a file, whatever its size."""
    by_columns = request.param == "in columns"
    monkeypatch.setattr(tensorboard, "SHORT", 0 if by_columns else 1 << 40)
    monkeypatch.setattr(tensorboard_columns, "FEW", 2)
    return str(request.param)


def same(one: object, other: object) -> bool:
    return repr(one) == repr(other)


@pytest.mark.usefixtures("way")
def test_plain_scalars_of_every_step_width(tmp_path: Path) -> None:
    rows = [event(step, plain("alpha", step / 3), time=BEGIN + index) for index, step in enumerate(STEPS * 3)]
    file = write(tmp_path / NAME, [version(), *rows])
    assert same(points(read(file)), theirs(file))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("kind", NUMBERS)
def test_tensors_of_every_type(tmp_path: Path, kind: str) -> None:
    number = NUMBERS[kind]
    stored = number.tobytes()
    rows = [
        [
            event(step, tensor("values", number)),
            event(step, tensor("content", number, content=stored)),
        ]
        for step in (1, 2, 3, 200, 300, 400)
    ]
    file = write(tmp_path / NAME, [version(), *(each for row in rows for each in row)])
    found = points(read(file))
    assert {*found} == {"values", "content"}
    assert found["values"][1] == pytest.approx([float(number)] * 6, abs=0, rel=0, nan_ok=True)
    assert same(sorted(found.items()), sorted(theirs(file).items()))


@pytest.mark.usefixtures("way")
def test_the_types_numpy_lacks(tmp_path: Path) -> None:
    bfloat = tensor("bfloat", np.float16(0))
    bfloat.tensor.dtype = 14
    bfloat.tensor.half_val[:] = [0x3FC0]
    wide = tensor("wide", np.float32(0))
    wide.tensor.ClearField("float_val")
    wide.tensor.dtype = 23
    wide.tensor.uint64_val[:] = [1 << 63]
    file = write(tmp_path / NAME, [event(step, bfloat, wide) for step in range(1, 9)])
    found = points(read(file))
    assert found["bfloat"][1] == [1.5] * 8
    assert found["wide"][1] == [float(1 << 63)] * 8


@pytest.mark.usefixtures("way")
def test_several_values_in_one_event_and_tags_of_one_length(tmp_path: Path) -> None:
    tags = [f"layer.{index:02}/norm" for index in range(40)]
    rows = [event(step, plain("one", step), plain("two", -step)) for step in range(5)]
    rows += [event(step, plain(tag, index * step)) for step in range(5) for index, tag in enumerate(tags)]
    file = write(tmp_path / NAME, [version(), *rows])
    assert same(sorted(points(read(file)).items()), sorted(theirs(file).items()))


@pytest.mark.usefixtures("way")
def test_what_is_no_scalar_is_left(tmp_path: Path) -> None:
    counts = HistogramProto(min=0, max=1, num=2, bucket_limit=[0.5, 1], bucket=[1, 1])
    histogram = Summary.Value(tag="histogram", histo=counts)
    rows = [
        row
        for step in range(20)
        for row in (
            event(step, histogram),
            event(step, tensor("vector", np.float32([1, 2]), plugin=None)),
            event(step, tensor("text", "a note", plugin="text")),
            event(step, tensor("curve", np.float32([[0.5]]), plugin="pr_curves")),
            event(step, tensor("kept", np.float32([[step]]))),
            event(step, plain("plain", step)),
        )
    ]
    file = write(tmp_path / NAME, [version(), *rows])
    found = points(read(file))
    assert {*found} == {"kept", "plain"}
    assert same(sorted(found.items()), sorted(theirs(file, ["vector", "text", "curve"]).items()))


@pytest.mark.usefixtures("way")
def test_a_writer_says_once_whose_a_tag_is(tmp_path: Path) -> None:
    first = [
        event(0, tensor("mine", np.float32(1))),
        event(0, tensor("other", np.float32(1), plugin="curves")),
    ]
    later = [
        event(step, tensor(tag, np.float32(step), plugin=None))
        for step in range(1, 9)
        for tag in ("mine", "other", "unsaid")
    ]
    file = write(tmp_path / NAME, [version(), *first, *later])
    found = points(read(file))
    assert {*found} == {"mine", "unsaid"}
    assert same(sorted(found.items()), sorted(theirs(file, ["other"]).items()))


def test_every_event_of_a_large_file_in_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / NAME, many(1500))
    expected = theirs(file)
    assert len(expected["beta"][0]) == 1500
    for window in (16 << 20, 100_000, 5_000):
        monkeypatch.setattr(tensorboard, "WINDOW", window)
        assert same(sorted(points(read(file)).items()), sorted(expected.items()))


@pytest.mark.usefixtures("way")
def test_a_resume_takes_back_what_was_written_after_its_step(tmp_path: Path) -> None:
    rows = [event(step, plain("train/loss", 9 - step / 100)) for step in range(0, 300, 10)]
    again = [event(step, plain("train/loss", 1 + step / 100)) for step in range(205, 250, 10)]
    write(tmp_path / "events.out.tfevents.2.host", [version(), start(200), *again])
    write(tmp_path / "events.out.tfevents.1.host", [version(), *rows])
    into = read(*sorted(tmp_path.iterdir()))
    assert same(points(into)["loss"], theirs(tmp_path)["train/loss"])
    (restart,) = into.log().restarts
    assert restart == (200, 290, pytest.approx(9 - 2.9), pytest.approx(1 + 2.05))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("most", [0, 64])
def test_many_resumes_in_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(tensorboard_columns, "MANY_RESTARTS", most)
    chance = random.Random(7)
    rows = [version()]
    for index in range(400):
        step = chance.randrange(1, 100)
        rows.append(start(step) if index % 20 == 7 else event(step, plain(chance.choice("ab"), index)))
    file = write(tmp_path / NAME, rows)
    assert same(sorted(points(read(file)).items()), sorted(theirs(file).items()))


@pytest.mark.usefixtures("way")
def test_arguments_of_a_trainer(tmp_path: Path) -> None:
    told = {"learning_rate": 5e-5, "max_steps": -1, "num_train_epochs": 3, "fp16": True}
    text = tensor("args/text_summary", json.dumps({**told, "debug": [], "seed": None}), plugin="text")
    ended = [event(9, plain("train/loss", 1.0)), event(9, plain("train/train_runtime", 60.0))]
    into = read(write(tmp_path / NAME, [version(), event(0, text), *ended]))
    log = into.log()
    assert log.arguments == told
    assert (log.planned_steps, log.planned_epochs, log.finished) == (None, 3, True)


@pytest.mark.usefixtures("way")
def test_hyperparameters_of_the_plugin(tmp_path: Path) -> None:
    given = {"lr": 0.01, "optimizer": "adam", "bias": False}
    started = SessionStartInfo(
        hparams={
            "lr": Value(number_value=0.01),
            "optimizer": Value(string_value="adam"),
            "bias": Value(bool_value=False),
        }
    )
    value = Summary.Value(tag="_hparams_/session_start_info")
    value.metadata.plugin_data.plugin_name = "hparams"
    value.metadata.plugin_data.content = HParamsPluginData(session_start_info=started).SerializeToString()
    file = write(tmp_path / NAME, [version(), event(0, value)])
    into = read(file)
    assert into.arguments == given
    assert not points(into)


def test_a_small_file_needs_no_numpy(tmp_path: Path) -> None:
    file = write(tmp_path / NAME, many(100))
    code = (
        "import sys; from ftlint.runlogs.tensorboard import EventFile\n"
        "from ftlint.runlogs.recorder import Recorder\n"
        "into = Recorder('x', 'tensorboard'); EventFile(sys.argv[1], 'x').more(into)\n"
        "print(len(into.steps['alpha']), 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["100", "False"]


def test_signs(tmp_path: Path) -> None:
    head = write(tmp_path / NAME, many(1)).read_bytes()
    assert signs("renamed.bin", head)
    assert signs(f"folder/{NAME}", b"")
    assert signs(NAME, head[:9])
    assert signs(NAME, b"\x00" + head[1:])
    assert not signs("renamed.bin", b"\x00" + head[1:])
    assert not signs("renamed.bin", b"")
    assert not signs(NAME, b"version https://git-lfs.github.com/spec/v1\n")
    example = tmp_path / "data.tfrecord"
    with open(example, "wb") as file:
        RecordWriter(file).write(b"\x0a\x04\x0a\x02\x0a\x00")
    assert not signs(example.name, example.read_bytes())


WRITER = """
import sys
from itertools import count
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

writer = EventFileWriter(sys.argv[1], flush_secs=0)
for step in count(int(sys.argv[2])):
    value = Summary.Value(tag="alpha", simple_value=step / 3)
    writer.add_event(Event(wall_time=step, step=step, summary=Summary(value=[value])))
    writer.flush()
"""


def test_a_run_that_is_being_written_and_is_killed(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, "0"])
    try:
        deadline = time.monotonic() + 30
        into = Recorder("run", "tensorboard")
        reader: EventFile | None = None
        seen: set[int] = set()
        while len(seen) < 5 and time.monotonic() < deadline:
            if reader is None:
                reader = next((EventFile(str(each), "run") for each in tmp_path.iterdir()), None)
            elif reader.more(into):
                seen.add(len(into.steps.get("alpha", ())))
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    assert reader is not None
    assert len(seen) == 5
    reader.more(into)
    (path,) = tmp_path.iterdir()
    assert points(into) == theirs(path)
    assert list(into.steps["alpha"]) == list(np.arange(len(into.steps["alpha"])))
