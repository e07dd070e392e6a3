"""Series as curves: the noise, the running median, what is kept and what is remembered."""

import time
from array import array

import numpy as np
import pytest

from ftlint.detect.curves.curve import MOST_POINTS, curve, middle, noise, running_median
from ftlint.model.run_log import Series


def series(values: np.ndarray) -> Series:
    return Series("loss", array("d", range(1, len(values) + 1)), array("d", values.tolist()))


@pytest.mark.parametrize("trend", [0.0, -0.5, 3.0])
def test_the_noise_is_found_on_any_trend_and_beside_spikes(trend: float) -> None:
    rng = np.random.default_rng(1)
    values = trend * np.arange(2000) + rng.normal(scale=0.2, size=2000)
    values[::100] += 50
    assert noise(values) == pytest.approx(0.2, rel=0.15)


def test_a_rounded_curve_has_noise_if_it_moves_at_all() -> None:
    assert noise(np.array([0.0, 0, 0, 0, 1e-4, 0, 0, 0])) > 0
    assert noise(np.zeros(20)) == 0


@pytest.mark.parametrize("count", [1, 2, 8, 9, 60, 1000])
def test_the_running_median_of_a_line_is_near_it_and_of_its_length(count: int) -> None:
    values = np.arange(count, dtype=float)
    smooth = running_median(values)
    assert len(smooth) == count
    assert np.abs(smooth - values).max() <= max(1, count // 40)


def test_a_last_value_that_is_off_counts_for_nothing() -> None:
    values = np.array([9.0, 8, 7, 6, 5, 4, 3, 2, 1, 99])
    assert running_median(values)[-1] == 2


@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_the_middle_is_the_median(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    assert middle(values) == pytest.approx(float(np.median(values)))


def test_what_is_no_number_is_left_out_and_what_is_huge_is_cut() -> None:
    made = curve(series(np.array([1.0, np.nan, 3.0, np.inf, 1e300])))
    assert made.steps.tolist() == [1, 3, 5]
    assert made.values.tolist() == [1, 3, 1e100]


def test_a_long_series_keeps_its_shape_in_few_points() -> None:
    values = np.linspace(3, 1, 1_000_003)
    began = time.process_time()
    made = curve(series(values))
    assert time.process_time() - began < 2
    assert len(made) <= MOST_POINTS
    assert made.every == 667
    assert made.steps[-1] == len(values)
    assert made.values.mean() == pytest.approx(2, abs=0.01)


def test_a_series_is_reckoned_with_once_and_another_is_not_taken_for_it() -> None:
    first = series(np.arange(10.0))
    assert curve(first) is curve(first)
    assert curve(series(np.arange(10.0))) is not curve(first)
    again = Series("loss", first.steps, array("d", [5.0] * 10))
    assert curve(again).values.tolist() == [5.0] * 10
