"""How far two distributions lie apart: Kolmogorov-Smirnov's D, and the population stability index (PSI).

The thresholds of PSI are those of credit scoring (Siddiqi, *Credit Risk Scorecards*, 2006): below 0.1 no
shift, to 0.25 a moderate one, above a major one. They say nothing of sample sizes: without any shift PSI is
distributed as chi-squared with one degree of freedom less than there are bins, times 1/n + 1/m (Yurdakul,
*Statistical Properties of Population Stability Index*, 2018). Below the 95th percentile of that is chance.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from math import log, sqrt
from typing import Literal, NamedTuple, TypeVar

Level = Literal["none", "chance", "moderate", "major"]

MODERATE, MAJOR = 0.1, 0.25
BINS = 10

_Z95 = 1.6448536
"""The 95th percentile of the normal distribution."""

_UNSEEN = 0.5
"""Added to each bin, so that an empty one does not make the index infinite."""

Kind = TypeVar("Kind", bound=Hashable)


class Shift(NamedTuple):
    """How far apart: `d` of ordered values alone; `chance` is the PSI that samples of these sizes have."""

    psi: float
    chance: float
    level: Level
    d: float | None = None


def ordered(old: Mapping[int, int], new: Mapping[int, int]) -> Shift | None:
    """Of numbers, by how often each came up; None where either side has none.

    PSI is of ten bins of about as many values of both sides together, so that it is the same both ways round.
    """
    if not sum(old.values()) or not sum(new.values()):
        return None
    edges = _edges(old, new)
    bins = ({}, {})  # type: tuple[dict[int, int], dict[int, int]]
    for counts, binned in zip((old, new), bins, strict=True):
        for value, count in counts.items():
            place = bisect_left(edges, value)
            binned[place] = binned.get(place, 0) + count
    return _shift(*bins)._replace(d=kolmogorov_smirnov(old, new))


def unordered(old: Mapping[Kind, int], new: Mapping[Kind, int]) -> Shift | None:
    """Of kinds, by how often each came up; None where either side has none."""
    return _shift(old, new) if sum(old.values()) and sum(new.values()) else None


def kolmogorov_smirnov(old: Mapping[int, int], new: Mapping[int, int]) -> float:
    """The largest distance between the two cumulative distributions, 0 to 1."""
    n, m = sum(old.values()), sum(new.values())
    below_old = below_new = 0
    largest = 0
    for value in sorted({*old, *new}):
        below_old += old.get(value, 0)
        below_new += new.get(value, 0)
        largest = max(largest, abs(below_old * m - below_new * n))
    return largest / (n * m)


def _edges(old: Mapping[int, int], new: Mapping[int, int]) -> Sequence[int]:
    """The largest value of each bin but the last."""
    both = {value: old.get(value, 0) + new.get(value, 0) for value in {*old, *new}}
    total, seen = sum(both.values()), 0
    edges: list[int] = []
    for value in sorted(both):
        seen += both[value]
        if seen * BINS >= total * (len(edges) + 1):
            edges.append(value)
            while seen * BINS >= total * (len(edges) + 1) and len(edges) < BINS:
                edges.append(value)
    return sorted(set(edges))[:-1]


def _shift(old: Mapping[Kind, int], new: Mapping[Kind, int]) -> Shift:
    kinds = [kind for kind in {**old, **new} if old.get(kind) or new.get(kind)]
    n, m = sum(old.values()), sum(new.values())
    psi = 0.0
    for kind in kinds:
        p = (old.get(kind, 0) + _UNSEEN) / (n + _UNSEEN * len(kinds))
        q = (new.get(kind, 0) + _UNSEEN) / (m + _UNSEEN * len(kinds))
        psi += (p - q) * log(p / q)
    chance = _chi_squared_95(len(kinds) - 1) * (1 / n + 1 / m)
    return Shift(psi, chance, _level(psi, chance))


def _level(psi: float, chance: float) -> Level:
    if psi < MODERATE:
        return "none"
    if psi <= chance:
        return "chance"
    return "moderate" if psi <= MAJOR else "major"


def _chi_squared_95(degrees: int) -> float:
    """Its 95th percentile, by Wilson and Hilferty's cube of a normal variable (1% off at most)."""
    if degrees <= 0:
        return 0.0
    if degrees == 1:
        return 3.8415
    part = 2 / (9 * degrees)
    return float(degrees * (1 - part + _Z95 * sqrt(part)) ** 3)
