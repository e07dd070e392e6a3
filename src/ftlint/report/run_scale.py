"""Scales: from values to places, with round ticks; a lone peak does not squash what is below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor, log10
from typing import NamedTuple

PEAK = 2.5
"""How many times the height of nearly all values the highest may stand before it is cut off."""

NEARLY_ALL = 0.98


TINY = 1e-200
"""Values nearer to 0 are 0, and those beyond its inverse are infinite: nothing that a run logs is."""


class Scale(NamedTuple):
    """`low` to `high` on 0 to 1; logarithmic where `log`. What lies beyond is drawn at the edge."""

    low: float
    high: float
    log: bool = False

    def place(self, value: float) -> float:
        """0 at the bottom, 1 at the top, never beyond."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = log10(low), log10(high), log10(max(value, self.low))
        return min(1.0, max(0.0, (value - low) / (high - low)))

    def beyond(self, value: float) -> bool:
        return value > self.high + 1e-9 * abs(self.high) or value < self.low - 1e-9 * abs(self.low)

    def ticks(self, most: int) -> list[float]:
        """Round values from low to high, at most so many."""
        if self.log and self.high / self.low > 8:
            return _decades(self.low, self.high, most)
        return round_ticks(self.low, self.high, most)


def scale(values: Iterable[float], *, log: bool = False, zero: bool = False) -> Scale:
    """A scale for values: a little room above and below; without the peaks of a few of them.

    `log` needs values above 0, others are left out; `zero` begins at 0 where all are above it.
    """
    ordered = sorted(value for value in values if not log or value > TINY)
    if not ordered:
        return Scale(0.1, 1.0, log)
    low, high = ordered[0], ordered[-1]
    if log:
        return Scale(low * 0.9, high * 1.1, log=True)
    usual = ordered[min(len(ordered) - 1, int(NEARLY_ALL * len(ordered)))]
    base = ordered[int((1 - NEARLY_ALL) * len(ordered))]
    if high > base + PEAK * (usual - base) > base:
        high = usual + 0.25 * (usual - base)
    if low < usual - PEAK * (usual - base) < usual:
        low = base - 0.25 * (usual - base)
    if zero and low > 0 and low < 0.4 * high:
        low = 0.0
    size = max(abs(low), abs(high))
    apart = high - low > max(1e-9 * size, TINY)
    room = 0.06 * (high - low) if apart else 0.1 * size if size > TINY else 1.0
    return Scale(low - (0 if low == 0 <= ordered[0] and high > 0 else room), high + room)


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten from low to high, at most so many; two where it can be."""
    if not high > low or most < 1:
        return [low]
    found = _round(low, high, most)
    return found if len(found) > 1 else _round(low, high, most + 2)


def _round(low: float, high: float, most: int) -> list[float]:
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    for factor in (1, 2, 5, 10, 20):
        width = factor * power
        first, last = ceil(low / width - 1e-9), floor(high / width + 1e-9)
        if last - first + 1 <= most:
            return [round(index * width, 12) for index in range(first, last + 1)] or [low]
    return [low]


def _decades(low: float, high: float, most: int) -> list[float]:
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [
            factor * 10.0**power
            for power in range(floor(log10(low)), ceil(log10(high)) + 1)
            for factor in factors
            if low <= factor * 10.0**power <= high
        ]
        if len(found) <= most:
            return found
    return found[:: -(-len(found) // most)]


def told(values: Sequence[float]) -> list[str]:
    """Ticks as they are written, all with as many decimals as tell them apart."""
    for digits in range(3, 9):
        texts = [short(value, digits) for value in values]
        if len(set(texts)) == len(set(values)):
            return texts
    return [short(value, 9) for value in values]


def exact(value: float) -> str:
    """A measured value, all of its four digits: `1.000`, `0.0480`, else as `short`."""
    return f"{value:#.4g}".rstrip(".") if 1e-3 <= abs(value) < 1e4 else short(value)


def short(value: float, digits: int = 4) -> str:
    """A value in few characters: `1.021`, `1500`, `12k`, `2e-05`."""
    size = abs(value)
    if size >= 1e15:
        return f"{value:.3g}"
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if size >= limit:
            divided = value / (1000 if unit == "k" else limit)
            return f"{divided:.{max(digits, 3)}g}{unit}"
    if size >= 1000:
        return f"{value:.0f}" if digits <= 4 else f"{value:.{digits}g}"
    text = f"{value:.{digits - 1}e}" if 0 < size < 1e-3 else f"{value:.{digits}g}"
    mantissa, e, exponent = text.partition("e")
    return (
        f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{int(exponent)}" if e else text
    )
