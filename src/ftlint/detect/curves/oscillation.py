"""Whether a loss swings up and down instead of falling."""

from __future__ import annotations

import numpy as np

from ftlint.detect.curves.curve import Floats, curve, middle
from ftlint.detect.curves.held_out import eval_loss, reinforced
from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import sure
from ftlint.detect.curves.overfit import weight
from ftlint.model.run_log import RunLog

FEWEST_EVALS = 5
FEWEST = 20

SPAN = 0.2
"""The share of the loss at the start, or of 1, that swings must make, too."""


def oscillation(log: RunLog, min_swing: float = 0.25) -> Judgement:
    """Whether the eval loss goes up and down by `min_swing` of its level from eval to eval, or the training
    loss alternates: high, low, high, in turns that noise does not make.

    Noise of batches has no memory; a learning rate above what the curvature bears throws the loss from one
    side to the other. `step` is the first swing.
    """
    unfit = reinforced(log)
    if unfit:
        return unfit
    series = eval_loss(log)
    held = curve(series) if series is not None else None
    if held is not None and len(held) >= FEWEST_EVALS:
        train = curve(log.loss) if log.loss is not None else None
        least = SPAN * weight(held, train)
        swings = _swings(held.values, middle(held.values), min_swing, least)
        if swings is not None:
            first, swing, turns = swings
            numbers = {"swing": swing, "turns": float(turns), "eval": 1.0}
            certain = min(0.95, 1 - 0.5**turns)
            return Judgement("yes", float(held.steps[first]), float(held.steps[-1]), certain, numbers=numbers)
    if log.loss is not None and len(curve(log.loss)) >= FEWEST:
        return _alternates(curve(log.loss).steps, curve(log.loss).values, min_swing)
    if held is not None and len(held) >= FEWEST_EVALS:
        return Judgement("no", None, float(held.steps[-1]), 0.8)
    why = f"{FEWEST_EVALS} evals or {FEWEST} values of the training loss it takes"
    return Judgement("unknown", needs=max(0, FEWEST_EVALS - (len(held) if held is not None else 0)), why=why)


def _swings(values: Floats, level: float, min_swing: float, least: float) -> tuple[int, float, int] | None:
    """The first turn, the typical swing as a share of the level and the number of turns, where most evals
    turn and the typical way from one to the next is `min_swing` of the level and `least`."""
    ways = np.diff(values)
    turns = np.flatnonzero(ways[1:] * ways[:-1] < 0)
    swing = middle(np.abs(ways)) / max(abs(level), 1e-12)
    low = middle(np.minimum(np.abs(ways[1:]), np.abs(ways[:-1]))) / max(abs(level), 1e-12)
    many = len(turns) >= 3 and len(turns) >= 0.6 * (len(values) - 2)
    if not many or swing < min_swing or low < min_swing / 2 or middle(np.abs(ways)) < least:
        return None
    return int(turns[0]) + 1, swing, len(turns)


def _alternates(steps: Floats, values: Floats, min_swing: float) -> Judgement:
    """Whether values turn at nearly each step, more than independent noise (which turns at two of three)."""
    half = values[len(values) // 2 :]
    ways = np.diff(half)
    turning = float((ways[1:] * ways[:-1] < 0).mean())
    count = len(ways) - 1
    expected, error = 2 / 3, (16 / 90 / max(count, 1)) ** 0.5
    deviations = (turning - expected) / error
    level = max(abs(middle(half)), 1e-12)
    swing = middle(np.abs(ways)) / level
    numbers = {"swing": swing, "turning": turning, "deviations": deviations, "eval": 0.0}
    if swing < min_swing or turning < 0.9 or deviations < 3:
        return Judgement("no", None, float(steps[-1]), 0.8, numbers=numbers)
    return Judgement(
        "yes", float(steps[len(values) // 2]), float(steps[-1]), sure(deviations - 1), numbers=numbers
    )
