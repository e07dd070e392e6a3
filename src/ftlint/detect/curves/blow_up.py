"""Whether a loss went up right at the start."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite

from ftlint.detect.curves.held_out import eval_loss
from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import finite, jitter, median, sure
from ftlint.model.run_log import RunLog

START = 0.1
"""The share of a run that is its start."""


def early_blow_up(log: RunLog, rise: float, deviations: float = 6.0) -> Judgement:
    """Whether the loss rose in the first tenth of a run over what it was, by `rise` and beyond its noise.

    The eval loss says it where it was written before training (`eval` of the numbers is 1); else the training
    loss, of which two points at least must lie `deviations` of its noise above its first value. `back` of the
    numbers says that it ends below where it began.
    """
    held_out = _evaluated(log, rise)
    if held_out is not None:
        return held_out
    loss = log.loss
    if loss is None or len(loss) < 10:
        return Judgement("unknown", why="too few losses")
    known = finite(loss)
    total = max(float(log.planned_steps or 0), log.last_step)
    count = max(4, sum(step <= START * total for step in loss.steps))
    if len(known) < 5 or not isfinite(loss.values[0]):
        return Judgement("unknown", why="too few losses")
    first, early = known.values[0], known.values[1:count]
    # two points in a row: the lower of neighbours
    pairs = [min(here, after) for here, after in pairwise(early)]
    if not pairs or first <= 0:
        return Judgement("unknown", why="too few losses")
    top = max(pairs)
    # batches differ more while the loss is high
    noise = max(jitter(known.values), jitter(early) if len(early) >= 20 else 0.0)
    end = median(known.values[-max(3, len(known) // 10) :])
    share = top / first - 1
    numbers = {
        "first": first,
        "top": max(early),
        "rise": max(early) / first - 1,
        "back": float(end < first),
        "eval": 0.0,
    }
    step = known.steps[1 + max(range(len(early)), key=early.__getitem__)]
    if share <= rise or top - first <= deviations * noise:
        return Judgement("no", end=known.steps[-1], confidence=0.9, numbers=numbers)
    return Judgement("yes", step, step, sure((top - first) / noise / 2) if noise else 0.95, 0, numbers)


def _evaluated(log: RunLog, rise: float) -> Judgement | None:
    """What the eval loss says; None where it was not written before training, or did not rise."""
    series = eval_loss(log)
    total = max(float(log.planned_steps or 0), log.last_step)
    if series is None or len(series) < 3 or series.steps[0] > max(1.0, 0.01 * total):
        return None
    known = finite(series)
    later = list(known.points())[1:]
    # the first of few evaluations may come a little later
    early = [
        (value, step)
        for index, (step, value) in enumerate(later)
        if step <= START * total * (1 + (index == 0))
    ]
    if not early or known.values[0] <= 0:
        return None
    first, (top, step) = known.values[0], max(early)
    if top / first - 1 <= rise or top - first <= 4 * jitter(known.values):
        return None
    back = float(known.values[-1] < first)
    numbers = {"first": first, "top": top, "rise": top / first - 1, "back": back, "eval": 1.0}
    return Judgement("yes", step, step, 0.95, 0, numbers)
