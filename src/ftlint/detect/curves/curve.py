"""A series as numbers to reckon with: finite, of bounded length, with its noise; made once per series."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ftlint.detect.curves.levels import MAD_TO_SIGMA
from ftlint.model.run_log import Series

Floats = npt.NDArray[np.float64]

MOST_POINTS = 1500
"""Longer series are judged by the means of as many blocks, at most: the shape stays, the time is bounded."""

HUGE = 1e100

_KEPT = 32


class Curve(NamedTuple):
    """The finite values of a series.

    `noise` is the standard deviation of a value around the trend, from the median of second differences, so
    that neither the trend nor lone spikes count; 0 of fewer than four values. `smooth` is the running median
    (the values themselves of a short series). `every` is how many values of the log one stands for.
    """

    steps: Floats
    values: Floats
    smooth: Floats
    noise: float
    every: int

    def __len__(self) -> int:
        return len(self.values)

    def before(self, step: float) -> int:
        """How many values stand at or before a step."""
        return int(np.searchsorted(self.steps, step, side="right"))

    def at(self, step: float) -> float:
        """The smoothed value at a step, between those that are known; beyond the ends the last of them."""
        return float(np.interp(step, self.steps, self.smooth))


_made: OrderedDict[int, tuple[Series, Curve]] = OrderedDict()
_lock = Lock()


def curve(series: Series) -> Curve:
    """The curve of a series. That of the last few dozen series is remembered: all rules ask for the same."""
    key = id(series.values)
    with _lock:
        known = _made.get(key)
        if known is not None and known[0].values is series.values and len(known[0]) == len(series):
            _made.move_to_end(key)
            return known[1]
    made = _curve(series)
    with _lock:
        _made[key] = (series, made)
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return made


def finite(series: Series) -> tuple[Floats, Floats]:
    """Steps and values without NaN and infinity; what is beyond 1e100 is 1e100, that squares stay finite."""
    steps, values = np.array(series.steps), np.array(series.values)
    known = np.isfinite(values)
    if not known.all():
        steps, values = steps[known], values[known]
    return steps, np.clip(values, -HUGE, HUGE)


def _curve(series: Series) -> Curve:
    steps, values = finite(series)
    every = -(-len(values) // MOST_POINTS)
    if every > 1:
        starts = np.arange(0, len(values), every)
        counts = np.diff(np.append(starts, len(values)))
        values = np.add.reduceat(values, starts) / counts
        steps = steps[np.append(starts[1:], len(steps)) - 1]
    return Curve(steps, values, running_median(values), noise(values), max(every, 1))


def noise(values: Floats) -> float:
    """The standard deviation of the noise on a trend, by the median of second differences.

    A second difference of independent noise has a standard deviation of sqrt(6) times it. A curve that is
    mostly constant (rounded, or at zero) makes that median 0; the mean of squares then stands in.
    """
    if len(values) < 4:
        return 0.0
    bends = values[2:] - 2 * values[1:-1] + values[:-2]
    typical = MAD_TO_SIGMA * middle(np.abs(bends))
    return (typical or float(np.sqrt(np.mean(bends**2)))) / 6**0.5


def running_median(values: Floats, window: int | None = None) -> Floats:
    """The median of a window around each value: of 3 from 8 values on, of a twentieth of them up to 51.

    Towards the ends the window shrinks to what there is, three values at least: a last one that is off
    counts for nothing. Fewer than 8 values are returned as they are.
    """
    count = len(values)
    if window is None:
        window = 1 if count < 8 else min(max(count // 20, 3), 51)
    window |= 1
    if window == 1 or count < window:
        return values
    half = window // 2
    smooth = np.empty(count)
    windows = np.lib.stride_tricks.sliding_window_view(values, window)
    smooth[half : count - half] = np.partition(windows, half, axis=1)[:, half]
    for index in range(half):
        reach = max(index + half + 1, 3)
        smooth[index] = middle(values[:reach])
        smooth[count - 1 - index] = middle(values[count - reach :])
    return smooth


def middle(values: Floats) -> float:
    """The median. `numpy.median` takes five times as long for a few values, and most are few."""
    ranked = np.sort(values)
    half = len(ranked) // 2
    return float(ranked[half]) if len(ranked) % 2 else float(ranked[half - 1] + ranked[half]) / 2
