"""The base model's result before step 0 as `baseline.json`, in the form that `missing-baseline` looks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ftlint.evaluate.forms import write_pieces
from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.evaluate.result import EvalResult, Role, Score
    from ftlint.read.baseline import BaselineResult, MetricResult


def baseline_of(result: EvalResult, role: Role = "narrow") -> BaselineResult:
    """What the base model scores on the rows of one role: the form names one set of files.

    Of a result that compares two models it is the base model's side. Raises `FtlintError` where that role
    was not measured, or a model with an adapter was.
    """
    from ftlint.read.baseline import BaselineResult, EvaluatedData, Tool

    measured = next((each for each in result.sets if each.role == role), None)
    metrics = _metrics(result, role)
    if measured is None or not metrics:
        raise FtlintError(f"no baseline: the base model was not measured on {role} rows")
    if result.base.merged != "base" or result.base.adapter:
        raise FtlintError("no baseline: what was measured is not the base model by itself")
    return BaselineResult(
        ftlint_baseline=1,
        model=result.base.name,
        revision=result.base.revision,
        dataset=EvaluatedData(hash=measured.hash, split=measured.split, files=measured.files),
        metrics=metrics,
        date=result.date,
        tool=Tool(name="ftlint", version=result.version),
    )


def baseline_bytes(baseline: BaselineResult) -> bytes:
    """The file: keys in the order of the form."""
    return (json.dumps(baseline.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n").encode()


def write_baseline(path: str, result: EvalResult, role: Role = "narrow") -> None:
    """Writes `baseline.json`. Raises `FtlintError` as `baseline_of` does, and where it cannot be written."""
    write_pieces(path, [baseline_bytes(baseline_of(result, role))])


def _metrics(result: EvalResult, role: Role) -> list[MetricResult]:
    from ftlint.read.baseline import Interval, MetricResult

    scores: dict[str, Score] = dict(result.scores.get(role, {}))
    scores |= {each.metric: each.base for each in result.comparisons if each.role == role}
    rises = {each.metric: each.higher_is_better for each in result.comparisons}
    return [
        MetricResult(
            name=name,
            value=score.value,
            n=score.n,
            interval=Interval(low=score.low, high=score.high, level=0.95, method=score.method),
            higher_is_better=rises.get(name, name not in result.lower_is_better),
        )
        for name, score in scores.items()
    ]
