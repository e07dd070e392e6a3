"""Whether a run was stopped while it still learned at a good rate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ftlint.detect.curves.curve import Curve, Floats, curve
from ftlint.detect.curves.held_out import eval_loss, reinforced
from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import sure
from ftlint.detect.curves.staircase import within_epochs
from ftlint.detect.curves.trend import slope, start
from ftlint.detect.curves.verdicts import found_already
from ftlint.model.run_log import RunLog

LAST = (0.25, 0.4, 0.55)
"""The shares of the run at its end whose slopes count, the mean of them: a short one says what happens now, a
long one is less noisy."""

FEWEST = 5

OTHERS = (
    "nan-loss",
    "zero-loss",
    "overfitting",
    "divergence",
    "plateau",
    "memorisation-staircase",
    "oscillation",
)
"""Verdicts with which a run is no candidate: more of the same would not make it better."""


class Pace(NamedTuple):
    """How fast a curve falls at its end, as a share of its mean rate since the start (1 is a straight line),
    and how many standard errors that is above 0."""

    rate: float
    deviations: float
    values: int


def not_converged(log: RunLog, min_rate: float = 0.37) -> Judgement:
    """Whether the loss falls, at its end, at `min_rate` of its mean rate or more.

    The training loss shows it, or five evals or more where it is too noisy to; the other must fall at half
    of that. Drops at ends of epochs do not count (they are memorised rows), and a run with a verdict of
    `OTHERS` is no candidate; nor is preference training, whose loss falls for as long as margins grow.
    `step` is the end of the run.
    """
    unfit = reinforced(log)
    if unfit:
        return unfit
    if log.objective == "preference":
        return Judgement("unknown", why="a preference loss falls for as long as margins grow")
    train = curve(log.loss) if log.loss is not None else None
    series = eval_loss(log)
    held = curve(series) if series is not None and len(series) >= 3 else None
    paces = []
    if train is not None and len(train) >= 3:
        paces.append(pace(train, within_epochs(train, None if log.unit == "epoch" else log.steps_per_epoch)))
    if held is not None and len(held) >= 3:
        paces.append(pace(held, held.values))
    if not paces or (max(each.values for each in paces) < FEWEST and len(paces) < 2):
        return Judgement("unknown", why=f"{FEWEST} values of a loss it takes, or 3 of two")
    end = log.last_step
    falls = [
        each
        for place, each in enumerate(paces)
        if each.rate >= min_rate and each.deviations >= 2 and (not place or each.values >= FEWEST)
    ]
    told = (falls or paces)[0]
    numbers = {"rate": told.rate, "deviations": told.deviations}
    if len(paces) > 1:
        numbers["eval_rate"] = paces[1].rate
    if not falls or any(each.rate < min_rate / 2 for each in paces):
        return Judgement("no", end, end, 0.9, numbers=numbers)
    other = found_already(log, *OTHERS)
    if other:
        return Judgement("no", end, end, 0.9, numbers=numbers, why=f"another verdict: {other}")
    margin = (falls[0].rate - min_rate) / max(falls[0].rate, 1e-12) * falls[0].deviations
    return Judgement("yes", end, end, 0.9 * sure(margin), numbers=numbers)


def pace(held: Curve, values: Floats) -> Pace:
    """The pace of a curve whose values are these; of a curve that does not fall at all it is 0."""
    steps = held.steps
    span = float(steps[-1] - steps[0])
    begun, rates, deviations = start(values), [], 0.0
    for last in LAST:
        first = int(np.searchsorted(steps, steps[0] + span * (1 - last) - 1e-9 * span))
        first = max(0, min(first, len(values) - 3))
        line = slope(steps[first:], values[first:])
        fallen = begun - line.end
        rates.append(-line.change * span / fallen if fallen > 0 else 0.0)
        deviations = max(deviations, line.deviations)
    return Pace(sum(rates) / len(rates), deviations, len(values))
