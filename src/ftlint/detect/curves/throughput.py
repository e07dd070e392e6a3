"""How fast a run went: when it slowed down and when it stood still."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator

from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import finite, jitter, median, since
from ftlint.model.run_log import RunLog, Series

FEWEST = 20

FASTER_HIGH = ("tokens_per_second", "samples_per_second")


def pace(log: RunLog) -> Series | None:
    """Seconds of a step (or of a fixed amount of work) over the run; None where the log has no times.

    What the log says itself comes first; else it is the time from one row to the next, without rows between
    which the run was evaluated or resumed.
    """
    for name in FASTER_HIGH:
        series = log.series.get(name)
        if series is not None and len(series) >= FEWEST:
            found = finite(series)
            kept = [(step, 1 / value) for step, value in found.points() if value > 0]
            return Series(name, array("d", (s for s, _ in kept)), array("d", (v for _, v in kept)))
    told = log.series.get("step_time")
    if told is not None and len(told) >= FEWEST and log.objective != "reinforcement":
        return finite(told)
    waits = [(step, seconds / steps) for step, seconds, steps, evaluated in gaps(log) if not evaluated]
    if not waits:
        return None
    return Series("", array("d", (step for step, _ in waits)), array("d", (value for _, value in waits)))


def gaps(log: RunLog) -> Iterator[tuple[float, float, float, bool]]:
    """From each row of the training loss to the next: where it begins, seconds, steps, and whether the run
    was evaluated between them. Those with a resume are left out."""
    series = log.loss
    if series is None or len(series.times) != len(series) or log.unit == "row":
        return
    evals = sorted({step for each in log.eval_losses.values() for step in each.steps})
    resumed = [restart.step for restart in log.restarts]
    steps, times = series.steps, series.times
    for index in range(1, len(series)):
        low, high = steps[index - 1], steps[index]
        seconds = times[index] - times[index - 1]
        if seconds < 0 or any(low < step <= high for step in resumed):
            continue
        place = bisect_left(evals, low)
        evaluated = place < len(evals) and evals[place] <= high
        yield low, seconds, high - low, evaluated


def slowed(log: RunLog, factor: float) -> Judgement:
    """Whether the last quarter of the run took `factor` times as long for a step as before it."""
    series = pace(log)
    if series is None or len(series) < FEWEST:
        return Judgement("unknown", needs=FEWEST - len(series or ()), why="the log has too few times")
    quarter = max(5, len(series) // 4)
    usual, now = median(series.values[:-quarter]), median(series.values[-quarter:])
    numbers = {"usual": usual, "now": now, "factor": now / usual if usual > 0 else 0.0}
    if usual <= 0 or now < factor * usual or now - usual < 4 * jitter(series.values) / quarter**0.5:
        return Judgement("no", end=series.steps[-1], confidence=0.9, numbers=numbers)
    limit = (usual * now) ** 0.5
    step = since(series, lambda value: value >= limit, 0.2)
    return Judgement("yes", step, series.steps[-1], 0.9, 0, numbers)


def stalled(log: RunLog, factor: float, seconds: float) -> Judgement:
    """The longest time that nothing was logged, of `factor` times the usual and of those seconds at least.

    A pause with an evaluation is held against the others with one.
    """
    found: list[tuple[float, float, float]] = []
    count = 0
    for evaluated in (False, True):
        waits = [(step, wait, steps) for step, wait, steps, eval_ in gaps(log) if eval_ == evaluated]
        count += len(waits)
        if len(waits) < (FEWEST if not evaluated else 4):
            continue
        usual = median([wait for _, wait, _ in waits])
        if usual <= 0:
            continue
        found += [
            (wait, step, usual)
            for step, wait, _ in waits
            if wait >= factor * usual and wait - usual >= seconds
        ]
    if count < FEWEST:
        return Judgement("unknown", needs=FEWEST - count, why="the log has too few times")
    if not found:
        return Judgement("no", end=log.last_step, confidence=0.9)
    wait, step, usual = max(found)
    total = sum(each[0] - each[2] for each in found)
    numbers = {"seconds": wait, "usual": usual, "count": float(len(found)), "lost": total}
    return Judgement("yes", step, step, 0.9, 0, numbers)
