"""How the eval loss stands to the training loss: oddly below it, or far above."""

from __future__ import annotations

import numpy as np

from ftlint.detect.curves.curve import Curve, Floats, curve, middle
from ftlint.detect.curves.held_out import eval_loss, reinforced
from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import sure
from ftlint.detect.curves.overfit import MATTERS, weight
from ftlint.detect.curves.verdicts import judgement
from ftlint.model.run_log import RunLog

FEWEST = 3


def eval_below_train(log: RunLog, min_gap: float = 0.15) -> Judgement:
    """Whether the eval loss lies `min_gap` below the training loss at most evals and at the last.

    The training loss that is logged is a mean over the steps before and so lags; it is taken at the middle
    of what follows an eval, too, and the lower counts. `step` is the first such eval.
    """
    sides = _both(log)
    if isinstance(sides, Judgement):
        return sides
    held, train = sides
    beside = np.minimum(_beside(train, held.steps), _after(train, held.steps))
    share = 1 - held.values / np.maximum(np.abs(beside), 1e-12)
    matters = beside - held.values >= MATTERS * weight(held, train)
    below = (share >= min_gap) & matters
    last = below[-max(2, len(below) // 3) :]
    numbers = {"gap": middle(share), "eval": float(held.values[-1]), "train": float(beside[-1])}
    end = float(held.steps[-1])
    if not last.all() or below.mean() < 0.5:
        return Judgement("no", None, end, 0.8, numbers=numbers)
    first = int(np.argmax(below))
    return Judgement("yes", float(held.steps[first]), end, 1 - 0.5 / int(below.sum()), numbers=numbers)


def train_eval_gap(log: RunLog, min_ratio: float = 1.5) -> Judgement:
    """Whether the eval loss ends at `min_ratio` of the training loss, farther from it than it began, without
    having risen (that is overfitting). `step` is the first eval with such a gap."""
    sides = _both(log)
    if isinstance(sides, Judgement):
        return sides
    held, train = sides
    beside = _beside(train, held.steps)
    gaps = held.values - beside
    ratios = held.values / np.maximum(np.abs(beside), 1e-12)
    least = 0.05 * weight(held, train)
    numbers = {
        "eval": float(held.values[-1]),
        "train": float(beside[-1]),
        "ratio": float(ratios[-1]),
        "gap": float(gaps[-1]),
        "first_gap": float(gaps[0]),
    }
    end = float(held.steps[-1])
    wide = (ratios >= min_ratio) & (gaps >= least)
    if not wide[-2:].all() or gaps[-1] - gaps[0] < least:
        return Judgement("no", None, end, 0.8, numbers=numbers)
    if judgement(log, "overfitting").found:
        return Judgement("no", None, end, 0.8, numbers=numbers, why="another verdict: overfitting")
    first = len(wide) - int(np.argmin(wide[::-1])) if not wide.all() else 0
    certain = sure(float(gaps[-1] - gaps[0]) / max(train.noise, held.noise, 1e-12))
    return Judgement("yes", float(held.steps[first]), end, certain, numbers=numbers)


def _both(log: RunLog) -> tuple[Curve, Curve] | Judgement:
    unfit = reinforced(log)
    if unfit:
        return unfit
    series = eval_loss(log)
    if series is None or log.loss is None:
        return Judgement("unknown", why="it takes an eval loss and a training loss")
    held, train = curve(series), curve(log.loss)
    if len(held) < FEWEST or len(train) < FEWEST:
        needs = max(0, FEWEST - len(held))
        return Judgement("unknown", needs=needs, why=f"{FEWEST} values of each it takes")
    return held, train


def _beside(train: Curve, steps: Floats) -> Floats:
    """The smoothed training loss at steps."""
    return np.asarray(np.interp(steps, train.steps, train.smooth))


def _after(train: Curve, steps: Floats) -> Floats:
    """The training loss of the next value after each step: what the mean up to a step lags behind."""
    index = np.minimum(np.searchsorted(train.steps, steps, side="right"), len(train) - 1)
    return train.smooth[index]
