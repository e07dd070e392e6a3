"""Charts of runs: what is smoothed, thinned, scaled and marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite, nan
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.detect.curves.judgement import Judgement
from ftlint.model.run_log import RunLog
from ftlint.report.run_canvas import ASCII, Glyphs
from ftlint.report.run_chart import chart, frame
from ftlint.report.run_curves import at, averaged, curve, extremes, label_of, running
from ftlint.report.run_marks import Marks, marks
from ftlint.report.run_panels import panels
from ftlint.report.run_scale import exact, round_ticks, scale, short, told
from ftlint.report.style import Style
from ftlint.runlogs.recorder import Recorder

FINITE = st.floats(-1e9, 1e9, allow_subnormal=False)


def log_of(every: float = 1.0, **series: Sequence[float]) -> RunLog:
    """A run with these series, a value every so many steps."""
    recorder = Recorder("run.json", "trainer-state")
    for name, values in series.items():
        for index, value in enumerate(values, 1):
            recorder.point(name.replace("__", "/"), index * every, value)
    return recorder.log()


def test_the_running_median_is_that_of_a_window() -> None:
    random = Random(1)
    points = [(float(index), random.gauss(0, 1)) for index in range(300)]
    half = 300 // 30 // 2
    for index, (place, value) in enumerate(running(points)):
        window = [value for _, value in points[max(0, index - half) : index + half + 1]]
        assert (place, value) == (points[index][0], median(window))


def test_values_that_are_few_are_averaged() -> None:
    shares = [0.0, 1.0, 1.0] * 40
    drawn = curve(log_of(reward=shares), log_of(reward=shares).series["reward"])
    assert drawn.mean
    assert drawn.median == averaged(drawn.points)
    assert all(0.4 < value < 0.9 for _, value in drawn.median)


def test_a_million_points_are_drawn_as_few() -> None:
    random = Random(2)
    points = [(float(index), 1 + random.random()) for index in range(100_000)]
    points[77_777] = (77_777.0, 99.0)
    assert len(running(points)) == 2000
    thin = extremes(points, 200)
    assert len(thin) <= 4 * 201
    assert (77_777.0, 99.0) in thin
    assert (thin[0], thin[-1]) == (points[0], points[-1])


@given(
    st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=200, unique_by=lambda point: point[0]),
    st.integers(1, 20),
)
def test_thinning_keeps_order_and_extremes(points: list[tuple[float, float]], columns: int) -> None:
    points.sort()
    thin = extremes(points, columns)
    assert thin == sorted(thin)
    assert set(thin) <= set(points)
    for pick in (min, max):
        assert pick(value for _, value in thin) == pick(value for _, value in points)


def test_places_between_points() -> None:
    points = [(1.0, 10.0), (3.0, 30.0)]
    assert [at(points, place) for place in (0.5, 1, 2, 3, 3.5)] == [None, 10, 20, 30, None]


@pytest.mark.parametrize(
    ("value", "few", "four"),
    [
        (1.0001, "1", "1.000"),
        (1e-4, "1e-4", "1e-4"),
        (2.5e-5, "2.5e-5", "2.5e-5"),
        (1500, "1500", "1500"),
        (12345, "12.35k", "12.35k"),
        (0.0, "0", "0"),
        (-3.25e6, "-3.25M", "-3.25M"),
        (0.048, "0.048", "0.04800"),
    ],
)
def test_numbers_are_short(value: float, few: str, four: str) -> None:
    assert (short(value), exact(value)) == (few, four)


@given(FINITE, FINITE, st.integers(2, 12))
def test_ticks_are_round_few_and_told_apart(one: float, other: float, most: int) -> None:
    low, high = sorted((one, other))
    if high - low <= 1e-6 * max(abs(low), abs(high), 1e-9):
        return
    ticks = round_ticks(low, high, most)
    assert 1 <= len(ticks) <= most + 2
    assert ticks == sorted(set(ticks))
    assert len(set(told(ticks))) == len(ticks)


def test_a_lone_peak_does_not_squash_the_rest() -> None:
    made = scale([1 + index % 7 / 10 for index in range(200)] + [500.0])
    assert made.high < 3
    assert made.beyond(500.0)
    rising = scale([index / 10 for index in range(100)])
    assert (rising.beyond(0.0), rising.beyond(9.9)) == (False, False)


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=60),
    st.booleans(),
    st.booleans(),
)
def test_whatever_the_values_a_chart_is_drawn(values: list[float], logarithmic: bool, plain: bool) -> None:
    log = log_of(loss=values, eval_loss=values[::3])
    for panel in panels(log):
        made = frame(panel, "step", log=logarithmic)
        lines = list(chart(panel, Marks(), made, Style(width=60), ASCII if plain else Glyphs()))
        assert len(lines) == 16
        assert all(len(line) <= 60 for line in lines)
        assert any("×" in line or "X" in line for line in lines) == any(each.broken for each in panel.curves)


def test_marks_follow_the_verdict() -> None:
    evals = [2.0, 1.4, 1.1, 1.0, 1.2, 1.3, 1.4]
    log = log_of(every=10, eval_loss=evals, loss=[2.0, 1.2, 0.9, 0.7, 0.5, 0.4, 0.3])
    judged: Mapping[str, Judgement] = {
        "overfitting": Judgement("yes", 40, 70, 0.95, numbers={"best": 1.0, "now": 1.35, "rise": 0.35})
    }
    drawn = marks(log, [], judged)
    assert drawn.best is not None
    assert (drawn.best.place, drawn.best.value) == (40, 1.0)
    assert drawn.rise is not None
    assert (drawn.rise.begin, drawn.rise.end, drawn.rise.share) == (40, 70, 0.35)
    assert marks(log, [], {}).rise is None


def test_the_best_step_is_that_of_the_task_and_not_of_general_data() -> None:
    log = log_of(eval_general_loss=[1.0, 1.1, 1.2, 1.3], eval_narrow_loss=[3.0, 2.0, 1.5, 1.6])
    best = marks(log, [], {}).best
    assert best is not None
    assert best.value < 2


def test_epochs_stand_where_they_end() -> None:
    recorder = Recorder("run.json", "trainer-state")
    for step in range(10, 1010, 10):
        recorder.row(step, {"loss": 1.0, "epoch": step / 250})
    ends = marks(recorder.log(), [], {}).epochs
    assert [(round(place), number) for place, number in ends] == [(250, 1), (500, 2), (750, 3)]
    assert [place for place, _ in marks(recorder.log(), [], {}, "epoch").epochs] == [1, 2, 3]


def test_runs_show_first_what_their_objective_is() -> None:
    reinforced = log_of(
        reward=[0.1, 0.2], kl=[0.0, 0.1], loss=[0.0, 0.0], completions__mean_length=[9.0, 8.0]
    )
    assert [panel.curves[0].name for panel in panels(reinforced)][:3] == [
        "reward",
        "kl",
        "completions/mean_length",
    ]
    preference = log_of(
        loss=[0.7, 0.6], rewards__margins=[0.0, 0.1], rewards__chosen=[0.0, 0.1], rewards__rejected=[0.0, 0.0]
    )
    names = [[each.name for each in panel.curves] for panel in panels(preference)]
    assert names[:3] == [["loss"], ["rewards/margins"], ["rewards/chosen", "rewards/rejected"]]
    sets = log_of(
        loss=[1.0, 0.9], eval_loss=[1.0, 0.9], eval_general_loss=[2.0, 2.1], eval_runtime=[3.0, 3.0]
    )
    assert [[each.label for each in panel.curves] for panel in panels(sets)] == [
        ["train loss", "eval loss", "eval loss, general"]
    ]


def test_only_broken_values_are_shown_as_such() -> None:
    panel = panels(log_of(loss=[nan, inf, nan]))[0]
    lines = list(chart(panel, Marks(), frame(panel, "step"), Style(width=60), Glyphs()))
    assert lines[0].count("×") == 3


def test_names_are_masked_where_they_may_be_private() -> None:
    assert label_of("loss") == "train loss"
    assert "sk-" not in label_of("eval_sk-abcdefghijklmnopqrstuvwx_loss")


def test_very_long_series_are_thinned_to_the_same_picture() -> None:
    random = Random(5)
    values = [2 - index / 100_000 + random.gauss(0, 0.1) for index in range(60_000)]
    values[30_000], values[40_000] = 9.0, nan
    log = log_of(loss=values)
    long = curve(log, log.series["loss"])
    whole = curve(log, log.series["loss"], "step", (0, inf))
    assert len(long.points) <= 2 * 8000 + 2
    assert (30_001, 9.0) in long.points
    assert (long.points[0], long.points[-1]) == ((1, values[0]), (60_000, values[-1]))
    assert long.broken == whole.broken == [40_001]
    plain = running([(float(index), value) for index, value in enumerate(values, 1) if isfinite(value)])
    for place in (10_000, 30_000, 55_000):
        near, exactly = at(long.median, place), at(plain, place)
        assert near is not None
        assert near == pytest.approx(exactly, abs=0.01)
