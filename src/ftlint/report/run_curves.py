"""Series of a run as they are drawn: finite points, their running median, where they break."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from math import fsum
from typing import Literal, NamedTuple

from ftlint.detect.mask import mask, visible
from ftlint.model.run_log import NAMES, RunLog, Series
from ftlint.report.run_scale import TINY

Axis = Literal["step", "epoch", "time"]
Point = tuple[float, float]

MOST = 2000
"""Points of a median that are drawn: a screen shows no more."""

_SMOOTHED = 24
"""Values from which on a running median is drawn instead of the values themselves."""

_EPOCHS = 1e9
"""More epochs there are not."""

LONG = 50_000
"""Values from which on a series is thinned before anything else."""

_COARSE = 4
"""Values that each different one stands for, from which on the mean is drawn."""

_SHARE = 30
"""A running median looks at one in so many of the values."""

_EXACT = frozenset({"learning_rate", "num_tokens"})
"""Series without noise."""

_SHORT = {
    "loss": "train loss",
    "eval_loss": "eval loss",
    "learning_rate": "learning rate",
    "grad_norm": "grad norm",
    "mean_token_accuracy": "token accuracy",
}


class Curve(NamedTuple):
    """A series on an axis. `median` follows `points`, or is they where there are few; `broken` are the places
    of NaN and infinity; `dots` where each value counts, as of evals. With `mean` it is the running mean: of
    values that are few, such as shares of a small group, a median only jumps."""

    name: str
    label: str
    points: Sequence[Point]
    median: Sequence[Point]
    broken: Sequence[float] = ()
    dots: bool = False
    mean: bool = False

    @property
    def smoothed(self) -> bool:
        return self.median is not self.points


@lru_cache(maxsize=512)
def label_of(name: str) -> str:
    """What a person is shown for the name of a series, in which something private may stand."""
    known = _SHORT.get(name, name)
    if name not in NAMES and name.startswith("eval_") and name.endswith("_loss"):
        known = f"eval loss, {name[len('eval_') : -len('_loss')]}"
    return visible(mask(known))


def curve(log: RunLog, series: Series, axis: Axis = "step", span: Point | None = None) -> Curve:
    """A series as it is drawn; `span` are the first and the last step that are shown."""
    if axis == "step" and len(series) > LONG:
        return _long(series, span)
    place = placer(log, axis, series)
    points: list[Point] = []
    broken: list[float] = []
    for index, (step, value) in enumerate(series.points()):
        if span is not None and not span[0] <= step <= span[1]:
            continue
        at = place(index, step)
        if at is None:
            continue
        if abs(value) < 1 / TINY:
            points.append((at, value))
        else:
            broken.append(at)
    points.sort()  # clocks and epochs may go back where a run was resumed
    dots = is_eval(series.name)
    drawn = Curve(series.name, label_of(series.name), points, points, broken, dots)
    if len(points) < _SMOOTHED or dots or series.name in _EXACT:
        return drawn
    coarse = len({value for _, value in points}) < len(points) / _COARSE
    return drawn._replace(median=averaged(points) if coarse else running(points), mean=coarse)


def _long(series: Series, span: Point | None) -> Curve:
    from ftlint.report.run_long import thinned

    points, medians, means, broken = thinned(series, span, MOST)
    coarse = len({value for _, value in points}) < len(points) / _COARSE
    smooth = averaged(means) if coarse else running(medians)
    return Curve(series.name, label_of(series.name), points, smooth, broken, mean=coarse)


def is_eval(name: str) -> bool:
    """Whether a series holds evals, few and each of them dear."""
    return name.startswith("eval_")


def placer(log: RunLog, axis: Axis, series: Series) -> Callable[[int, float], float | None]:
    """Where on the axis the value of an index and a step stands, None where the log does not say."""
    if axis == "epoch":
        return lambda _, step: epoch_at(log, step)
    if axis == "time":
        start = started(log)
        times = series.times
        return lambda index, _: (times[index] - start) / 3600 if len(times) > index else None
    return lambda _, step: step


def epoch_at(log: RunLog, step: float) -> float | None:
    """The epoch at a step; None where the log says none, or nothing that can be one."""
    epoch = log.epoch_at(step)
    return epoch if epoch is not None and abs(epoch) < _EPOCHS else None


def started(log: RunLog) -> float:
    """The first time that the log says, seconds since 1970; 0 where it says none."""
    return min((series.times[0] for series in log.series.values() if len(series.times)), default=0.0)


def running(points: Sequence[Point]) -> list[Point]:
    """The running median over a thirtieth of the points, less at both ends; `MOST` points at most."""
    if len(points) > MOST:
        points = [
            (some[len(some) // 2][0], _median(sorted(value for _, value in some))) for some in _blocks(points)
        ]
    half = max(1, len(points) // _SHARE // 2)
    window = sorted(value for _, value in points[:half])
    smooth: list[Point] = []
    for index, (at, _) in enumerate(points):
        if index + half < len(points):
            insort(window, points[index + half][1])
        if index > half:
            del window[bisect_left(window, points[index - half - 1][1])]
        smooth.append((at, _median(window)))
    return smooth


def averaged(points: Sequence[Point]) -> list[Point]:
    """The running mean, of as many points as `running` takes."""
    if len(points) > MOST:
        points = [
            (some[len(some) // 2][0], fsum(value for _, value in some) / len(some))
            for some in _blocks(points)
        ]
    half = max(1, len(points) // _SHARE // 2)
    sums = list(accumulate((value for _, value in points), initial=0.0))
    smooth = []
    for index, (at, _) in enumerate(points):
        low, high = max(0, index - half), min(len(points), index + half + 1)
        smooth.append((at, (sums[high] - sums[low]) / (high - low)))
    return smooth


def _blocks(points: Sequence[Point]) -> list[Sequence[Point]]:
    cuts = [index * len(points) // MOST for index in range(MOST + 1)]
    return [points[low:high] for low, high in pairwise(cuts)]


def _median(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def at(points: Sequence[Point], place: float) -> float | None:
    """The value at a place, between the points beside it; None outside of them."""
    if not points or not points[0][0] <= place <= points[-1][0]:
        return None
    index = bisect_left(points, (place, float("-inf")))
    if points[index][0] == place:
        return points[index][1]
    (low, before), (high, after) = points[index - 1], points[index]
    return before + (after - before) * (place - low) / (high - low)


def extremes(points: Sequence[Point], columns: int) -> list[Point]:
    """Points thinned so that a line through them looks the same over so many columns: of each column the
    first, the least, the most and the last are kept."""
    if len(points) <= 4 * columns:
        return list(points)
    low, high = points[0][0], points[-1][0]
    width = (high - low) / columns or 1.0
    kept: list[Point] = []
    begin = 0
    while begin < len(points):
        edge = low + width * (int((points[begin][0] - low) / width) + 1)
        end = max(begin + 1, bisect_left(points, (edge, float("-inf")), begin))
        some = points[begin:end]
        chosen = {some[0], some[-1], min(some, key=_value), max(some, key=_value)}
        kept += sorted(chosen)
        begin = end
    return kept


def _value(point: Point) -> float:
    return point[1]
