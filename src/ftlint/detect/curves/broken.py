"""Losses that are no numbers, and losses that are exactly zero."""

from __future__ import annotations

import numpy as np

from ftlint.detect.curves.curve import middle
from ftlint.detect.curves.held_out import reinforced
from ftlint.detect.curves.judgement import Judgement
from ftlint.model.run_log import RunLog, Series

RESOLUTION = 1e-4
"""The last digit of a loss that the Trainer writes: it rounds to four."""

ABRUPT = 20
"""How many times the last digit a loss stands at before it is zero, for that to be no decay: from 0.0003 a
loss may well round to zero next."""


def nan_loss(log: RunLog) -> Judgement:
    """Whether a loss is NaN or infinite: that of training, else of any eval set. `step` is the first place.

    `numbers`: how many of the values, how many follow to the end, whether it is an eval loss.
    """
    losses = [log.loss] if log.loss is not None else []
    losses += list(log.eval_losses.values())
    if not any(len(series) for series in losses):
        return Judgement("unknown", why="there is no loss")
    for series in losses:
        values = np.array(series.values)
        bad = ~np.isfinite(values)
        if not bad.any():
            continue
        held = 0 if bad.all() else int(np.argmax(~bad[::-1])) if bad[-1] else 0
        numbers = {
            "count": float(bad.sum()),
            "of": float(len(values)),
            "to_end": float(len(values) if bad.all() else held),
            "eval": float(series.name != "loss"),
        }
        first = int(np.argmax(bad))
        return Judgement("yes", series.steps[first], series.steps[-1], 0.99, numbers=numbers, why=series.name)
    return Judgement("no", None, max(series.steps[-1] for series in losses if len(series)), 0.99)


def zero_loss(log: RunLog) -> Judgement:
    """Whether the training loss falls to exactly zero at once and stays there. `step` is the first zero.

    Not where it had come near zero before (it rounds to it), where it comes back, or where the eval loss is
    as small.
    """
    unfit = reinforced(log)
    if unfit:
        return unfit
    series = log.loss
    if series is None or not len(series):
        return Judgement("unknown", why="there is no training loss")
    values, end = np.array(series.values), series.steps[-1]
    zeros = values == 0.0
    nonzero = np.flatnonzero(~zeros)
    first = int(nonzero[-1]) + 1 if len(nonzero) else 0
    held = len(values) - first
    numbers = {"zeros": float(zeros.sum()), "of": float(len(values)), "to_end": float(held)}
    if held < 1 or not zeros.any():
        return Judgement("no", None, end, 0.95, numbers=numbers)
    before = values[max(0, first - 3) : first]
    came_from = middle(before) if len(before) else float("inf")
    numbers["before"] = came_from
    if _eval_as_small(log, series.steps[first]):
        return Judgement("no", None, end, 0.8, numbers=numbers, why="the eval loss is as small")
    if len(before) and came_from < ABRUPT * RESOLUTION:
        return Judgement("no", None, end, 0.8, numbers=numbers, why="the loss had come near zero before")
    if held < 3:
        return Judgement(
            "unknown", series.steps[first], end, numbers=numbers, why=f"{held} of 3 zeros it takes"
        )
    if zeros[:first].sum() > held:
        return Judgement("no", None, end, 0.7, numbers=numbers, why="the loss came back from zero before")
    return Judgement("yes", series.steps[first], end, min(0.99, 1 - 0.5 / held), numbers=numbers)


def _eval_as_small(log: RunLog, step: float) -> bool:
    """Whether an eval from there on, or the last before, found a loss that would itself round to nearly
    zero."""
    return any(_last_small(series, step) for series in log.eval_losses.values())


def _last_small(series: Series, step: float) -> bool:
    later = [value for at, value in series.points() if at >= step]
    known = later or series.values[-1:].tolist()
    return bool(known) and 0 <= min(known) < ABRUPT * RESOLUTION
