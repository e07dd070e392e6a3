"""The learning rate as it was, against the schedule that was asked for."""

from __future__ import annotations

from math import ceil, cos, pi
from typing import NamedTuple

from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import finite, median
from ftlint.model.run_log import RunLog, Series

AGREES = 0.05
"""Of the peak: rates that near are the same. Schedulers count the step before or after."""

SPENT = 1e-3
"""Of the peak: a rate below it teaches nothing."""


class Plan(NamedTuple):
    """A schedule: its shape (`linear`, `cosine`, `constant`), peak, warmup and length in steps, and last
    rate."""

    shape: str
    peak: float
    warmup: float
    steps: float
    floor: float = 0.0

    def at(self, step: float) -> float:
        """The rate at a step."""
        if step < self.warmup:
            return self.peak * max(step, 0.0) / self.warmup
        if self.shape == "constant":
            return self.peak
        done = min(1.0, (step - self.warmup) / max(1.0, self.steps - self.warmup))
        left = 1 - done if self.shape == "linear" else 0.5 * (1 + cos(pi * done))
        return self.floor + (self.peak - self.floor) * left


def agrees(rates: Series, plan: Plan, slack: float) -> float:
    """The share of the points that lie where the plan has them, within `slack` steps."""
    return sum(_planned(rate, step, plan, slack) for step, rate in rates.points()) / len(rates)


def against(log: RunLog, plan: Plan, least: float = 0.8) -> Judgement:
    """Whether the learning rate is another than planned.

    `factor` of the numbers is the one number that the plan's rates times it would be right with; it is left
    out where none is.
    """
    series = log.series.get("learning_rate")
    rates = finite(series) if series is not None else None
    if rates is None or len(rates) < 3:
        return Judgement("unknown", needs=3 - len(rates or ()), why="the log has too few learning rates")
    slack = max(1.0, 0.005 * plan.steps)
    share = agrees(rates, plan, slack)
    numbers = {"agrees": share, "peak": max(rates.values), "planned": plan.peak, "points": float(len(rates))}
    if share >= least:
        return Judgement("no", end=rates.steps[-1], confidence=share, numbers=numbers)
    factors = [rate / plan.at(step) for step, rate in rates.points() if plan.at(step) > AGREES * plan.peak]
    if factors:
        factor = median(factors)
        scaled = plan._replace(peak=plan.peak * factor, floor=plan.floor * factor)
        if factor > 0 and agrees(rates, scaled, slack) >= least:
            numbers["factor"] = factor
    first = next(
        (step for step, rate in rates.points() if not _planned(rate, step, plan, slack)), rates.steps[0]
    )
    return Judgement("yes", first, rates.steps[-1], min(0.99, 1 - share / 2), 0, numbers)


def _planned(rate: float, step: float, plan: Plan, slack: float) -> bool:
    around = plan.at(step - slack), plan.at(step), plan.at(step + slack)
    near = AGREES * plan.peak
    return min(around) - near <= rate <= max(around) + near


def shape(rates: Series, steps: float = 0.0) -> str:
    """What a schedule looks like: `constant`, `linear`, `cosine` (after its warmup), or "" for none of them.

    `steps` is the length of the run, where it is known; a decay is looked for over the points that are there.
    """
    if len(rates) < 5:
        return ""
    peak = max(rates.values)
    if peak <= 0:
        return ""
    top = max(index for index, rate in enumerate(rates.values) if rate >= peak * (1 - 1e-6))
    begin = next(index for index, rate in enumerate(rates.values) if rate >= peak * (1 - 1e-6))
    after = rates.values[begin:]
    if min(after) >= peak * (1 - AGREES):
        return "constant"
    end = max(steps, rates.steps[-1])
    for name in ("linear", "cosine"):
        plan = Plan(name, peak, rates.steps[top], end)
        rest = Series("", rates.steps[top:], rates.values[top:])
        if agrees(rest, plan, max(1.0, 0.01 * end)) >= 0.9:
            return name
    return ""


def ran_out(log: RunLog, least: float = 0.1) -> Judgement:
    """Whether the rate was at nothing for that share of the run and more, at its end: the schedule was made
    for fewer steps."""
    series = log.series.get("learning_rate")
    rates = finite(series) if series is not None else None
    if rates is None or len(rates) < 10:
        return Judgement("unknown", needs=10 - len(rates or ()), why="the log has too few learning rates")
    peak = max(rates.values)
    if peak <= 0:
        return Judgement("unknown", why="the learning rate is 0 all the time")
    index = len(rates)
    while index and rates.values[index - 1] <= SPENT * peak:
        index -= 1
    spent = len(rates) - index
    last = rates.steps[-1]
    share = (last - rates.steps[index]) / last if spent and last else 0.0
    numbers = {"share": share, "peak": peak, "steps": last}
    if spent < 3 or share < least:
        return Judgement("no", end=last, confidence=0.95, numbers=numbers)
    return Judgement("yes", rates.steps[index], last, 0.95, 0, numbers)


def full_from_start(log: RunLog, share: float = 0.01) -> Judgement:
    """Whether the learning rate had no warmup: it never rises, and was first written so early that a warmup
    of more than `share` of the run would show."""
    series = log.series.get("learning_rate")
    rates = finite(series) if series is not None else None
    if rates is None or len(rates) < 5 or log.unit != "step":
        return Judgement("unknown", why="the log has too few learning rates")
    total = max(float(log.planned_steps or 0), log.last_step)
    peak = max(rates.values)
    numbers = {"first": rates.steps[0], "steps": total, "peak": peak}
    if peak <= 0 or rates.values[0] < peak * (1 - 1e-3):
        return Judgement("no", end=rates.steps[-1], confidence=0.9, numbers=numbers)
    if rates.steps[0] > max(2.0, share * total):
        return Judgement("unknown", why="the first rate was written too late to tell", numbers=numbers)
    return Judgement("yes", rates.steps[0], rates.steps[-1], 0.9, 0, numbers)


def warmup_steps(steps: float | None, ratio: float | None, total: float) -> float:
    """Steps of warmup as transformers counts them: steps above 0 come before the ratio; below 1 they are
    one."""
    if steps:
        return ceil(steps * total) if steps < 1 else steps
    return ceil((ratio or 0.0) * total)
