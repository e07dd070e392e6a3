"""Series of very many values, thinned before they are drawn: no screen shows more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ftlint.model.run_log import Series
from ftlint.report.run_scale import TINY

Point = tuple[float, float]

BLOCKS = 8000
"""Blocks of which the least and the most value are kept: a few for each column of a wide screen."""

BROKEN = 2000
"""Places of NaN and infinity that are kept."""


def thinned(
    series: Series, span: Point | None, middles: int
) -> tuple[list[Point], list[Point], list[Point], list[float]]:
    """The extremes of a series, block by block; medians and means of `middles` blocks; where it breaks."""
    steps, values = np.array(series.steps), np.array(series.values)
    if span is not None:
        low, high = np.searchsorted(steps, span[0]), np.searchsorted(steps, span[1], side="right")
        steps, values = steps[low:high], values[low:high]
    with np.errstate(invalid="ignore"):
        sound = np.abs(values) < 1 / TINY
    broken = steps[~sound]
    steps, values = steps[sound], values[sound]
    medians, means = [], []
    for block, at in zip(_blocks(values, middles), _blocks(steps, middles), strict=True):
        place = float(at[len(at) // 2])
        medians.append((place, float(np.median(block))))
        means.append((place, float(block.mean())))
    kept = np.unique(
        [
            start + place
            for start, block in _placed(values, BLOCKS)
            for place in (int(block.argmin()), int(block.argmax()))
        ]
        + [0, len(values) - 1]
        if len(values)
        else np.array([], dtype=int)
    )
    points = [(float(steps[index]), float(values[index])) for index in kept]
    return points, medians, means, broken[:: max(1, len(broken) // BROKEN)].tolist()


def _blocks(values: np.ndarray, count: int) -> Sequence[np.ndarray]:
    return [block for block in np.array_split(values, count) if len(block)]


def _placed(values: np.ndarray, count: int) -> Sequence[tuple[int, np.ndarray]]:
    """Blocks with the index of their first value."""
    found, start = [], 0
    for block in _blocks(values, count):
        found.append((start, block))
        start += len(block)
    return found
