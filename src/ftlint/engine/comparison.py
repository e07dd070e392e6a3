"""Rows of a dataset compared with each other: what signatures suggest, verified by reading rows again."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ftlint.detect.near.likeness import Linked, across, within
from ftlint.detect.near.links import linked
from ftlint.detect.near.nodes import Candidates, candidates, nodes_of
from ftlint.detect.near.sketches import Sketches
from ftlint.detect.near.store import Signed
from ftlint.detect.sides import sides
from ftlint.engine.executors import Executor
from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan
from ftlint.engine.shuffled import shuffled
from ftlint.engine.verifying import Verifying, without_templates
from ftlint.model import Part
from ftlint.model.near import Likeness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ftlint.engine.recalled import Recalled


class Compared:
    """The rows of one dataset that are compared: files one after another, positions through all of them."""

    def __init__(
        self,
        plans: Sequence[FilePlan],
        parts: Sequence[Part],
        partials: Sequence[Partial],
        sketches: Sequence[Sketches],
    ) -> None:
        self.plans = list(plans)
        self.parts = parts
        self.partials = partials
        self.sketches = list(sketches)
        self.ends = list(accumulate(map(len, sketches)))

    def file(self, position: int) -> tuple[int, int]:
        """The file of a position, and the row in it."""
        file = bisect_right(self.ends, position)
        return file, self.sketches[file].positions.row(position - (self.ends[file - 1] if file else 0))

    def place(self, position: int) -> tuple[Part, int]:
        file, row = self.file(position)
        return self.parts[file], row


def compared(
    rows: Compared,
    kind: type[Sketches],
    boilerplate: bytes,
    similarities: Sequence[float],
    executor: Executor,
    known: Recalled | None = None,
) -> Mapping[float, Likeness]:
    """Who is near whom, for each similarity: candidates are found once, and no pair is read twice."""
    import numpy as np

    names = list(dict.fromkeys(plan.split for plan in rows.plans))
    lengths = list(map(len, rows.sketches))
    splits = np.repeat([names.index(plan.split) for plan in rows.plans], lengths)
    contents = np.concatenate([_column(sketch.contents, np.uint64) for sketch in rows.sketches])
    nodes = nodes_of(contents, splits)
    numbered = np.cumsum(contents != 0) - 1
    signed = Signed([sketch.signed for sketch in rows.sketches], numbered[nodes.firsts])
    if executor.shuffles:
        pairs = shuffled(signed, min(similarities), executor)
    else:
        pairs = candidates(signed, min(similarities))
    numbers = np.unique(np.concatenate((pairs.left, pairs.right)))
    pairs = Candidates(np.searchsorted(numbers, pairs.left), np.searchsorted(numbers, pairs.right))
    held = [(names.index(one), names.index(other)) for one, other in sides(names)]
    told = {}
    with ExitStack() as stack:
        verifying = Verifying(rows, kind, boilerplate, executor, stack, nodes, numbers, known)
        for similarity in similarities:
            links = linked(pairs, nodes.splits[numbers].tolist(), held, similarity, verifying)
            again = without_templates(verifying, links)
            if again is not None:
                links = linked(pairs, nodes.splits[numbers].tolist(), held, similarity, again)
            found = Linked(nodes, links, numbers.tolist())
            told[similarity] = Likeness(
                {name: within(found, index, rows.place) for index, name in enumerate(names)},
                {(names[one], names[other]): across(found, one, other, rows.place) for one, other in held},
            )
    return told


def _column(values: array[Any], kind: Any) -> NDArray[Any]:
    import numpy as np

    return np.frombuffer(values, kind) if values else np.empty(0, kind)
