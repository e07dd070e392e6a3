"""`Writer` passes on what is written, byte for byte, and judges it."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, nan
from pathlib import Path
from typing import Any

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from ftlint.live.verdicts import Change
from ftlint.live.writer import Writer
from ftlint.model import RunLog
from ftlint.runlogs.runs import Run, run_files


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def loss(step: int) -> float:
    return 0.3 + 2 * exp(-step / 200)


def held_out(step: int) -> float:
    return 1.0 + 0.8 * (step / 300 - 1) ** 2


def written(folder: Path) -> RunLog:
    (files,) = run_files([str(file) for file in folder.iterdir()])
    return Run(files).read()


def train(writer: Writer, steps: int, *, after: Callable[[int], float] = held_out) -> int:
    """The last step of a training loop as a user writes it."""
    for step in range(10, steps + 1, 10):
        writer.add_scalar("train/loss", loss(step), step)
        if step % 50 == 0:
            writer.add_scalar("eval/loss", after(step), step)
        if writer.should_stop:
            return step
    return steps


def test_a_loop_stops_once_it_overfits_and_the_files_hold_what_was_written(tmp_path: Path) -> None:
    told: list[Change] = []
    writer = Writer(str(tmp_path / "run"), on_verdict=told.append)
    last = train(writer, 2000)
    writer.close()
    assert 300 < last < 1000
    assert writer.stopped_by is not None
    assert (writer.stopped_by.name, writer.stopped_by.step) == ("overfitting", 300)
    assert [change.verdict.name for change in told if change.word == "found"].count("overfitting") == 1
    log = written(tmp_path / "run")
    assert list(log.series["loss"].steps) == list(range(10, last + 1, 10))
    assert list(log.series["eval_loss"].values) == pytest.approx(
        [held_out(s) for s in range(50, last + 1, 50)]
    )
    # what the file says comes to the same verdict
    assert log.series["loss"].values == pytest.approx(writer._recording.recorder.log().series["loss"].values)


def test_a_healthy_loop_goes_on(tmp_path: Path) -> None:
    with Writer(str(tmp_path / "run")) as writer:
        assert train(writer, 600, after=lambda step: 0.5 + loss(step)) == 600
        assert writer.stopped_by is None


def test_events_that_are_written_whole_are_judged_too(tmp_path: Path) -> None:
    writer = Writer(EventFileWriter(str(tmp_path / "run")), stop_on=["nan-loss"])
    for step in range(1, 40):
        value = nan if step > 30 else loss(10 * step)
        summary = Summary(value=[Summary.Value(tag="train/loss", simple_value=value)])
        writer.add_event(Event(wall_time=1.7e9 + step, step=step, summary=summary))
        if writer.should_stop:
            break
    writer.close()
    assert step == 32
    assert list(written(tmp_path / "run").series["loss"].steps) == list(range(1, 33))


class Summaries:
    """What a `SummaryWriter` has, as far as it is called."""

    log_dir = "runs/exp3"

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def add_scalar(self, *arguments: Any, **more: Any) -> None:
        self.calls.append(("scalar", *arguments, more))

    def add_scalars(self, *arguments: Any) -> None:
        self.calls.append(("scalars", *arguments))

    def add_text(self, *arguments: Any) -> str:
        self.calls.append(("text", *arguments))
        return "written"

    def close(self) -> None:
        self.calls.append(("close",))


def test_everything_is_passed_on_as_it_came() -> None:
    inner = Summaries()
    writer = Writer(inner)
    writer.add_scalar("train/loss", 2.0)
    writer.add_scalar("train/loss", "1.5", 7, new_style=True)
    writer.add_scalars("eval", {"loss": 1.25, "note": "x"}, 7, 1.7e9)
    assert writer.add_text("note", "hello", 7) == "written"
    writer.close()
    assert inner.calls == [
        ("scalar", "train/loss", 2.0, None, None, {}),
        ("scalar", "train/loss", "1.5", 7, None, {"new_style": True}),
        ("scalars", "eval", {"loss": 1.25, "note": "x"}, 7, 1.7e9),
        ("text", "note", "hello", 7),
        ("close",),
    ]
    log = writer._recording.recorder.log()
    assert log.path == "runs/exp3"
    assert {name: list(each.points()) for name, each in log.series.items()} == {
        "loss": [(0.0, 2.0)],
        "eval_loss": [(7.0, 1.25)],
    }
