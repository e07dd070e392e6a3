"""Whether the training loss falls in steps where epochs begin: rows seen before are known by heart."""

from __future__ import annotations

from math import prod, sqrt
from typing import NamedTuple

import numpy as np

from ftlint.detect.curves.curve import Curve, Floats, curve, middle
from ftlint.detect.curves.held_out import reinforced
from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import sure
from ftlint.model.run_log import RunLog

DENSE = 10
"""Values of the loss in an epoch from which half of one is enough to fit a line to."""

SHARED = 3
"""How many values' worth the noise at all ends of epochs counts beside that at one: some have six values."""


class Drop(NamedTuple):
    """What the loss does where an epoch ends, beside its slope there: `height` is negative where it falls."""

    step: float
    height: float
    error: float
    level: float

    @property
    def deviations(self) -> float:
        return self.height / self.error if self.error else 0.0


def staircase(log: RunLog, min_drop: float = 0.04, share: float = 0.4) -> Judgement:
    """Whether drops at ends of epochs make `share` of all that the loss falls after its first epoch, and
    `min_drop` of its level together. `step` is the first of them.

    A drop is the jump between two lines of one slope, fitted to half an epoch on either side. Together they
    must be 3 standard errors below zero, and two of them 2 each; a run with one inner end of an epoch needs
    one of 5.
    """
    unfit = reinforced(log)
    if unfit:
        return unfit
    if log.loss is None:
        return Judgement("unknown", why="there is no training loss")
    if log.unit == "epoch" or not log.steps_per_epoch:
        return Judgement("unknown", why="the log does not say where epochs end within it")
    train = curve(log.loss)
    found = drops(train, log.steps_per_epoch)
    end = float(train.steps[-1]) if len(train) else None
    if not found:
        return Judgement("unknown", None, end, why="no end of an epoch has enough of the loss on either side")
    together = sum(drop.height for drop in found)
    pooled = sum(drop.deviations for drop in found) / sqrt(len(found))
    relative = 1 - prod(max(0.0, 1 + drop.height / drop.level) for drop in found)
    descent = _descent(train, log.steps_per_epoch)
    part = min(1.0, -together / descent) if descent > 0 else 0.0
    clear = [drop for drop in found if drop.deviations <= -2]
    numbers = {
        "steps": float(len(clear)),
        "ends": float(len(found)),
        "drop": relative,
        "share": part,
        "deviations": -pooled,
    }
    if len(found) == 1:
        holds, few = pooled <= -5, 0.8
    else:
        holds, few = pooled <= -3 and len(clear) >= 2, 1.0
    if not holds or relative < min_drop or part < share:
        return Judgement("no", None, end, 0.9, numbers=numbers)
    return Judgement("yes", clear[0].step, end, few * sure(-pooled - 1), numbers=numbers)


def drops(train: Curve, steps_per_epoch: float) -> list[Drop]:
    """The drop at each end of an epoch with three values or more on either side.

    Half an epoch on either side is looked at, a whole one where it has fewer than `DENSE` values.
    """
    if len(train) < 8:
        return []
    epochs = train.steps / steps_per_epoch
    reach = 0.5 if len(train) >= DENSE * (epochs[-1] - epochs[0]) else 1.0
    fits: list[tuple[float, float, _Fit]] = []
    for end in range(1, int(epochs[-1] + 1e-6) + 1):
        low, at, high = np.searchsorted(epochs, (end - reach, end + 1e-6, end + reach + 1e-6), side="right")
        if at - low < 3 or high - at < 3:
            continue
        fit = _fit(epochs[low:high] - end, train.values[low:high], int(at - low))
        if fit is not None:
            level = max(float(np.abs(train.values[low:at]).mean()), 1e-12)
            fits.append((float(round(end * steps_per_epoch)), level, fit))
    if not fits:
        return []
    typical = sum(fit.left for _, _, fit in fits) / sum(fit.free for _, _, fit in fits)
    return [
        Drop(step, fit.height, sqrt((fit.left + SHARED * typical) / (fit.free + SHARED) * fit.factor), level)
        for step, level, fit in fits
    ]


def within_epochs(train: Curve, steps_per_epoch: float | None) -> Floats:
    """The values with the clear drops at ends of epochs taken out: what the loss does between them."""
    values = train.values
    for drop in drops(train, steps_per_epoch) if steps_per_epoch else ():
        if drop.deviations <= -3:
            values = np.where(train.steps > drop.step, values - drop.height, values)
    return values


class _Fit(NamedTuple):
    """A jump between two lines: its height, the squares left, the degrees of freedom, and what the variance
    of the noise is multiplied with for that of the height."""

    height: float
    left: float
    free: int
    factor: float


def _fit(epochs: Floats, values: Floats, cut: int) -> _Fit | None:
    """The jump at `cut` between two lines of one slope."""
    after = np.zeros(len(values))
    after[cut:] = 1.0
    slope = epochs - epochs.mean()
    jump = after - after.mean()
    level = values - values.mean()
    ss, sj, jj = float(slope @ slope), float(slope @ jump), float(jump @ jump)
    whole = ss * jj - sj * sj
    if whole <= 0:
        return None
    tilted, jumped = float(slope @ level), float(jump @ level)
    height = (ss * jumped - sj * tilted) / whole
    tilt = (jj * tilted - sj * jumped) / whole
    left = level - tilt * slope - height * jump
    return _Fit(height, max(float(left @ left), 0.0), max(1, len(values) - 3), ss / whole)


def _descent(train: Curve, steps_per_epoch: float) -> float:
    """How far the loss falls from the later half of the first epoch to its end."""
    epochs = train.steps / steps_per_epoch
    first = train.values[(epochs > 0.5) & (epochs <= 1)]
    if not len(first):
        return 0.0
    return float(first.mean()) - middle(train.values[-max(1, len(train) // 20) :])
