"""Whether a model lost what it could before: general sets and benchmarks against their baseline."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import NamedTuple

from ftlint.detect.curves.general_sets import GENERAL, general_metrics, is_general
from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.levels import finite, jitter, level, since, sure
from ftlint.model.run_log import RunLog, Series

EARLY = 0.01
"""A baseline stands within this share of the run: axolotl's first evaluation comes after step 1."""

ROW_SPREAD = 0.25
"""Assumed standard deviation, from row to row, of how much the loss changes, as a share of the loss."""

UNCOUNTED = 0.9
"""No verdict is surer where the rows of the set are not known."""


class Kept(NamedTuple):
    """What is said of one series: its set, whether its name says it is general, whether it is a loss."""

    series: Series
    set: str
    general: bool
    loss: bool
    judgement: Judgement


def forgetting(
    log: RunLog,
    *,
    loss_tolerance: float,
    metric_tolerance: float,
    deviations: float = 2.0,
    general: Iterable[str] = (),
) -> list[Kept]:
    """Each general set of a run, and each other set beside one that got better, against its baseline.

    The baseline is the first evaluation. `loss_tolerance` is a share of it, `metric_tolerance` a difference
    of a metric from 0 to 1. A worse end counts where it is that far off, and by `deviations` standard errors.
    """
    words = GENERAL | {each.lower() for each in general}
    kept: list[Kept] = []
    losses = {name: finite(series) for name, series in log.eval_losses.items()}
    for name, series in losses.items():
        named = is_general(name, words)
        if len(series) < 2 or not (named or _beside_a_better(log, name, losses, loss_tolerance)):
            continue
        judgement = _against(series, log, name, loss_tolerance, deviations, loss=True)
        kept.append(Kept(series, name, named, True, judgement))
    for name, series, sign in general_metrics(log, words):
        found = finite(series)
        if len(found) < 2:
            continue
        rows_of = next((each for each in log.eval_rows if each and each in name), "")
        judgement = _against(
            found, log, rows_of, loss_tolerance if sign < 0 else metric_tolerance, deviations, loss=sign < 0
        )
        kept.append(Kept(found, name.removeprefix("eval_"), True, sign < 0, judgement))
    return kept


def _beside_a_better(log: RunLog, name: str, losses: dict[str, Series], tolerance: float) -> bool:
    """Whether a set of no telling name was evaluated before training and only got worse, while another got
    better: one that first got better, too, is overfitted and not forgotten."""
    series = losses[name]
    if not name or len(losses) < 2 or not _at_the_start(series, log):
        return False
    if min(series.values) < series.values[0] * (1 - tolerance):
        return False
    others = [other for key, other in losses.items() if key != name and len(other) > 1]
    return any(other.values[-1] < other.values[0] * (1 - tolerance) for other in others)


def _at_the_start(series: Series, log: RunLog) -> bool:
    return series.steps[0] <= max(1.0, EARLY * log.last_step)


def _against(
    series: Series, log: RunLog, name: str, tolerance: float, deviations: float, *, loss: bool
) -> Judgement:
    values = series.values
    noise = jitter(values)
    baseline, tail = values[0], values[1:] if len(values) < 5 else values[-3:]
    now = level(tail if len(values) >= 5 else tail[-1:], noise)
    scale = 100.0 if not loss and max(values) > 1.5 else 1.0
    worse = (now.value - baseline) if loss else (baseline - now.value)
    allowed = tolerance * abs(baseline) if loss else tolerance * scale
    rows = log.eval_rows.get(name, 0)
    error = sqrt(noise**2 + now.error**2 + _row_error(baseline, scale, rows, loss) ** 2)
    numbers = {
        "baseline": baseline,
        "now": now.value,
        "worse": worse,
        "share": worse / abs(baseline) if baseline else 0.0,
        "rows": float(rows),
        "at_start": float(_at_the_start(series, log)),
        "noise": error,
    }
    end = series.steps[-1]
    if worse <= allowed:
        return Judgement(
            "no", end=end, confidence=sure((allowed - worse) / error) if error else UNCOUNTED, numbers=numbers
        )
    apart = worse / error if error else deviations + 1
    confidence = min(sure(apart), 1.0 if rows else UNCOUNTED, 1.0 if rows or len(values) > 3 else 0.7)
    sign = 1 if loss else -1
    first = since(series, lambda value: sign * (value - baseline) > allowed, 0.0)
    if apart < deviations:
        wanted = round(rows * (deviations / apart) ** 2) if rows and apart > 0 else 0
        why = f"{wanted:,} rows would tell it from chance" if wanted else "within the noise of the set"
        return Judgement("unknown", first, end, confidence, 1 if len(values) < 5 else 0, numbers, why)
    return Judgement("yes", first, end, confidence, 0, numbers)


def _row_error(baseline: float, scale: float, rows: int, loss: bool) -> float:
    """Standard error of the change from the number of rows: of a share that of two independent measurements,
    which is more than that of the same rows measured twice."""
    if not rows:
        return 0.0
    if loss:
        return ROW_SPREAD * abs(baseline) / sqrt(rows)
    share = min(max(baseline / scale, 0.0), 1.0)
    return scale * sqrt(2 * max(share * (1 - share), 1 / (4 * rows)) / rows)
