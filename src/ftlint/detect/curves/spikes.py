"""Sudden jumps of the training loss, and whether it came back from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ftlint.detect.curves.curve import Floats, finite, middle, noise
from ftlint.detect.curves.held_out import reinforced
from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import MAD_TO_SIGMA, sure
from ftlint.detect.curves.verdicts import judgement
from ftlint.model.run_log import RunLog

BEFORE = 9
"""Values before a jump that say where the loss stood."""

FEWEST = 12

DEVIATIONS = 8.0
"""How far above its past, in standard deviations of the noise, a loss jumps to be a spike."""

ALONE = 3.0
"""How many times higher a spike is than what the loss does anyway (the 99th percentile of its other
rises)."""


MOST = 50
"""Values, or one in so many, up to 20 times as many, that may stand out: a loss with more is noisy."""


class Spike(NamedTuple):
    """A jump: where it begins, peaks and has gone back to where the loss stood (None: not to this day)."""

    first: int
    peak: int
    back: int | None
    before: float
    height: float
    deviations: float


def loss_spike(log: RunLog, min_height: float = 0.3) -> Judgement:
    """Whether the training loss jumps by `min_height` of its level at once, far beyond what it does anyway.

    `step` is the first spike that it did not come back from, else the highest. `numbers`: `before`, `peak`,
    `spikes`, and `back`, the step at which it was back (absent where it never was). A run that diverged is
    told of as that; one with many jumps is noisy.
    """
    unfit = reinforced(log)
    if unfit:
        return unfit
    if log.loss is None:
        return Judgement("unknown", why="there is no training loss")
    steps, values = finite(log.loss)
    if len(values) < FEWEST:
        return Judgement("unknown", why=f"{len(values)} of {FEWEST} values of the loss it takes")
    end = float(steps[-1])
    found = spikes(values, min_height)
    if not found:
        return Judgement("no", None, end, 0.9)
    if judgement(log, "divergence").found:
        return Judgement("no", None, end, 0.9, why="another verdict: divergence")
    if len(found) > max(3, len(values) // 200):
        return Judgement("no", None, end, 0.8, why="the loss jumps all the time: it is noisy")
    stayed = [spike for spike in found if spike.back is None]
    told = stayed[0] if stayed else max(found, key=lambda spike: spike.height)
    numbers = {
        "before": told.before,
        "peak": float(values[told.peak]),
        "spikes": float(len(found)),
        "deviations": told.deviations,
    }
    if told.back is not None:
        numbers["back"] = float(steps[told.back])
    elif len(values) - told.first < BEFORE:
        why = "too little of the run follows to tell whether it comes back"
        return Judgement("unknown", float(steps[told.first]), end, numbers=numbers, why=why)
    certain = sure(told.deviations / DEVIATIONS + 1)
    return Judgement("yes", float(steps[told.first]), end, certain, numbers=numbers)


def spikes(values: Floats, min_height: float) -> list[Spike]:
    """The spikes of finite values, in order."""
    windows = np.lib.stride_tricks.sliding_window_view(values, BEFORE)[:-1]
    level = np.partition(windows, BEFORE // 2, axis=1)[:, BEFORE // 2]
    rises = values[BEFORE:] - level
    wide = np.maximum(noise(values), _local(values))
    floor = np.maximum(min_height * np.abs(level), DEVIATIONS * wide)
    floor = np.maximum(floor, 0.05 * (values[0] - values.min()))
    high = np.flatnonzero(rises > floor)
    if len(high) > min(max(MOST, len(values) // MOST), 20 * MOST):
        return []
    found: list[Spike] = []
    ahead = _ahead(values) if len(high) else (values, values)
    calm = 0
    for index in high.tolist():
        if index < calm:
            continue
        at, before = index + BEFORE, float(level[index])
        peak, back = _course(values, at, before, ahead)
        if back is None and _slips(values, at, before):
            continue
        calm = (len(values) if back is None else back) - BEFORE + 1
        height = float(values[peak]) - before
        found.append(Spike(at, peak, back, before, height, height / max(float(wide[index]), 1e-12)))
    usual = _usual(rises, found)
    return [spike for spike in found if spike.height >= ALONE * usual]


def _local(values: Floats) -> Floats:
    """The noise before each value from the tenth on, by the spread of as many as `BEFORE` values."""
    windows = np.lib.stride_tricks.sliding_window_view(values, BEFORE)[:-1]
    bends = np.abs(windows[:, 2:] - 2 * windows[:, 1:-1] + windows[:, :-2])
    half = bends.shape[1] // 2
    return np.asarray(MAD_TO_SIGMA * np.partition(bends, half, axis=1)[:, half] / 6**0.5)


def _course(values: Floats, at: int, before: float, ahead: tuple[Floats, Floats]) -> tuple[int, int | None]:
    """The peak of a jump, and where the loss has come back by nine tenths of it and stays for a moment: a
    second peak soon after belongs to it. `ahead` are the median of three and the highest of what follows."""
    reach = 64
    while True:
        end = min(at + reach, len(values))
        tops = np.maximum.accumulate(values[at:end])
        heights = tops - before
        back = (ahead[1][at:end] <= before + 0.5 * heights) & (ahead[0][at:end] <= before + 0.1 * heights)
        back &= values[at:end] < tops
        if back.any():
            end = at + int(np.argmax(back))
            return at + int(np.argmax(values[at:end])), end
        if end == len(values):
            return at + int(np.argmax(values[at:])), None
        reach *= 8


def _ahead(values: Floats) -> tuple[Floats, Floats]:
    """For each value the median of it and the next two, and the highest of it and as many as `BEFORE`."""
    padded = np.concatenate([values, np.repeat(values[-1], BEFORE - 1)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, BEFORE)
    return np.partition(windows[:, :3], 1, axis=1)[:, 1], windows.max(axis=1)


def _slips(values: Floats, at: int, before: float) -> bool:
    """Whether what follows a jump to the end lies no higher than a tenth above where the loss stood: a slow
    rise or noise around it, no level that it stays at."""
    after = values[at + 1 :]
    return len(after) >= 3 and middle(after[-max(3, len(after) // 3) :]) <= before * 1.1


def _usual(rises: Floats, found: list[Spike]) -> float:
    """How high the other rises go: the 99th percentile of those outside of spikes."""
    outside = np.ones(len(rises), dtype=bool)
    for spike in found:
        last = len(rises) if spike.back is None else spike.back - BEFORE + 1
        outside[spike.first - BEFORE : last] = False
    others = rises[outside & (rises > 0)]
    return float(np.quantile(others, 0.99)) if len(others) else 0.0
