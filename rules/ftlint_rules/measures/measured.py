from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from ftlint.model import Dataset, Part
from ftlint.rule import Measure

M = TypeVar("M", bound=Measure)


def measured(dataset: Dataset, kind: type[M]) -> Iterator[tuple[Part, M]]:
    """Every file of a dataset with its finished measure, but those whose records could not be understood."""
    for _, part in dataset.parts:
        if kind in part.measures:
            yield part, part.measure(kind)
