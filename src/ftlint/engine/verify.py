"""Pairs of rows read again: their exact similarity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.detect.near.shingles import View
from ftlint.engine.plan import FilePlan
from ftlint.engine.rows import Texts, texts_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNKNOWN = -1.0

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
    """Some pairs, by index into the rows of all `wanted`.

    Of rows with fewer than `least` shingles nothing can be said: their similarity is `UNKNOWN`.
    """

    wanted: Sequence[Wanted]
    pairs: Sequence[tuple[int, int]]
    view: View
    boilerplate: bytes
    least: int = 0


def verified(task: Task) -> list[float]:
    """The exact Jaccard similarity of each pair of a task; 0 of rows with other tools or pictures."""
    from ftlint.detect.near.exact import similarities

    sets, asked = _read(task)
    found = similarities(sets, task.pairs)
    for at, (left, right) in enumerate(task.pairs):
        if task.view != "completion" and asked[left] != asked[right]:
            found[at] = 0.0
        elif min(len(sets[left]), len(sets[right])) < task.least:
            found[at] = UNKNOWN
    return found


def template(task: Task) -> bytes:
    """The shingles that half of the rows of a task have: sorted 64-bit hashes, little-endian."""
    import numpy as np

    sets, _ = _read(task)
    hashes, counts = np.unique(np.concatenate(list(sets.values())), return_counts=True)
    shared: bytes = hashes[counts * 2 >= len(sets)].astype("<u8").tobytes()
    return shared


def _read(task: Task) -> tuple[dict[int, NDArray[Any]], dict[int, str]]:
    """The shingles of the rows of a task, and what they ask besides, by index."""
    from ftlint.detect.near.boilerplate import boilerplate_of
    from ftlint.detect.near.exact import shingle_sets

    texts = Texts.none()
    indexes: list[int] = []
    for plan, places, numbers in task.wanted:
        texts.extend(texts_at(plan, places))
        indexes += numbers
    _, rows = boilerplate_of(task.boilerplate).shingles(texts.prompts, texts.targets, texts.systems)
    sets = shingle_sets(rows.view(task.view))
    return dict(zip(indexes, sets, strict=True)), dict(zip(indexes, texts.besides, strict=True))
