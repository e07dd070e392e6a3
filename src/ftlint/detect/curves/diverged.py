"""Whether the training loss blew up and stayed there."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ftlint.detect.curves.curve import Curve, Floats, curve, middle, noise, running_median
from ftlint.detect.curves.held_out import eval_loss, reinforced
from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import MAD_TO_SIGMA, MEDIAN_ERROR, sure
from ftlint.detect.curves.overfit import chance, evidence, tail
from ftlint.model.run_log import RunLog

FEWEST = 5
"""Values below which a high last one can be chance."""


DEVIATIONS = 4.0
"""Standard errors that the end must lie above the low: the low is the lowest of many, and low by chance,
too."""


PRIOR_NOISE = 0.05
"""The least noise of an eval loss that is reckoned with here, as a share of it."""


def divergence(log: RunLog, min_rise: float = 0.25, lost: float = 0.5) -> Judgement:
    """Whether the training loss ends `min_rise` above its lowest and has lost the share `lost` of what it had
    gained. `step` is where it left the low.

    Both are asked for: 0.01 to 0.03 is a threefold rise of a loss that came from 2 and no divergence, and
    1.20 to 1.25 after a start at 1.26 is noise or harder data.
    """
    unfit = reinforced(log)
    if unfit:
        return unfit
    if log.loss is None:
        return Judgement("unknown", why="there is no training loss")
    train = curve(log.loss)
    count = len(train)
    if count < FEWEST:
        return Judgement("unknown", why=f"{count} of {FEWEST} values of the loss it takes")
    end = float(train.steps[-1])
    few = max(3, min(count // 10, 50))
    now = middle(train.values[-few:])
    smooth = running_median(train.values, few)
    low = int(np.argmin(smooth[:-few])) if count > few else 0
    floor = min(float(smooth[low]), now)
    first = float(train.values[0])
    if first < floor:
        low, floor = _from_the_start(train, first, low, floor, min_rise)
    start = max(first, float(smooth[: low + 1].max())) if low else first
    gained, rise = start - floor, now - floor
    numbers = {"low": floor, "now": now, "rise": rise / max(abs(floor), 1e-12), "start": start}
    deviations = max(_beyond_noise(train.values, low, few), _evals_beyond_noise(log, start, min_rise))
    if rise <= 0 or rise < min_rise * abs(floor) or rise < lost * gained:
        return Judgement("no", None, end, 0.95, numbers=numbers)
    if deviations < DEVIATIONS:
        return Judgement("unknown", None, end, numbers=numbers, why="the loss is too noisy to tell")
    return Judgement("yes", _left(train, low, floor + rise / 2), end, sure(deviations), numbers=numbers)


def _from_the_start(train: Curve, first: float, low: int, floor: float, min_rise: float) -> tuple[int, float]:
    """The first value as the low, where no later one comes near it: the run blew up in its first steps."""
    if float(train.values[1:].min()) > first + min_rise * abs(first):
        return 0, first
    return low, floor


def _evals_beyond_noise(log: RunLog, start: float, min_rise: float) -> float:
    """How many standard errors the later half of the evals lies above where the training loss began, or what
    their own rise amounts to; enough where all of five lie above it: they are means of many rows, and tell
    where batches are too noisy to."""
    series = eval_loss(log)
    if series is None or len(curve(series)) < 3:
        return 0.0
    held = curve(series)
    low = int(np.argmin(held.smooth))
    strength = evidence(held)[0] if tail(held.values, low) > (1 + min_rise) * held.values[low] else 0.0
    risen = DEVIATIONS * sqrt(strength / chance(len(held)))
    few = (len(held) + 1) // 2
    if held.values.min() <= 0 or start <= 0:
        return risen
    if len(held) >= FEWEST and float(held.values.min()) > start:
        risen = max(risen, DEVIATIONS)
    known = np.log(held.values[-few:])
    spread = max(float(known.std()), PRIOR_NOISE)
    return max(risen, (middle(known) - float(np.log(start))) / (MEDIAN_ERROR * spread * sqrt(2 / few)))


def _beyond_noise(values: Floats, low: int, few: int) -> float:
    """How many standard errors the end lies above the low.

    Of losses above zero by their logarithms: the noise of a loss that went from 1 to 100 grew as much. The
    noise is that of the curve or of its end, whichever is more: that of a run which blew up is not that of
    its beginning.
    """
    known = np.log(values) if values.min() > 0 else values
    last = known[-few:]
    now = middle(last)
    spread = max(noise(known), MAD_TO_SIGMA * middle(np.abs(last - now)))
    around = known[: low + 1] if low == 0 else known[max(0, low - few // 2) : low + few // 2 + 1]
    rise = now - middle(around)
    error = MEDIAN_ERROR * spread * sqrt(1 / few + 1 / len(around))
    return rise / error if error else 99.0


def _left(train: Curve, low: int, half: float) -> float:
    """The first step after the low from which on the smoothed curve stays above half of its rise."""
    above = train.smooth[low:] > half
    stays = np.flatnonzero(~above)
    first = low + (int(stays[-1]) + 1 if len(stays) else 0)
    return float(train.steps[min(first, len(train) - 1)])
