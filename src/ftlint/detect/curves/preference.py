"""Preference training: whether chosen answers pull away from rejected ones, and at what price."""

from __future__ import annotations

from math import sqrt

from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import ends, finite, level, since, sure
from ftlint.model.run_log import RunLog, Series

FEWEST = 8
"""Points of a reward that its course can be told from."""


UNCOUNTED_PAIRS = 200
"""Assumed pairs of an eval set whose number is not known."""


def _rewards(log: RunLog, what: str) -> Series | None:
    series = log.series.get(f"rewards/{what}")
    found = finite(series) if series is not None else None
    return found if found is not None and len(found) >= FEWEST else None


def _well_on(log: RunLog, series: Series, steps: float) -> bool:
    """Whether a run had these steps, and a tenth of those planned: its warmup is over."""
    return series.steps[-1] >= max(steps, 0.1 * (log.planned_steps or 0))


def chosen_falls(log: RunLog, share: float, deviations: float = 3.0) -> Judgement:
    """Whether chosen answers became less likely than the reference has them, by more than `share` of the
    margin.

    The reward of chosen answers is what their log-probability gained, times beta: below 0 the margin comes
    from making both less likely, rejected ones more so.
    """
    chosen, margins = _rewards(log, "chosen"), _rewards(log, "margins")
    if chosen is None:
        return Judgement("unknown", why="too few rewards of chosen answers")
    parts = ends(chosen.values)
    if parts is None:
        return Judgement("unknown", why="too few rewards of chosen answers")
    before, now = parts
    margin = ends(margins.values) if margins is not None else None
    gained = margin[1].value if margin is not None else 0.0
    apart = before.over(now)
    numbers = {"before": before.value, "now": now.value, "margin": gained}
    below = -now.value
    if now.value >= 0 or apart < deviations or below < share * max(gained, 0.0) or below <= 3 * now.error:
        return Judgement("no", end=chosen.steps[-1], confidence=0.9, numbers=numbers)
    step = since(chosen, lambda value: value < 0)
    return Judgement("yes", step, chosen.steps[-1], sure(apart), 0, numbers)


def margins_flat(log: RunLog, steps: float, deviations: float = 2.0) -> Judgement:
    """Whether the margin is no larger at the end than at the start, after that many steps."""
    margins = _rewards(log, "margins")
    if margins is None:
        return Judgement("unknown", why="too few margins")
    parts = ends(margins.values)
    if parts is None or not _well_on(log, margins, steps):
        return Judgement("unknown", why="too few steps")
    before, now = parts
    apart = now.over(before)
    numbers = {"before": before.value, "now": now.value, "noise": now.error}
    if apart >= deviations:
        return Judgement("no", end=margins.steps[-1], confidence=sure(apart), numbers=numbers)
    return Judgement("yes", margins.steps[-1], margins.steps[-1], 1 - sure(max(apart, 0.0)) / 2, 0, numbers)


def accuracy(log: RunLog, steps: float) -> tuple[float, float, Series] | None:
    """The share of pairs with the chosen answer on top over the last quarter, and its standard error; None
    where the log says too little. Held-out pairs come first; they are the same every time, so that their
    number makes the error (`UNCOUNTED_PAIRS` where it is not known)."""
    held_out = log.series.get("eval_rewards/accuracies")
    if held_out is not None and len(held_out) >= 4:
        series = finite(held_out)
        rows = log.eval_rows.get("", 0) or UNCOUNTED_PAIRS
        error = sqrt(0.25 / rows)
    else:
        trained = _rewards(log, "accuracies")
        if trained is None:
            return None
        series, error = trained, 0.0
    if len(series) < 4 or not _well_on(log, series, steps):
        return None
    now = level(series.values[-max(3, len(series) // 4) :])
    return now.value, max(now.error, error), series


def at_chance(log: RunLog, low: float, high: float, steps: float) -> Judgement:
    """Whether pairs are told apart no better than by a coin, or (`below` of the numbers) the wrong way round.

    Above `high` by less than its standard error it is not sure, and held against how it began.
    """
    found = accuracy(log, steps)
    if found is None:
        return Judgement("unknown", why="too few accuracies")
    now, error, series = found
    begun = level(series.values[: max(3, len(series) // 4)]).value
    numbers = {"now": now, "error": error, "begun": begun, "below": float(now + error < low)}
    if now - error > high or (now > high and now > begun + error):
        return Judgement("no", end=series.steps[-1], confidence=0.9, numbers=numbers)
    return Judgement("yes", series.steps[-1], series.steps[-1], 0.9 if now <= high else 0.6, 0, numbers)


def saturated(log: RunLog, margin: float) -> Judgement:
    """Whether the margin went so far beyond what the loss asks for that the pairs teach nothing more."""
    margins = _rewards(log, "margins")
    if margins is None:
        return Judgement("unknown", why="too few margins")
    now = level(margins.values[-max(3, len(margins) // 4) :])
    numbers = {"now": now.value}
    if now.value < margin:
        return Judgement("no", end=margins.steps[-1], confidence=0.9, numbers=numbers)
    step = since(margins, lambda value: value >= margin)
    return Judgement("yes", step, margins.steps[-1], 0.9, 0, numbers)
