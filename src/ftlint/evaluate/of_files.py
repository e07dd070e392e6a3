"""What was answered elsewhere or before: files of predictions, results of lm-evaluation-harness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ftlint.evaluate.conclude import ROLES, Side
from ftlint.evaluate.metrics.metric import Given
from ftlint.evaluate.result import EvaluatedModel, EvaluatedSet, Prediction, Role
from ftlint.model import FtlintError
from ftlint.read.baseline import dataset_hash


def of_predictions(pairs: Mapping[Role, Sequence[str]]) -> tuple[Side, Side, list[EvaluatedSet]]:
    """Two sides from files of predictions, by role the base's and the tuned model's.

    Scores that stand in them stay: those of metrics that are computed here are computed anew.
    """
    from ftlint.evaluate.forms import read_predictions

    sides: tuple[dict[Role, Sequence[Prediction]], dict[Role, Sequence[Prediction]]] = ({}, {})
    sets = []
    for role, files in pairs.items():
        for rows, file in zip(sides, files, strict=True):
            rows[role] = read_predictions(file)
        sets.append(_told(role, files, len(sides[0][role])))
    first = next(iter(pairs.values()))
    base, tuned = (Side(_model(file), rows) for file, rows in zip(first, sides, strict=True))
    return base, tuned, sets


def of_harness(
    base: str, tuned: str
) -> tuple[Side, Side, list[EvaluatedSet], dict[Role, list[Given]], Sequence[str]]:
    """Two sides from results of lm-evaluation-harness, the metrics of each role, and what was left out."""
    from ftlint.evaluate.harness import from_harness

    found = from_harness(base, tuned)
    ones: dict[Role, list[Prediction]] = {}
    others: dict[Role, list[Prediction]] = {}
    metrics: dict[Role, list[Given]] = {}
    for task in found.tasks:
        ones.setdefault(task.role, []).extend(task.base)
        others.setdefault(task.role, []).extend(task.tuned)
        both = [*task.base, *task.tuned]
        metrics.setdefault(task.role, []).extend(
            Given(name, {row.scores[name] for row in both} <= {0.0, 1.0}, up)
            for name, up in task.better.items()
        )
    files = {
        role: {file for task in found.tasks if task.role == role for file in task.files} for role in ones
    }
    sets = [_told(role, sorted(files[role]), len(ones[role])) for role in ROLES if role in ones]
    return Side(found.base, ones), Side(found.tuned, others), sets, metrics, found.left_out


def _told(role: Role, files: Sequence[str], rows: int) -> EvaluatedSet:
    try:
        digest = dataset_hash(sorted(files))
    except OSError as error:
        raise FtlintError(f"cannot read: {error.strerror or error}", files[0]) from None
    return EvaluatedSet(
        role=role, files=sorted(files), hash=digest, split="", rows=rows, skipped=0, unfinished={}
    )


def _model(file: str) -> EvaluatedModel:
    return EvaluatedModel(name=file, precision="unknown", merged="file", device="")
