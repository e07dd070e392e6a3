"""Steps in order, whatever order a log has: resumes, late rows, steps written twice."""

from array import array

import pytest

from ftlint.detect.curves.spark import spark
from ftlint.model.run_log import Restart, RunLog, Series
from ftlint.runlogs.recorder import Recorder, ordered


def series(steps: list[float], values: list[float]) -> Series:
    return Series("loss", array("d", steps), array("d", values))


CASES = {
    "in order": ([1, 2, 3], [9, 8, 7], [(1, 9), (2, 8), (3, 7)], []),
    "a step twice: the later value counts": ([1, 2, 2, 3], [9, 8, 6, 5], [(1, 9), (2, 6), (3, 5)], []),
    "a lone late row is put in its place": (
        [1, 2, 4, 3, 5],
        [9, 8, 6, 7, 5],
        [(1, 9), (2, 8), (3, 7), (4, 6), (5, 5)],
        [],
    ),
    "a late row of a step that is there adds nothing": (
        [1, 2, 3, 2, 4],
        [9, 8, 7, 1, 6],
        [(1, 9), (2, 8), (3, 7), (4, 6)],
        [],
    ),
    "a resume replaces what it writes again": (
        [1, 2, 3, 4, 3, 4, 5],
        [9, 8, 7, 6, 7.5, 6.5, 5],
        [(1, 9), (2, 8), (3, 7.5), (4, 6.5), (5, 5)],
        [Restart(3, 4, 6, 7.5)],
    ),
    "what a resume has not come to yet is gone": (
        [1, 2, 3, 4, 2],
        [9, 8, 7, 6, 8.5],
        [(1, 9), (2, 8.5)],
        [Restart(2, 4, 6, 8.5)],
    ),
    "two resumes": (
        [1, 2, 3, 2, 3, 4, 3, 4],
        [9, 8, 7, 8, 7, 6, 5, 4],
        [(1, 9), (2, 8), (3, 5), (4, 4)],
        [Restart(2, 3, 7, 8), Restart(3, 4, 6, 5)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_steps_ascend(name: str) -> None:
    steps, values, points, restarts = CASES[name]
    made, found = ordered("loss", array("d", steps), array("d", values), array("d"))
    assert list(made.points()) == points
    assert found == restarts


def test_times_follow_their_points() -> None:
    made, _ = ordered(
        "loss", array("d", [1, 2, 1, 2]), array("d", [9, 8, 7, 6]), array("d", [10, 20, 30, 40])
    )
    assert list(made.times) == [30, 40]


def test_a_series_without_a_time_for_each_point_has_none() -> None:
    recorder = Recorder("log", "jsonl")
    recorder.point("loss", 1, 2.0)
    recorder.point("loss", 2, 1.0, time=5.0)
    assert list(recorder.log().series["loss"].times) == []


def test_a_live_log_can_be_asked_in_between() -> None:
    recorder = Recorder("log", "jsonl")
    recorder.row(1, {"loss": 2.0})
    first = recorder.log()
    recorder.row(2, {"loss": 1.0})
    assert len(first.series["loss"]) == 1
    assert len(recorder.log().series["loss"]) == 2


def test_a_restart_is_told_once_with_the_loss_around_it() -> None:
    recorder = Recorder("log", "jsonl")
    for step in (1, 2, 3, 2, 3, 4):
        recorder.row(step, {"grad_norm": 1.0, "loss": 10.0 - step})
    assert recorder.log().restarts == (Restart(2, 3, 7.0, 8.0),)


def run(epochs: Series | None) -> RunLog:
    return RunLog("log", "jsonl", {"loss": series([10, 20, 30], [3, 2, 1])}, epochs=epochs)


def test_epochs_lie_between_those_the_log_says() -> None:
    log = run(Series("epoch", array("d", [10, 30]), array("d", [0.5, 1.5])))
    assert log.steps_per_epoch == 20
    assert [log.epoch_at(step) for step in (5, 10, 20, 30, 40)] == [0.25, 0.5, 1.0, 1.5, 2.0]
    assert run(None).epoch_at(10) is None


def test_eval_sets_by_name() -> None:
    names = ("eval_loss", "eval_general_loss", "eval_accuracy", "loss")
    log = RunLog("log", "jsonl", {name: series([1], [1]) for name in names})
    assert list(log.eval_losses) == ["", "general"]


def test_a_spark_scales_to_its_range_and_shows_gaps() -> None:
    assert spark(series([1, 2, 3], [3, 2, 1]), 8) == ("█▅▁", [1, 2, 3])
    assert spark(series([1, 2, 3], [1, float("nan"), 1]), 8)[0] == "▁×▁"
    assert spark(series([1, 2, 3, 4], [1, 1, 2, 2]), 2) == ("▁█", [2, 4])
    assert spark(series([], []), 8) == ("", [])
