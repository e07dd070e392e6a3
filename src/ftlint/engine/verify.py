"""Pairs of rows read again: their exact similarity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ftlint.detect.near.shingles import View
from ftlint.engine.plan import FilePlan
from ftlint.engine.rows import Texts, texts_at

AT_ONCE = 2_000
"""Pairs read at once: some 4 MB of shingles."""

Span = tuple[int, int]
"""Offset and size of a row."""


class Wanted(NamedTuple):
    """Rows of one file to read again, and their indexes in the pairs of a task."""

    plan: FilePlan
    places: list[Span]
    indexes: list[int]


class Task(NamedTuple):
    """Some pairs, by index into the rows of all `wanted`."""

    wanted: Sequence[Wanted]
    pairs: Sequence[tuple[int, int]]
    view: View
    boilerplate: bytes


def verified(task: Task) -> list[float]:
    """The exact Jaccard similarity of each pair of a task; 0 of rows with other tools or pictures."""
    from ftlint.detect.near.boilerplate import boilerplate_of
    from ftlint.detect.near.exact import shingle_sets, similarities

    texts = Texts.none()
    indexes: list[int] = []
    for plan, places, numbers in task.wanted:
        texts.extend(texts_at(plan, places))
        indexes += numbers
    _, rows = boilerplate_of(task.boilerplate).shingles(texts.prompts, texts.targets, texts.systems)
    sets = dict(zip(indexes, shingle_sets(rows.view(task.view)), strict=True))
    asked = dict(zip(indexes, texts.besides, strict=True))
    found = similarities(sets, task.pairs)
    if task.view == "completion":
        return found
    return [
        similarity if asked[left] == asked[right] else 0.0
        for similarity, (left, right) in zip(found, task.pairs, strict=True)
    ]
