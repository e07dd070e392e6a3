"""Whether a run was evaluated often enough, and on enough rows, to be judged by it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import finite, jitter, median, usual_gap
from ftlint.model.run_log import RunLog, Series

FEWEST = 3
"""Evaluations that a rise can be told from: one before the best, the best, one after."""


def evaluations(log: RunLog) -> Series | None:
    """The series that was evaluated most often: an eval loss, else another eval metric; None without any."""
    losses = [series for series in log.eval_losses.values() if len(series)]
    others = [
        series
        for name, series in log.series.items()
        if name.startswith("eval_") and not name.endswith(("_runtime", "_per_second")) and len(series)
    ]
    return max(losses or others, key=len, default=None)


def too_rare(log: RunLog, fewest: int = FEWEST) -> Judgement:
    """Whether the evaluations of a run, as it goes on, are too few to tell the best step from.

    Of a run that is not done it is asked how many there will be at its end.
    """
    series = evaluations(log)
    if series is None:
        return Judgement("unknown", needs=fewest, why="no evaluation")
    count, last = len(series), log.last_step
    gap = usual_gap(series) or series.steps[0]
    numbers = {"evals": float(count), "gap": gap, "steps": last}
    per_epoch = log.steps_per_epoch
    if per_epoch:
        numbers["gap_epochs"] = gap / per_epoch
    end = max(log.planned_steps or 0.0, last)
    going_on = log.finished is not True and end > last and gap > 0
    expected = int(count + (end - last) // gap) if going_on else count
    if expected >= fewest:
        return Judgement("no", end=last, confidence=0.9, numbers=numbers)
    return Judgement("yes", series.steps[-1], last, 0.9, fewest - count, numbers)


MATTERS = 0.01
"""The share of all that the losses of a run ever spanned that noise must make to matter."""

ZIGZAG = 0.6
"""The share of bends that go against the one before. Of independent noise it is 0.73; of a curve it is
small."""


def too_noisy(series: Series, share: float, fewest: int = 6, span: float = 0.0) -> Judgement:
    """Whether an eval loss goes up and down by so much that a rise of `share` of it could be chance.

    A rise of two standard deviations is chance once in twenty. Noise goes to and fro: what only bends is
    none. `span` is what the losses of the run span; noise that is next to nothing of it does not matter.
    """
    found = finite(series)
    if len(found) < fewest:
        return Judgement("unknown", needs=fewest - len(found), why="too few evaluations to know the noise")
    noise, middle = jitter(found.values), median(found.values)
    hidden = 2 * noise / middle if middle > 0 else 0.0
    numbers = {"noise": noise, "level": middle, "hidden": hidden, "evals": float(len(found))}
    if hidden <= share or 2 * noise < MATTERS * span or _zigzag(found.values) < ZIGZAG:
        return Judgement("no", end=found.steps[-1], confidence=0.9, numbers=numbers)
    # the noise itself is known to about 1 / sqrt(points)
    confidence = min(0.95, 0.5 + 0.5 * (1 - share / hidden) * (1 - len(found) ** -0.5) * 2)
    return Judgement("yes", found.steps[-1], found.steps[-1], confidence, 0, numbers)


def _zigzag(values: Sequence[float]) -> float:
    slopes = [after - before for before, after in pairwise(values)]
    bends = [after - before for before, after in pairwise(slopes)]
    turned = sum(before * after < 0 for before, after in pairwise(bends))
    return turned / max(1, len(bends) - 1)
