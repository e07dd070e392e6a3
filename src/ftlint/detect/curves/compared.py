"""Whether one run came out better than another, or whether the difference is within their noise."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise
from math import isfinite, sqrt
from typing import Literal, NamedTuple

import numpy as np

from ftlint.detect.curves.curve import Curve, Floats, middle, noise, running_median
from ftlint.detect.curves.levels import MAD_TO_SIGMA
from ftlint.detect.curves.overfit import best
from ftlint.detect.curves.student import within
from ftlint.model.run_log import RunLog, Series

Verdict = Literal["better", "no evidence", "cannot tell"]

FEWEST = 4
"""Values from which noise can be told at all: second differences of three are but one."""

SURE = 0.95
"""How sure a difference must be to be told; of several at once each must be surer (Bonferroni)."""

LEAST = 0.005
"""Differences of a smaller share of the level are told as none: see the seeds of docs/logs.md."""

MANY = 20
"""Values from which the median of second differences is a better measure of noise than their squares."""

DENSE = 60
"""Values from which on a series is compared by the means of blocks: its neighbours are not independent."""

BLOCKS = 24

MOST_NEEDED = 30
"""More evals than that are not asked for."""

FREEDOM = 18 / 35
"""Degrees of freedom of a variance from second differences, for each of them: they overlap (Gasser, Sroka,
Jennen-Steinmetz 1986)."""


class Level(NamedTuple):
    """What a run is compared by, and the step or epoch it is of; `seen` is the value as it was logged there,
    `value` from 8 evals on its median with its neighbours: the luck of one eval counts less."""

    value: float
    at: float
    seen: float


class Comparison(NamedTuple):
    """`levels` are those of the two runs; `difference` the second less the first; `noise` its
    standard deviation; `paired` how many values stood side by side, 0 where none did. `better` is 0 or 1.
    `confidence` is that of a difference in this direction. `why` says why nobody can tell: what it needs,
    where `needs`, the evals that are missing, is 0."""

    verdict: Verdict
    levels: tuple[Level, Level] | None = None
    difference: float = 0.0
    noise: float = 0.0
    paired: int = 0
    better: int | None = None
    confidence: float = 0.0
    needs: int = 0
    why: str = ""


class _Noise(NamedTuple):
    deviation: float
    freedom: float
    paired: int
    evals: int


def compared(
    one: RunLog, other: RunLog, metric: str, *, lower: bool, sure: float = SURE, by_epoch: bool = False
) -> Comparison:
    """Two runs by one series that both have; `lower` where less is better.

    An eval metric is compared at its best, which is the checkpoint that is kept; what is logged at every
    step by the last quarter. The noise is what the curves go up and down by from value to value: of their
    difference where both were measured at the same steps (or epochs), so that what both share does not
    count; else of each. It does not hold what another seed would change.
    """
    reason = _unlike(one, other, metric)
    sides = [_side(log, metric, lower, by_epoch=by_epoch) for log in (one, other)]
    if reason:
        return Comparison("cannot tell", why=reason)
    short = min(map(len, sides))
    if not short:
        return Comparison("cannot tell", why="a finite value of each run")
    first, second = (_level(side, metric, lower) for side in sides)
    told = Comparison("cannot tell", (first, second), second.value - first.value)
    if short < FEWEST:
        return told._replace(needs=FEWEST - short, why="too few values to know their noise")
    found = _noise(sides[0], sides[1], first.at, second.at)
    told = told._replace(noise=found.deviation, paired=found.paired)
    apart = abs(told.difference)
    if apart <= LEAST * max(abs(first.value), abs(second.value)):
        return told._replace(verdict="no evidence", why=f"less than {LEAST:.1%} apart")
    deviations = apart / found.deviation if found.deviation else float("inf")
    confidence = within(deviations, found.freedom)
    told = told._replace(confidence=min(confidence, 0.99))
    winner = int((second.value < first.value) == lower)
    if confidence >= sure:
        going = _going_on(other if winner == 0 else one, sides[1 - winner])
        if going:
            return told._replace(why=going)
        return told._replace(verdict="better", better=winner)
    if within(deviations, 1e6) < sure:
        alone = within(deviations, 1e6) >= SURE
        why = "not beyond the noise for one of so many comparisons" if alone else "within the noise"
        return told._replace(verdict="no evidence", why=why)
    more = next(
        (
            more
            for more in range(1, MOST_NEEDED)
            if within(deviations, found.freedom * (found.evals + more - 2) / (found.evals - 2)) >= sure
        ),
        MOST_NEEDED,
    )
    return told._replace(needs=more, why="the noise is known from too few values")


def _side(log: RunLog, metric: str, lower: bool, *, by_epoch: bool) -> Curve:
    """The series as a curve to be low, on steps or epochs."""
    series = log.series.get(metric, Series(metric, array("d"), array("d")))
    kept = [
        (log.epoch_at(step) if by_epoch else step, value)
        for step, value in series.points()
        if isfinite(value)
    ]
    steps = np.array([0.0 if place is None else place for place, _ in kept])
    values = np.array([value if lower else -value for _, value in kept])
    if len(values) > DENSE:
        edges = np.linspace(0, len(values), BLOCKS + 1).astype(int)
        values = np.array([values[low:high].mean() for low, high in pairwise(edges)])
        steps = steps[edges[1:] - 1]
    return Curve(steps, values, running_median(values), noise(values), 1)


def level_of(log: RunLog, metric: str, *, lower: bool, by_epoch: bool = False) -> Level | None:
    """The value that a run is compared by, and the step or epoch that it has it at; None without any."""
    side = _side(log, metric, lower, by_epoch=by_epoch)
    return _level(side, metric, lower) if len(side) else None


def _level(side: Curve, metric: str, lower: bool) -> Level:
    """What a run is compared by, in the metric's own direction."""
    if metric.startswith("eval_"):
        index = best(side)
        value, seen = float(side.smooth[index]), float(side.values[index])
    else:
        index = len(side) - 1
        value = seen = middle(side.values[-max(1, len(side) // 4) :])
    sign = 1 if lower else -1
    return Level(sign * value, float(side.steps[index]), sign * seen)


def _noise(one: Curve, other: Curve, at: float, then: float) -> _Noise:
    """The noise of a difference: of pairs where two values stand beside each other, else of both sides."""
    width = float(np.diff(one.steps).max()) if len(one) > 1 else 0.0
    near = np.abs(one.steps[:, None] - other.steps[None, :]) <= 1e-3 * max(width, 1e-9)
    mine, theirs = np.nonzero(near)
    if len(mine) >= FEWEST and abs(at - then) <= 1.001 * width:
        spread, freedom = _spread(one.values[mine] - other.values[theirs])
        return _Noise(spread, freedom, len(mine), len(mine))
    (first, free), (second, loose) = _spread(one.values), _spread(other.values)
    total = first**2 + second**2
    # Welch and Satterthwaite: the freedom of a sum of two variances that are known from few values each
    freedom = total**2 / (first**4 / free + second**4 / loose) if total else min(free, loose)
    return _Noise(sqrt(total), freedom, 0, min(len(one), len(other)))


def _spread(values: Floats) -> tuple[float, float]:
    """The standard deviation of values around their trend, and its degrees of freedom.

    The first third of a curve, where it falls fast, is left out where enough is left.
    """
    values = values[min(len(values) // 3, max(0, len(values) - 5)) :]
    bends = values[2:] - 2 * values[1:-1] + values[:-2]
    freedom = max(1.0, FREEDOM * len(bends))
    if len(values) >= MANY:
        typical = MAD_TO_SIGMA * float(np.median(np.abs(bends)))
        if typical:
            return typical / sqrt(6), 0.37 * freedom  # how much less a median tells than squares
    return float(np.sqrt(np.mean(bends**2) / 6)), freedom


def _unlike(one: RunLog, other: RunLog, metric: str) -> str:
    """What it takes to compare values of this metric, "" where they are comparable."""
    name = metric.removeprefix("eval_").removesuffix("_loss") if metric != "eval_loss" else ""
    rows = [log.eval_rows.get(name) for log in (one, other)] if metric.startswith("eval_") else []
    if rows and all(rows) and rows[0] != rows[1]:
        return f"the same eval set: one has {rows[0]:,} rows, the other {rows[1]:,}"
    if metric.endswith("loss"):
        models = {log.config.get("base_model") for log in (one, other) if log.config is not None}
        if len(models) == 2 and None not in models:
            return "the same base model: losses of different ones count different tokens"
    if one.objective != other.objective:
        return f"the same objective: one run is {one.objective}, the other {other.objective}"
    return ""


def _going_on(behind: RunLog, side: Curve) -> str:
    """What it takes where the run that is behind is not done and still gets better: it may catch up."""
    planned, last = behind.planned_steps, behind.last_step
    if behind.finished is True or not planned or last >= 0.9 * planned:
        return ""
    if best(side) < len(side) - 2:
        return ""
    return f"the run behind to go on: it is at step {last:,.0f} of {planned:,} and still gets better"


def metrics(logs: Sequence[RunLog]) -> list[str]:
    """The series that all runs have and may be compared by, what tells most first."""
    shared = set.intersection(*(set(log.series) for log in logs)) if logs else set()
    losses = (
        [name for name in logs[0].series if name.startswith("eval_") and name.endswith("loss")]
        if logs
        else []
    )
    losses.sort(key=lambda name: name != "eval_loss")
    evals = [name for name in (logs[0].series if logs else ()) if name.startswith("eval_")]
    reinforced = any(log.objective == "reinforcement" for log in logs)
    order = ["eval_reward", "reward", *evals] if reinforced else [*losses, *evals, "reward", "loss"]
    return [name for name in dict.fromkeys(order) if name in shared]


LOWER = ("loss", "perplexity", "ppl", "wer", "cer", "error", "kl", "mae", "mse", "rmse", "eer", "length")
HIGHER = (
    *(
        "accuracy",
        "acc",
        "accuracies",
        "f1",
        "reward",
        "rewards",
        "bleu",
        "rouge",
        "rouge1",
        "rouge2",
        "rougel",
    ),
    *(
        "precision",
        "recall",
        "auc",
        "score",
        "margins",
        "chosen",
        "entropy",
        "em",
        "match",
        "pass",
        "win",
        "map",
    ),
    *("chrf", "meteor", "iou", "dice", "r2", "mcc", "kappa"),
)


def lower_is_better(metric: str) -> bool | None:
    """Whether less of a metric is better, by its name; None where the name does not say."""
    words = [
        word
        for word in metric.lower().replace("/", "_").replace("-", "_").replace("@", "_").split("_")
        if word
    ]
    for word in reversed(words):
        if word in LOWER:
            return True
        if word in HIGHER:
            return False
    return None
