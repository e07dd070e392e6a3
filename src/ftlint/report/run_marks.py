"""What is marked on the curves of a run: the best step, the rise after it, epochs, restarts, findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor
from typing import NamedTuple

from ftlint.detect.curves.curve import curve
from ftlint.detect.curves.held_out import eval_loss
from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.overfit import best
from ftlint.model import Finding, Severity
from ftlint.model.run_log import RunLog, Series
from ftlint.report.amounts import amount
from ftlint.report.run_curves import Axis, epoch_at, placer

EPOCHS = 24
"""Epoch lines that are drawn; of more of them every second, fifth, tenth ..."""

OVERFITTING = "overfitting"


class Best(NamedTuple):
    """The best eval: `place` on the axis, its step and its value."""

    place: float
    step: float
    value: float


class Rise(NamedTuple):
    """A rise of the eval loss, as a share, from the best place to the last."""

    begin: float
    end: float
    share: float


class Mark(NamedTuple):
    """A finding at its place."""

    place: float
    code: str
    severity: Severity


class Marks(NamedTuple):
    """All on the axis. `rise` only where the eval loss is judged to rise."""

    best: Best | None = None
    rise: Rise | None = None
    epochs: Sequence[tuple[float, int]] = ()
    restarts: Sequence[float] = ()
    findings: Sequence[Mark] = ()


def marks(
    log: RunLog,
    findings: Sequence[Finding],
    judgements: Mapping[str, Judgement],
    axis: Axis = "step",
) -> Marks:
    """What to mark of a run; the rise of the eval loss as the verdict on overfitting has it."""
    main = main_eval(log)
    judged = judgements.get(OVERFITTING, Judgement("unknown"))
    low = best_of(log, main, axis) if main is not None else None
    rise = None
    if low is not None and main is not None and judged.found:
        place = placer(log, axis, main)(len(main) - 1, main.steps[-1])
        if place is not None and place > low.place:
            rise = Rise(low.place, place, judged.numbers.get("rise", 0.0))
    loss = log.loss or next(iter(log.series.values()), None)
    return Marks(
        low,
        rise,
        _epochs(log, axis),
        [place for restart in log.restarts if (place := _place(log, axis, restart.step, loss)) is not None],
        [
            Mark(place, each.code, each.severity or Severity.WARNING)
            for each in findings
            if each.step is not None and (place := _place(log, axis, each.step, loss)) is not None
        ],
    )


def main_eval(log: RunLog) -> Series | None:
    """The eval loss that a run is judged by; None where there is none or where no loss says anything."""
    if log.objective == "reinforcement":
        return None
    return eval_loss(log) or next((series for series in log.eval_losses.values() if len(series)), None)


def best_of(log: RunLog, series: Series, axis: Axis) -> Best | None:
    """The lowest eval of the smoothed curve, as the verdicts have it; None where no value is finite."""
    held = curve(series)
    if not len(held):
        return None
    index = best(held)
    step = float(held.steps[index])
    place = placer(log, axis, series)(series.steps.index(step), step)
    return None if place is None else Best(place, step, float(held.values[index]))


def _place(log: RunLog, axis: Axis, step: float, series: Series | None) -> float | None:
    if axis == "step":
        return step
    if axis == "epoch":
        return epoch_at(log, step)
    if series is None or not len(series.times):
        return None
    index = min(range(len(series)), key=lambda each: abs(series.steps[each] - step))
    return placer(log, axis, series)(index, step)


def _epochs(log: RunLog, axis: Axis) -> list[tuple[float, int]]:
    """Where epochs end, apart from the last: its end is that of the run."""
    per_epoch = log.steps_per_epoch
    reached = epoch_at(log, log.last_step)
    if axis == "time" or log.unit != "step" or not per_epoch or not reached:
        return []
    ends = floor(reached - 0.02)
    every = next(each for each in (1, 2, 5, 10, 20, 50, 100, 10**9) if ends / each <= EPOCHS)
    numbers = range(every, ends + 1, every)
    if axis == "epoch":
        return [(float(number), number) for number in numbers]
    return [(_step_of(log, number, per_epoch), number) for number in numbers]


def _step_of(log: RunLog, epoch: float, per_epoch: float) -> float:
    """The step at which an epoch was reached, between those that the log says."""
    known = log.epochs
    before = 0.0, 0.0
    for step, value in known.points() if known is not None else ():
        if value >= epoch:
            low_step, low = before
            return low_step + (step - low_step) * (epoch - low) / (value - low) if value > low else step
        before = step, value
    return epoch * per_epoch


def best_told(log: RunLog, best: Best) -> str:
    """`best 1.021 at step 1200`, in the unit that the log counts."""
    return f"{log.unit} {amount(best.step)}"
