"""Statistics of paired results. Rows of a group go together: duplicates are no evidence of their own.

Everything random is drawn from a seed; the same numbers come out on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

LEVEL = 0.95
ALPHA = 0.05
POWER = 0.8
RESAMPLES = 10_000
_CELLS = 4_000_000
"""Numbers drawn at a time."""

_WORK = 400_000_000
"""Numbers drawn in all: beyond that there are fewer resamples, at least 1,000."""

Values = Callable[["Array"], "Array"]
"""From sums of a table's columns, one line for each resample, to the metric of each."""


def wilson(successes: float, n: float, level: float = LEVEL, groups: float = 0) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927). `n` may be an effective number of rows.

    `groups` is how many groups that number was estimated from: few of them widen the interval.
    """
    z = _z(level, groups)
    share = successes / n
    middle = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    return max(0.0, min(low, share)), min(1.0, max(high, share))


def mcnemar(won: int, lost: int) -> float:
    """p of McNemar's exact test, both sides: `won + lost` coin tosses as uneven as that, or more."""
    return sign_flip([1] * won + [-1] * lost)


def sign_flip(sums: Sequence[int]) -> float:
    """p of the exact test that each group's sum of wins less losses might as well have the other sign.

    With single rows it is McNemar's exact test; for groups its form that holds them together (the sign-flip
    test: Fisher 1935; clustered McNemar: Durkalski et al. 2003 give the approximation).
    """
    import numpy

    steps = [abs(each) for each in sums if each]
    reach = sum(steps)
    observed = abs(sum(sums))
    if not steps or not observed:
        return 1.0
    # the chances of each sum of +-step, at place sum + reach
    chances = numpy.zeros(2 * reach + 1)
    chances[reach] = 1.0
    wide = 0
    for step in steps:
        wide += step
        low, high = reach - wide, reach + wide + 1
        part = numpy.zeros(high - low)
        inner = chances[low + step : high - step]
        part[: len(inner)] += inner / 2
        part[2 * step :] += inner / 2
        chances[low:high] = part
    tail = float(chances[: reach - observed + 1].sum())
    return min(1.0, 2 * tail)


def share_difference(
    won: float, lost: float, n: float, level: float = LEVEL, groups: float = 0
) -> tuple[float, float, float]:
    """Interval of a difference of paired shares, and its standard error.

    Bonett and Price 2012 (adjusted Wald): holds its level with few rows and with no row that differs, where
    a bootstrap would give no width at all. `won`, `lost` and `n` may be effective numbers, estimated from
    `groups`.
    """
    b, c = (won + 1) / (n + 2), (lost + 1) / (n + 2)
    error = math.sqrt((b + c - (b - c) ** 2) / (n + 2))
    seen, middle = (won - lost) / n, b - c
    half = _z(level, groups) * error
    return max(-1.0, min(middle - half, seen)), min(1.0, max(middle + half, seen)), error


def effective_groups(counts: Array) -> float:
    """How many groups of one size would vary as much as these (Kish 1965): a large one is nearly alone."""
    return float(counts.sum()) ** 2 / float((counts * counts).sum())


def design_effect(values: Array, counts: Array) -> float:
    """How much more a mean varies for its rows coming in groups, at least 1.

    `values` holds each group's sum of its rows' (value, value squared), shape (groups, 2); `counts` its rows.
    The jackknife's variance of a ratio, a group left out at a time (Cochran 1977), over that of independent
    rows. Where all rows are alike nothing can be estimated: then a group counts as one row.
    """
    import numpy

    groups, rows = len(counts), float(counts.sum())
    most = rows / effective_groups(counts)
    if groups == rows or groups < 2:
        return most
    mean = float(values[:, 0].sum()) / rows
    alone = float(values[:, 1].sum()) / rows - mean * mean
    if alone <= 1e-12:
        return most
    # a large group pulls the mean towards itself: without it the mean lies farther off
    off = (values[:, 0] - mean * counts) / (1 - counts / rows)
    grouped = (groups - 1) / groups * float(numpy.square(off).sum()) / (rows * rows)
    return max(1.0, grouped * rows / alone)


def holm(values: Sequence[float]) -> list[float]:
    """p-values after Holm 1979, in their order: the chance that any of them is wrong stays below alpha."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    adjusted = [0.0] * len(values)
    highest = 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - place) * values[index]))
        adjusted[index] = highest
    return adjusted


class Bootstrap(NamedTuple):
    """Intervals of base, of tuned, of their difference, and the difference's standard error."""

    base: tuple[float, float]
    tuned: tuple[float, float]
    difference: tuple[float, float]
    error: float


def paired_bootstrap(
    base: Array, tuned: Array, values: Values, *, seed: int, resamples: int = RESAMPLES, level: float = LEVEL
) -> Bootstrap:
    """Groups drawn with replacement, the same ones of both models (Efron 1979; Koehn 2004).

    `base` and `tuned` are of shape (groups, columns). The intervals are percentiles, widened for few groups
    as Hesterberg 2015 does (a t quantile instead of a normal one).
    """
    import numpy

    lines = [(values(counts @ base), values(counts @ tuned)) for counts in _draws(len(base), resamples, seed)]
    ones, others = (numpy.concatenate(parts) for parts in zip(*lines, strict=True))
    tails = _tails(len(base), level)
    return Bootstrap(
        _between(ones, tails),
        _between(others, tails),
        _between(others - ones, tails),
        float(numpy.std(others - ones, ddof=1)),
    )


def bootstrap(
    table: Array, values: Values, *, seed: int, resamples: int = RESAMPLES, level: float = LEVEL
) -> tuple[float, float]:
    """The interval of one model's metric: groups drawn with replacement. `table` is (groups, columns)."""
    import numpy

    drawn = [values(counts @ table) for counts in _draws(len(table), resamples, seed)]
    return _between(numpy.concatenate(drawn), _tails(len(table), level))


def randomised(base: Array, tuned: Array, values: Values, *, seed: int, resamples: int = RESAMPLES) -> float:
    """p of the paired randomisation test: which model wrote what is swapped at random, group by group.

    Noreen 1989; for BLEU and its like Riezler and Maxwell 2005. All swaps are tried where they are few.
    """
    import numpy

    total = base.sum(axis=0) + tuned.sum(axis=0)
    one, other = (float(values(table.sum(axis=0)[None])[0]) for table in (base, tuned))
    seen = abs(other - one)
    # sums that are equal come out a little apart, the more so the larger the values: a perplexity's
    gap = 1e-11 * (1 + abs(one) + abs(other))
    apart = numpy.flatnonzero((base != tuned).any(axis=1))
    if not len(apart):
        return 1.0
    shift = tuned[apart] - base[apart]
    hits = tried = 0
    whole = 2 ** len(apart) <= resamples
    masks = _all_masks(len(apart)) if whole else _masks(len(apart), resamples, seed)
    for mask in masks:
        tuned_sums = base.sum(axis=0) + mask @ shift
        found = numpy.abs(values(tuned_sums) - values(total - tuned_sums))
        hits += int((found >= seen - gap).sum())
        tried += len(mask)
    return hits / tried if whole else (hits + 1) / (tried + 1)


def detectable(
    error: float, groups: int, apart: int, tests: int = 1, *, binary: bool = False
) -> float | None:
    """The smallest true difference that is found with 80% power, at 5% over all `tests` of the role.

    (z of the level + z of the power) x standard error (Card et al. 2020, "With little power comes great
    responsibility"), where the groups that differ, `apart`, differ about as much as those seen. No less than
    what the test's steps allow: of k coin tosses the most uneven has p = 2 / 2^k, so that many groups have to
    differ 4 times in 5. None where even all of them are too few, and where nothing differs that could tell
    how much.
    """
    alpha = ALPHA / tests
    least = math.ceil(1 - math.log2(alpha))
    if groups < least or not (apart or binary):
        return None
    normal = NormalDist()
    found = (normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(POWER)) * error
    change = 1.0 if binary else error * groups / math.sqrt(apart)
    return max(found, change * _share_of(least, groups))


def _share_of(least: int, groups: int) -> float:
    """The chance at which `least` of the groups, or more, are hit with the power."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        fewer = math.fsum(
            math.exp(
                math.lgamma(groups + 1)
                - math.lgamma(hits + 1)
                - math.lgamma(groups - hits + 1)
                + hits * math.log(middle)
                + (groups - hits) * math.log1p(-middle)
            )
            for hits in range(least)
        )
        low, high = (low, middle) if 1 - fewer >= POWER else (middle, high)
    return high


def _draws(groups: int, resamples: int, seed: int) -> Iterator[Array]:
    """How often each group is drawn, line by line: arrays of shape (some, groups)."""
    import numpy

    generator = numpy.random.default_rng([seed, groups])
    for some in _chunks(groups, resamples):
        drawn = generator.integers(0, groups, size=(some, groups))
        drawn += numpy.arange(some)[:, None] * groups
        yield numpy.bincount(drawn.ravel(), minlength=some * groups).reshape(some, groups).astype(float)


def _masks(groups: int, resamples: int, seed: int) -> Iterator[Array]:
    import numpy

    generator = numpy.random.default_rng([seed, groups, 1])
    for some in _chunks(groups, resamples):
        yield generator.integers(0, 2, size=(some, groups), dtype=numpy.int8).astype(float)


def _all_masks(groups: int) -> Iterator[Array]:
    import numpy

    numbers = numpy.arange(2**groups)
    yield ((numbers[:, None] >> numpy.arange(groups)) & 1).astype(float)


def _chunks(groups: int, resamples: int) -> Iterator[int]:
    left = max(min(resamples, 1000), min(resamples, _WORK // groups))
    step = max(1, _CELLS // groups)
    while left > 0:
        yield min(step, left)
        left -= step


def _between(values: Array, tails: float) -> tuple[float, float]:
    import numpy

    low, high = numpy.quantile(values, [tails, 1 - tails])
    return float(low), float(high)


def _tails(groups: int, level: float) -> float:
    """What is left out at each end: (1 - level) / 2, less for few groups."""
    if groups < 2:
        return 0.0
    wide = math.sqrt(groups / (groups - 1)) * t_quantile((1 + level) / 2, groups - 1)
    return NormalDist().cdf(-wide)


def t_quantile(chance: float, freedom: int) -> float:
    """Student's t quantile by Hill 1970 (Algorithm 396), within 0.2%; exact for one and two degrees."""
    if freedom == 1:
        return math.tan(math.pi * (chance - 0.5))
    if freedom == 2:
        return (2 * chance - 1) / math.sqrt(2 * chance * (1 - chance))
    z = NormalDist().inv_cdf(chance)
    n = float(freedom)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / n ** (power + 1) for power, term in enumerate(terms))


def _z(level: float, groups: float = 0) -> float:
    """The quantile of an interval: the normal one, of few groups Student's."""
    chance = (1 + level) / 2
    return t_quantile(chance, max(1, int(groups) - 1)) if groups else NormalDist().inv_cdf(chance)
