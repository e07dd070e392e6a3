"""Predictions to a result: metrics chosen, compared, a verdict for each role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from ftlint.evaluate.compare import compare, scores, verdict_of, with_scores
from ftlint.evaluate.metrics.choose import metrics_for
from ftlint.evaluate.metrics.corpus import Sacrebleu
from ftlint.evaluate.metrics.labels import report
from ftlint.evaluate.metrics.metric import Given, Metric
from ftlint.evaluate.result import (
    Comparison,
    EvalResult,
    EvaluatedModel,
    EvaluatedSet,
    LabelScore,
    Prediction,
    Role,
    Score,
    Verdict,
)

ROLES: tuple[Role, ...] = ("narrow", "general")
Wanted = Sequence[Metric | Given] | Sequence[str]
AUTO: Mapping[Role, Wanted] = {"narrow": ("auto",), "general": ("auto",)}


class Side(NamedTuple):
    """One model and what it wrote, by role."""

    model: EvaluatedModel
    rows: Mapping[Role, Sequence[Prediction]]


class Concluded(NamedTuple):
    """The result, the predictions that it is of, with their scores, and the metrics of each role."""

    result: EvalResult
    base: Side
    tuned: Side | None
    metrics: Mapping[Role, Sequence[Metric | Given]]


def concluded(
    base: Side,
    tuned: Side | None,
    sets: Sequence[EvaluatedSet],
    *,
    wanted: Mapping[Role, Wanted] = AUTO,
    generation: Mapping[str, Any] = {},
    lock: str = "",
    run: str = "",
    seed: int = 0,
    today: str = "",
    tolerance: float | None = None,
) -> Concluded:
    """The result of one model, or of two on the same rows. `wanted` are metrics or their names, by role.

    `tolerance` is how much worse is not called worse, where it is not that of the role. Raises `FtlintError`
    for rows that do not match, unknown metrics and rows that none can measure.
    """
    from ftlint import __version__

    found: dict[str, dict[str, Score]] = {}
    comparisons: list[Comparison] = []
    verdicts: dict[Role, Verdict] = {}
    labels: dict[str, list[LabelScore]] = {}
    used: dict[Role, list[Metric | Given]] = {}
    ones, others = dict(base.rows), dict(tuned.rows) if tuned else {}
    for role in (each for each in ROLES if base.rows.get(each)):
        rows, against = base.rows[role], others.get(role, [])
        metrics = used[role] = _metrics(wanted.get(role, ("auto",)), [*rows, *against])
        ones[role] = with_scores(rows, metrics)
        if tuned is None:
            found[role] = scores(ones[role], metrics, seed)
        else:
            others[role] = with_scores(against, metrics)
            made = compare(ones[role], others[role], metrics, role, seed, tolerance=tolerance)
            comparisons += made
            verdicts[role] = verdict_of(made)
        if role == "narrow" and any(metric.name == "macro_f1" for metric in metrics):
            labels["base"] = report(rows)
            labels |= {"tuned": report(against)} if tuned else {}
    signatures: dict[str, str] = {
        metric.name: metric.signature
        for metrics in used.values()
        for metric in metrics
        if isinstance(metric, Sacrebleu)
    }
    result = EvalResult(
        version=__version__,
        date=today or date.today().isoformat(),
        lock=lock,
        run=run,
        sets=[_counted(each, base, tuned) for each in sets],
        base=base.model,
        tuned=tuned.model if tuned else None,
        scores=found,
        lower_is_better=sorted(
            {each.name for metrics in used.values() for each in metrics if not each.higher_is_better}
        ),
        comparisons=comparisons,
        verdicts=verdicts,
        labels=labels,
        generation={**generation, **signatures},
        seed=seed,
    )
    return Concluded(result, base._replace(rows=ones), tuned._replace(rows=others) if tuned else None, used)


def _metrics(wanted: Wanted, rows: Sequence[Prediction]) -> list[Metric | Given]:
    names = [each for each in wanted if isinstance(each, str)]
    chosen = [each for each in wanted if not isinstance(each, str)]
    return [*(metrics_for(names, rows) if names else []), *chosen]


def _counted(known: EvaluatedSet, base: Side, tuned: Side | None) -> EvaluatedSet:
    """The set with the rows at whose limit of new tokens a model was cut."""
    sides = {"base": base} | ({"tuned": tuned} if tuned else {})
    cut = {
        name: sum(not each.finished for each in side.rows.get(known.role, ())) for name, side in sides.items()
    }
    return known.model_copy(update={"unfinished": {name: count for name, count in cut.items() if count}})
