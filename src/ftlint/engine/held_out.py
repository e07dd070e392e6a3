"""Datasets without held-out files whose config sees to that itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftlint.model import Dataset, TrainingConfig
from ftlint.read.urls import is_remote

if TYPE_CHECKING:
    from ftlint.engine.pairing import Pairs


def with_evaluated(datasets: Sequence[Dataset], pairs: Pairs) -> list[Dataset]:
    """The datasets, those marked that a config trains on which evaluates: on a share or on other data."""
    names: set[str] = set()
    files: set[str] = set()
    for pair in pairs.pairs:
        if pair.config is not None and pair.config.purpose == "train" and _evaluates(pair.config):
            names.add(pair.dataset)
            files.update(file for each in pair.named if each.split == "train" for file in each.files)
    return [
        dataset._replace(evaluated=True) if dataset.name in names or _among(dataset, files) else dataset
        for dataset in datasets
    ]


def _evaluates(config: TrainingConfig) -> bool:
    """Whether a config holds a share out or names data to evaluate on, be it by a template."""
    written = (config.field(name) for name in ("eval_split", "eval_data"))
    return any(field.value or (field.unknown and field.written) for field in written)


def _among(dataset: Dataset, files: set[str]) -> bool:
    sources = [part.source.home for split, part in dataset.parts if split.name == "train"]
    return bool(files) and any(os.path.realpath(file) in files for file in sources if not is_remote(file))
