"""Norms of the gradient: exploding, vanishing, cut at every step."""

from __future__ import annotations

from math import isfinite

from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import ends, finite, jitter, median, since, sure
from ftlint.model.run_log import RunLog, Series

FEWEST = 10
"""Points that a course can be told from."""

SETTLING = 0.1
"""Share of a run at its start that is not looked at: adapters begin with large gradients."""


CLIP = 1.0
"""What gradients are usually clipped to (the default of transformers): a spike below it does nothing."""


def _norms(log: RunLog) -> Series | None:
    series = log.series.get("grad_norm")
    return series if series is not None and len(series) >= FEWEST else None


def explosion(log: RunLog, factor: float) -> Judgement:
    """Whether the gradient grew to `factor` times its calm and stayed there.

    The calm is the middle of all before, without the first tenth; to stay there is to be no lower to the
    end. It must be twice what the run began with, too: gradients that only come back are no explosion.
    `loss` of the numbers is the change of the training loss since then, as a share.
    """
    series = _norms(log)
    if series is None:
        return Judgement("unknown", why="too few gradient norms")
    norms = finite(series)
    width = max(3, len(norms) // 20)
    settled = int(len(norms) * SETTLING)
    windows = [
        (index, median(norms.values[index : index + width]))
        for index in range(settled, len(norms) - width + 1, width)
    ]
    if len(windows) < 4:
        return Judgement("unknown", why="too few gradient norms")
    begun = median(norms.values[: max(3, settled)])
    for place in range(2, len(windows)):
        calm = median([height for _, height in windows[:place]])
        late = [height for _, height in windows[place:]]
        if calm > 0 and min(late) >= factor * calm and min(late) >= 2 * begun:
            step = norms.steps[windows[place][0]]
            now = median(late)
            numbers = {"calm": calm, "now": now, "factor": now / calm, "loss": _loss_change(log, step)}
            return Judgement("yes", step, norms.steps[-1], 0.95, 0, numbers)
    return Judgement("no", end=norms.steps[-1], confidence=0.9)


def overflows(log: RunLog, share: float) -> Judgement:
    """Whether the gradient is NaN or infinite at that share of the last quarter of the points and more, while
    the loss is not: the loss scaler of fp16 skips such steps."""
    series = _norms(log)
    if series is None or log.loss is None or not len(log.loss):
        return Judgement("unknown", why="too few gradient norms")
    tail = series.values[-max(4, len(series) // 4) :]
    bad = sum(not isfinite(value) for value in tail) / len(tail)
    numbers = {"share": bad}
    if bad < share or not isfinite(log.loss.values[-1]):
        return Judgement("no", end=series.steps[-1], confidence=0.9, numbers=numbers)
    first = series.steps[-1]
    for step, value in series.points():
        if not isfinite(value) and step >= series.steps[-len(tail)]:
            first = step
            break
    return Judgement("yes", first, series.steps[-1], sure(2 + bad), 0, numbers)


def spike(log: RunLog, factor: float) -> Judgement:
    """The highest lone gradient norm of `factor` times those around it, ten times the beginning, and above
    the usual clip."""
    series = _norms(log)
    if series is None:
        return Judgement("unknown", why="too few gradient norms")
    norms = finite(series)
    settled = max(3, int(len(norms) * SETTLING))
    if len(norms) < 2 * FEWEST:
        return Judgement("unknown", why="too few gradient norms")
    begun = median(norms.values[:settled])
    found: list[tuple[float, float, float]] = []
    for index in range(settled, len(norms)):
        value = norms.values[index]
        if value < max(10 * begun, CLIP):
            continue
        around = [*norms.values[max(0, index - 10) : index], *norms.values[index + 1 : index + 11]]
        usual = median(around)
        if usual > 0 and value >= factor * usual:
            found.append((value, norms.steps[index], usual))
    if not found:
        return Judgement("no", end=norms.steps[-1], confidence=0.9)
    value, step, usual = max(found)
    numbers = {"value": value, "usual": usual, "factor": value / usual, "count": float(len(found))}
    return Judgement("yes", step, step, 0.9, 0, numbers)


def vanishing(log: RunLog, factor: float) -> Judgement:
    """Whether the gradient fell to `factor` of what it was, or to 0, while the loss is still more than half
    of what it was: what has learnt all there is has small gradients, too."""
    series, loss = _norms(log), log.loss
    if series is None or loss is None:
        return Judgement("unknown", why="too few gradient norms")
    norms, losses = finite(series), finite(loss)
    parts, heights = ends(norms.values), ends(losses.values)
    if parts is None or heights is None:
        return Judgement("unknown", why="too few gradient norms")
    head, tail = parts
    before, after = heights
    numbers = {"before": head.value, "now": tail.value, "loss_before": before.value, "loss": after.value}
    learnt = before.value > 0 and after.value <= 0.5 * before.value
    if learnt or (tail.value > factor * head.value if head.value > 0 else tail.value > 0):
        return Judgement("no", end=norms.steps[-1], confidence=0.9, numbers=numbers)
    limit = factor * head.value
    step = since(norms, lambda value: value <= limit, 0.0)
    return Judgement("yes", step, norms.steps[-1], 0.95, 0, numbers)


def always_clipped(log: RunLog, clip: float, share: float, factor: float) -> Judgement:
    """Whether that share of the norms and more lies above the clip, with a middle of `factor` times it."""
    series = _norms(log)
    if series is None or clip <= 0:
        return Judgement("unknown", why="too few gradient norms")
    norms = finite(series)
    if len(norms) < FEWEST:
        return Judgement("unknown", why="too few gradient norms")
    above = sum(value > clip for value in norms.values) / len(norms)
    middle = median(norms.values)
    numbers = {"share": above, "middle": middle, "clip": clip}
    if above < share or middle < factor * clip:
        return Judgement("no", end=norms.steps[-1], confidence=0.9, numbers=numbers)
    return Judgement("yes", norms.steps[0], norms.steps[-1], 0.9, 0, numbers)


def _loss_change(log: RunLog, step: float) -> float:
    """The loss since a step over that before it, less 1; 0 where it is within the noise or not known."""
    if log.loss is None:
        return 0.0
    losses = finite(log.loss)
    before = [value for at, value in losses.points() if at < step][-10:]
    after = [value for at, value in losses.points() if at >= step]
    if len(before) < 3 or len(after) < 3:
        return 0.0
    was, now, noise = median(before), median(after), jitter(losses.values)
    return (now - was) / was if was > 0 and abs(now - was) > 2 * noise else 0.0
