"""What tells a project that trains from a config on its own, and how what many configs lack is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ftlint.model import Finding, Project, Severity, Training
from ftlint.model.baseline import Baseline

FEW = 3
"""Configs that no table declares and that are told of one by one; of more the project is told once."""

One = Callable[[Training], Finding]
Many = Callable[[Sequence[Training]], Finding]


def is_project(training: Training) -> bool:
    """Whether a real training is known: a `[[training]]` table, or a config whose data this run has read."""
    return training.declared or (training.config is not None and training.dataset is not None)


def graded(trainings: Sequence[Training], most: Severity = Severity.WARNING) -> Severity:
    """The severity of what is missing: information as long as all there is are configs on their own."""
    return most if any(map(is_project, trainings)) else Severity.INFO


def told(trainings: Sequence[Training], one: One, many: Many, few: int = FEW) -> Iterator[Finding]:
    """A finding for each training that a table declares, and for the others each, or one for all of them."""
    yield from (one(training) for training in trainings if training.declared)
    others = [training for training in trainings if not training.declared]
    if len(configs(others)) > few:
        yield many(others)
    else:
        yield from map(one, others)


def configs(trainings: Sequence[Training]) -> list[str]:
    """The paths of the configs, each once."""
    return list(dict.fromkeys(training.path for training in trainings))


def named(trainings: Sequence[Training]) -> str:
    """`3 configs (a.yaml and 2 more)`."""
    paths = configs(trainings)
    return f"{len(paths):,} configs ({paths[0]} and {len(paths) - 1:,} more)"


def names_data(training: Training) -> bool:
    """Whether anybody knows what is trained on: data given elsewhere may have all that seems missing."""
    config = training.config
    if training.dataset is not None or training.declared or config is None:
        return True
    refs = config.get("train_data") or ()
    return bool(refs) and all(ref.kind != "unknown" for ref in refs)


def training_runs(project: Project) -> list[Training]:
    """The trainings of a project whose config this run has read, or that have none: merges, servers and the
    like are left out."""
    return [
        training
        for training in project.trainings
        if (training.config.purpose == "train" if training.config else not training.config_path)
    ]


def measured(project: Project) -> list[tuple[Baseline, list[Training]]]:
    """Each sound baseline result once, with the trainings that it belongs to."""
    found: dict[str, tuple[Baseline, list[Training]]] = {}
    for training in project.trainings:
        record = training.baseline
        if record is not None and not record.problems:
            found.setdefault(record.path, (record, []))[1].append(training)
    return list(found.values())


def place(training: Training, *fields: str) -> dict[str, Any]:
    """Where a finding about a training is shown: at the first of these fields, at its config, at its data."""
    if training.config is not None:
        return training.config.place(*fields)
    return {"path": training.path}
