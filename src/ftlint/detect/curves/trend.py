"""How a curve goes: the slope of a stretch of it, and what it gains from its beginning to its end."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from ftlint.detect.curves.curve import Curve, Floats, middle
from ftlint.detect.curves.levels import MEDIAN_ERROR


class Slope(NamedTuple):
    """A line through values: what it changes over one step, its standard error, where it ends."""

    change: float
    error: float
    end: float

    @property
    def deviations(self) -> float:
        """How many standard errors it falls by; 99 where it has no error."""
        return (
            -self.change / self.error if self.error else 99.0 * (self.change < 0) - 99.0 * (self.change > 0)
        )


class Gain(NamedTuple):
    """How much lower the last quarter of a curve lies than its first, as a share of that, and the standard
    error; `total` is the same from its very first values."""

    share: float
    error: float
    total: float


def slope(steps: Floats, values: Floats) -> Slope:
    """The line nearest to values in least squares, of two values or more."""
    away = steps - steps.mean()
    level = values - values.mean()
    square = float(away @ away)
    change = float(away @ level) / square
    left = level - change * away
    error = sqrt(float(left @ left) / max(1, len(values) - 2) / square)
    return Slope(change, error, float(values.mean()) + change * float(away[-1]))


def start(values: Floats) -> float:
    """Where values begin: the first of less than 100, else the median of their first fiftieth."""
    return middle(values[: max(1, len(values) // 50)])


def gain(held: Curve) -> Gain:
    """What the curve gained by its end, of four values or more with a level that is not 0."""
    count = max(1, len(held) // 4)
    first, last = middle(held.values[:count]), middle(held.values[-count:])
    scale = abs(first) or 1e-12
    error = (MEDIAN_ERROR if count > 2 else 1.0) * held.noise * sqrt(2 / count)
    begun = start(held.values)
    return Gain((first - last) / scale, error / scale, (begun - last) / (abs(begun) or 1e-12))
