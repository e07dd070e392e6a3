"""The fits that only fall, or fall and then rise: against brute force, and against chance."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.detect.curves.isotonic import valley
from ftlint.detect.curves.overfit import chance

VALUES = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=9)


def nearest_falling(values: list[float]) -> float:
    """The squares that the nearest falling curve leaves, by the min-max formula of isotonic regression."""
    fit = [
        min(max(np.mean(values[low : high + 1]) for high in range(at, len(values))) for low in range(at + 1))
        for at in range(len(values))
    ]
    return float(sum((value - level) ** 2 for value, level in zip(values, fit, strict=True)))


@given(VALUES)
def test_a_falling_fit_and_a_valley_leave_least(values: list[float]) -> None:
    found = valley(values)
    assert found.falling_error == pytest.approx(nearest_falling(values), abs=1e-9)
    least = min(
        nearest_falling(values[:cut]) + nearest_falling([*reversed(values[cut:])])
        for cut in range(1, len(values) + 1)
    )
    assert found.error == pytest.approx(least, abs=1e-9)


@given(VALUES)
def test_the_fit_falls_to_its_bottom_and_rises_after_it(values: list[float]) -> None:
    found = valley(values)
    steps = [after - before for before, after in pairwise(found.fit)]
    assert all(step <= 1e-9 for step in steps[: found.bottom])
    assert all(step >= -1e-9 for step in steps[found.bottom + 1 :])
    left = sum((value - level) ** 2 for value, level in zip(values, found.fit, strict=True))
    assert left == pytest.approx(found.error, abs=1e-9)
    assert found.levels <= len(values)


@pytest.mark.parametrize("count", [3, 5, 10, 40])
def test_chance_is_what_flat_noise_exceeds_once_in_forty(count: int) -> None:
    rng = np.random.default_rng(count)
    gains = []
    for _ in range(2000):
        found = valley(rng.normal(size=count).tolist())
        gains.append(found.falling_error - found.error)
    above = float(np.mean(np.array(gains) > chance(count)))
    assert 0.01 < above < 0.04
