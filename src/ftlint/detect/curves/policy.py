"""Reinforcement learning: what its logs show beside the loss, which means little there."""

from __future__ import annotations

from math import isfinite

from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import Level, ends, finite, level, median, since, sure
from ftlint.model.run_log import RunLog, Series

FEWEST = 10
"""Points that a course can be told from."""

SUMMED_KL = "objective/kl"
"""TRL's PPO writes the sum over the tokens of an answer under this name."""


def series_of(log: RunLog, *names: str) -> Series | None:
    """The first of these series that has points enough, without what is not finite."""
    for name in names:
        series = log.series.get(name)
        if series is not None and len(series) >= FEWEST:
            found = finite(series)
            if len(found) >= FEWEST:
                return found
    return None


def tail(series: Series, share: float = 0.2, least: int = 5) -> Level:
    """The level of the last share of a series."""
    return level(series.values[-max(least, int(len(series) * share)) :])


def high(log: RunLog, name: str, limit: float) -> Judgement:
    """Whether a metric is above the limit over the last fifth of the run; `step` is since when."""
    series = series_of(log, name)
    if series is None:
        return Judgement("unknown", needs=FEWEST, why="too few points")
    now = tail(series)
    numbers = {"now": now.value}
    if now.value <= limit:
        return Judgement("no", end=series.steps[-1], confidence=0.9, numbers=numbers)
    step = since(series, lambda value: value > limit, 0.2)
    return Judgement("yes", step, series.steps[-1], sure(1 + now.over(Level(limit, 0.0))), 0, numbers)


def high_for_long(log: RunLog, name: str, limit: float, share: float = 0.2) -> Judgement:
    """Whether a metric was above the limit over that share of the run anywhere; from `step` to `end`."""
    series = series_of(log, name)
    if series is None:
        return Judgement("unknown", needs=FEWEST, why="too few points")
    width = max(5, int(len(series) * share))
    found = [
        (median(series.values[low : low + width]), low)
        for low in range(0, len(series) - width + 1, max(1, width // 4))
    ]
    above = [low for middle, low in found if middle > limit]
    numbers = {"now": tail(series).value, "most": max(found)[0]}
    if not above:
        return Judgement("no", end=series.steps[-1], confidence=0.9, numbers=numbers)
    first, last = above[0], above[-1] + width - 1
    numbers["usual"] = median(series.values[first : last + 1])
    return Judgement("yes", series.steps[first], series.steps[last], 0.9, 0, numbers)


def kl_blows_up(log: RunLog, limit: float, normal: float, growth: float = 5.0) -> Judgement:
    """Whether the policy went away from its reference: its KL ends above the limit, or above what is normal
    and is `growth` times what it was halfway, so that nothing holds it; or it is no number any more.

    `limit` and `normal` are per token. A KL summed over answers is divided by their mean length; where that
    is not known only its growth counts.
    """
    summed = "kl" not in log.series
    series = log.series.get(SUMMED_KL if summed else "kl")
    if series is None or len(series) < FEWEST:
        return Judgement("unknown", needs=FEWEST - len(series or ()), why="too few values of KL")
    bad = sum(not isfinite(value) for value in series.values[-5:])
    kl = finite(series)
    if bad >= 3 or not len(kl):
        first = next(step for step, value in series.points() if not isfinite(value))
        return Judgement("yes", first, series.steps[-1], 0.95, 0, {"now": float("inf"), "before": 0.0})
    now = tail(kl, 0.1, 5)
    half = level(kl.values[int(len(kl) * 0.4) : int(len(kl) * 0.6)] or kl.values)
    tokens, absolute = 1.0, True
    if summed:
        lengths = series_of(log, "completions/mean_length")
        absolute = lengths is not None
        tokens = tail(lengths).value if lengths is not None else 1.0
    value, halfway = now.value / max(tokens, 1.0), half.value / max(tokens, 1.0)
    rose = growth > 0 and value > growth * max(halfway, 1e-9)
    numbers = {"now": value, "half": halfway, "max": max(kl.values) / max(tokens, 1.0), "tokens": tokens}
    over = absolute and value > limit
    if over or (rose and (value > normal or not absolute)):
        bound = limit * tokens if over else max(normal * tokens, 2 * half.value)
        step = since(kl, lambda each: each > bound, 0.2)
        numbers["bound"] = bound / max(tokens, 1.0)
        return Judgement("yes", step, kl.steps[-1], 0.95 if over else 0.8, 0, numbers)
    return Judgement("no", end=kl.steps[-1], confidence=0.9, numbers=numbers)


def entropy_collapses(log: RunLog, floor: float, share: float) -> Judgement:
    """Whether the policy became certain: its entropy ends below the floor (nats per token), or below `share`
    of what it began with."""
    series = series_of(log, "entropy", "policy/entropy_avg", "ppo/policy/entropy")
    if series is None:
        return Judgement("unknown", needs=FEWEST, why="too few values of entropy")
    parts = ends(series.values, 0.1, 3)
    if parts is None:
        return Judgement("unknown", needs=FEWEST, why="too few values of entropy")
    begun, now = parts[0].value, tail(series, 0.1, 3).value
    numbers = {
        "begun": begun,
        "now": now,
        "share": now / begun if begun > 0 else 0.0,
        "floor": float(now < floor),
    }
    fell = begun > floor and now < share * begun
    if not (now < floor and begun > now) and not fell:
        return Judgement("no", end=series.steps[-1], confidence=0.9, numbers=numbers)
    limit = floor if now < floor else share * begun
    step = since(series, lambda value: value < limit, 0.2)
    return Judgement("yes", step, series.steps[-1], 0.9, 0, numbers)
