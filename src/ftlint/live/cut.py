"""A run as it stood earlier: what a verdict must have held for is asked of the log, not of a clock."""

from __future__ import annotations

from bisect import bisect_right
from math import ceil

from ftlint.model.run_log import RunLog, Series

GROWTH, ROWS, SHORT = 0.05, 5, 0.25
"""How much longer a log must be before what its rows say counts as new evidence: by a twentieth, by 5 rows at
least, or by a quarter of a log that has not 20 yet."""


def upto(log: RunLog, step: float) -> RunLog:
    """The run with nothing after a step. It hadn't ended then."""
    if step >= log.last_step:
        return log
    series = {
        name: _cut(each, step) for name, each in log.series.items() if each.steps and each.steps[0] <= step
    }
    return log._replace(
        series=series,
        epochs=log.epochs and _cut(log.epochs, step),
        restarts=tuple(each for each in log.restarts if each.step <= step),
        checkpoints=tuple(each for each in log.checkpoints if each <= step),
        finished=False,
    )


def _cut(series: Series, step: float) -> Series:
    end = bisect_right(series.steps, step)
    return Series(series.name, series.steps[:end], series.values[:end], series.times[:end])


def eval_marks(log: RunLog) -> list[float]:
    """The steps of the evaluations, ascending."""
    held_out = [each.steps for name, each in log.series.items() if name.startswith("eval_")]
    return sorted(set().union(*held_out))


def row_marks(log: RunLog) -> list[float]:
    """Rows of the training loss, or of whatever is longest, each so much further than the one before that
    it is new evidence."""
    steps = (
        log.loss.steps if log.loss else max((each.steps for each in log.series.values()), key=len, default=())
    )
    found, index = [], 0
    while index < len(steps):
        found.append(steps[index])
        index += growth(index + 1)
    return found


def growth(rows: int) -> int:
    """How many rows more than so many are new evidence."""
    return max(ceil(GROWTH * rows), min(ROWS, ceil(SHORT * rows)))
