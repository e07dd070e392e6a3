"""Fits that only fall, or fall and then rise: what a loss does, without a formula for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Valley(NamedTuple):
    """The curve that falls to `bottom` and rises after it, nearest to some values in least squares.

    `error` is the sum of squares that it leaves, `falling_error` what the nearest curve that never rises
    leaves, `levels` how many different values the fit has.
    """

    fit: Sequence[float]
    bottom: int
    error: float
    falling_error: float
    levels: int


class _Blocks:
    """Pool adjacent violators, point by point: the nearest curve that rises, and what it leaves."""

    def __init__(self) -> None:
        self.means: list[float] = []
        self.counts: list[int] = []
        self.errors: list[float] = []
        self.error = 0.0

    def add(self, value: float) -> None:
        mean, count, error = value, 1, 0.0
        while self.means and self.means[-1] >= mean:
            other, many, old = self.means.pop(), self.counts.pop(), self.errors.pop()
            self.error -= old
            total = count + many
            error += old + (mean - other) ** 2 * count * many / total
            mean = (mean * count + other * many) / total
            count = total
        self.means.append(mean)
        self.counts.append(count)
        self.errors.append(error)
        self.error += error

    def fit(self) -> list[float]:
        return [mean for mean, count in zip(self.means, self.counts, strict=True) for _ in range(count)]


def valley(values: Sequence[float]) -> Valley:
    """The nearest curve that falls and then rises, of one value or more. O(n)."""
    falling, rising = _Blocks(), _Blocks()
    before: list[float] = []
    after: list[float] = [0.0]
    for value in values:
        falling.add(-value)
        before.append(falling.error)
    for value in reversed(values):
        rising.add(-value)
        after.append(rising.error)
    count = len(values)
    cut = min(range(count), key=lambda index: (before[index] + after[count - 1 - index], index))
    left, right = _Blocks(), _Blocks()
    for value in values[: cut + 1]:
        left.add(-value)
    for value in values[cut + 1 :]:
        right.add(value)
    fit = [-value for value in left.fit()] + right.fit()
    return Valley(
        fit=fit,
        bottom=cut,
        error=before[cut] + after[count - 1 - cut],
        falling_error=before[-1],
        levels=len(left.means) + len(right.means),
    )
