"""Whether the eval loss rises while the training loss does not."""

from __future__ import annotations

from math import log as ln
from math import sqrt

import numpy as np

from ftlint.detect.curves.curve import Curve, Floats, curve, middle
from ftlint.detect.curves.held_out import reinforced, task_losses
from ftlint.detect.curves.isotonic import valley
from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.trend import start
from ftlint.model.run_log import RunLog, Series

FEWEST = 3
"""Evals below which a rise can be a chance: of two, one is always the higher."""

PRIOR_NOISE = 0.02
"""The noise of an eval loss as a share of it before any is seen; of 34 public runs with four evals or more
the median is 0.014."""

PRIOR_EVALS = 3
"""How many evals' worth that expectation counts beside what the curve itself shows."""

PLENTY = 8
"""Evals after the best of which more would not tell more: a rise that they don't show is none."""

ALONE = 3
"""How many times the evidence is asked for where a single eval follows the best: it may be off itself."""

ONCE = 2
"""How many times the evidence is asked for of a run of one epoch at most: rows seen once are hardly learnt by
heart."""

STILL = 0.02
"""The share that the training loss must have fallen by since the best step, unless it is half the eval loss:
who learns by heart gets better at it."""

MATTERS = 0.02
"""The share of the loss at the start, or of 1, that a rise must make, too: from 0.005 to 0.010 is no matter
after a start at 1.4."""


def overfitting(log: RunLog, min_rise: float = 0.05) -> Judgement:
    """Whether an eval loss has risen from its lowest by `min_rise` and beyond its noise, while the training
    loss did not rise. `step` is the best step; `why` names the eval set, where it has a name.

    A curve that falls and then rises is fitted and held against the nearest that never rises. How much
    better it must fit is what flat noise reaches in one case of 40 (simulated, see `chance`).
    """
    unfit = reinforced(log)
    if unfit:
        return unfit
    sets = task_losses(log)
    if not sets:
        return Judgement("unknown", why="there is no eval loss")
    answers = {name: _rise(log, series, min_rise) for name, series in sets.items()}
    told = next((name for name, answer in answers.items() if answer.found), next(iter(answers)))
    return answers[told]._replace(why=answers[told].why or told)


def _rise(log: RunLog, series: Series, min_rise: float) -> Judgement:
    held = curve(series)
    count = len(held)
    if count < FEWEST:
        return Judgement("unknown", needs=FEWEST - count, why=f"{count} of {FEWEST} evals it takes")
    train = curve(log.loss) if log.loss is not None else None
    low = best(held)
    step, end = float(held.steps[low]), float(held.steps[-1])
    scale = level_scale(held)
    bottom, now, after = float(held.values[low]), tail(held.values, low), count - 1 - low
    strength, noise = evidence(held)
    once = log.epoch_at(end) is not None and (log.epoch_at(end) or 0.0) <= 1 and log.unit != "epoch"
    needed = chance(count) * (ALONE if after == 1 else 1) * (ONCE if once else 1)
    numbers = {"best": bottom, "now": now, "rise": (now - bottom) / scale, "evals_after": float(after)}
    numbers |= {"noise": noise, "strength": strength / needed}
    enough = now - bottom >= min_rise * scale and float(held.values[-1]) - bottom >= min_rise / 2 * scale
    if not after or not enough or now - bottom < MATTERS * weight(held, train):
        return Judgement("no", step, end, 1 - 0.5 / count, numbers=numbers)
    if train is not None and len(train):
        few = max(1, min(len(train) // 10, 25))
        then, last = train.at(step), middle(train.values[-few:])
        numbers |= {"train_then": then, "train_now": last}
        if last > then + max(2 * train.noise / sqrt(few), min_rise * abs(then)):
            return Judgement("no", step, end, 0.8, numbers=numbers, why="the training loss rose, too")
        if len(train) >= FEWEST and last > (1 - STILL) * then and last > now / 2:
            return Judgement("no", step, end, 0.7, numbers=numbers, why="the training loss did not fall")
    if strength < needed and after >= PLENTY:
        return Judgement("no", step, end, 0.8, numbers=numbers, why="the rise is within the noise")
    if strength < needed:
        more = round((needed / max(strength, needed / 10) - 1) * after)
        why = "the rise is within the noise"
        return Judgement("unknown", step, end, needs=max(1, min(10, more)), numbers=numbers, why=why)
    sure = min(1 - 0.5 / count, 1 - 0.025 * (needed / strength))
    return Judgement("yes", step, end, sure if train is not None else 0.7 * sure, numbers=numbers)


def best(held: Curve) -> int:
    """The index of the best eval: the lowest of those that the smoothed curve has at its bottom.

    A lone dip whose neighbours are high is not the bottom of a curve with 8 values or more.
    """
    low = int(np.argmin(held.smooth))
    bottom = held.smooth <= held.smooth[low] + held.noise
    if held.smooth is not held.values:
        bottom[max(0, low - 1) : low + 2] = True
    found = np.flatnonzero(bottom)
    return int(found[np.argmin(held.values[found])])


def tail(values: Floats, low: int) -> float:
    """Where the curve is now: the last value, of three and more after the lowest the median of the last
    three, of ten and more that of the last five."""
    after = len(values) - 1 - low
    return middle(values[-(1 if after < 3 else 3 if after < 10 else 5) :])


def level_scale(held: Curve) -> float:
    """What a rise is a share of: the lowest value; of a loss that comes near or below zero, how far it
    fell."""
    floor = float(held.values.min())
    return floor if floor > 0 else max(float(np.ptp(held.values)), 1e-12)


def chance(count: int) -> float:
    """What the gain of a valley over a falling fit, in variances of the noise, exceeds for flat noise in 2.5%
    of cases. Simulated for 3 to 150 values: within 6% of 4.6 ln n + 0.2."""
    return 0.2 + 4.6 * ln(count)


def evidence(held: Curve) -> tuple[float, float]:
    """How much better a valley fits than a falling curve, in variances of the noise, and the noise.

    The noise is what the valley leaves, drawn towards `PRIOR_NOISE`. Of 8 values and more those that stand
    far off their neighbours are drawn in: one last eval that is off is no rise.
    """
    values = held.values
    if len(values) >= 8:
        reach = 3 * held.noise
        values = np.clip(values, held.smooth - reach, held.smooth + reach)
    fitted = valley(values.tolist())
    expected = PRIOR_NOISE * middle(np.abs(values))
    known = PRIOR_EVALS + max(0, len(values) - fitted.levels)
    variance = (PRIOR_EVALS * expected**2 + fitted.error) / known
    if variance <= 0:
        return 0.0, 0.0
    return (fitted.falling_error - fitted.error) / variance, sqrt(variance)


def weight(held: Curve, train: Curve | None) -> float:
    """What differences of losses are held against: what the training loss began with, else the eval loss, and
    at most 1: a nat is a nat, wherever a run started."""
    began = train if train is not None and len(train) else held
    return min(1.0, abs(start(began.values)))
