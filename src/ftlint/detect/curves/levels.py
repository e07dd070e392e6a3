"""Levels of a series before and after, and how far apart they are beyond its noise.

In plain Python: rules import it, and rules are also listed where there is no log to pay numpy for.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from math import erf, inf, isfinite, sqrt
from typing import NamedTuple

from ftlint.model.run_log import Series

MEDIAN_ERROR = 1.2533
"""Standard error of a median over that of a mean, of normal noise: sqrt(pi / 2)."""

MAD_TO_SIGMA = 1.4826
"""Median absolute deviation to standard deviation, of normal noise."""

MOST_BENDS = 4000
"""Bends of a longer series that are looked at, evenly apart: they tell its noise to 2%."""

SURE = 0.99
"""No verdict on a curve is surer."""


class Level(NamedTuple):
    """The middle of some values: their median and its standard error."""

    value: float
    error: float

    def over(self, other: Level) -> float:
        """By how many standard errors this lies above another; infinite where neither has noise."""
        apart = self.value - other.value
        error = sqrt(self.error**2 + other.error**2)
        return apart / error if error else (0.0 if not apart else inf if apart > 0 else -inf)


def median(values: Sequence[float]) -> float:
    """The median; of an even number the mean of the two in the middle. Raises `IndexError` without values."""
    ranked = sorted(values)
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def jitter(values: Sequence[float]) -> float:
    """The standard deviation of what goes up and down from point to point, 0 with fewer than four points.

    From the median of second differences: a trend and lone spikes don't count (a second difference of
    independent noise has a standard deviation of sqrt(6) times it).
    """
    if len(values) < 4:
        return 0.0
    apart = -(-len(values) // MOST_BENDS)
    bends = [
        abs(values[here + 1] - 2 * values[here] + values[here - 1])
        for here in range(1, len(values) - 1, apart)
    ]
    return MAD_TO_SIGMA * median(bends) / sqrt(6)


def finite(series: Series) -> Series:
    """The series without its NaN and infinite values."""
    if all(map(isfinite, series.values)):
        return series
    kept = [index for index, value in enumerate(series.values) if isfinite(value)]
    times = series.times
    return Series(
        series.name,
        array("d", (series.steps[index] for index in kept)),
        array("d", (series.values[index] for index in kept)),
        array("d", (times[index] for index in kept)) if len(times) == len(series) else array("d"),
    )


def level(values: Sequence[float], noise: float | None = None) -> Level:
    """The level of values, with the noise of the whole series where that is known better."""
    noise = jitter(values) if noise is None else noise
    error = (MEDIAN_ERROR if len(values) > 2 else 1.0) * noise / sqrt(len(values))
    return Level(median(values), error)


def ends(values: Sequence[float], share: float = 0.25, least: int = 3) -> tuple[Level, Level] | None:
    """The level of the first and of the last share of the values; None where they would overlap."""
    count = max(least, int(len(values) * share))
    if 2 * count > len(values):
        return None
    noise = jitter(values)
    return level(values[:count], noise), level(values[-count:], noise)


def sure(deviations: float) -> float:
    """How sure it is that a difference of so many standard errors is above 0, at most `SURE`."""
    return min(SURE, 0.5 * (1 + erf(deviations / sqrt(2))))


def since(series: Series, holds: Callable[[float], bool], spare: float = 0.1) -> float:
    """The earliest step at which it holds, and from which on to the end it does but for the share `spare` of
    the points; the last step where there is none."""
    first, held = 1, 0
    for back in range(1, len(series) + 1):
        if holds(series.values[-back]):
            held += 1
            if held >= back * (1 - spare):
                first = back
    return series.steps[-first]


def usual_gap(series: Series) -> float:
    """The usual number of steps from one point to the next, 0 with fewer than two points."""
    if len(series) < 2:
        return 0.0
    return median([after - before for before, after in zip(series.steps, series.steps[1:], strict=False)])
