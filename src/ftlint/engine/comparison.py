"""Rows of a dataset compared with each other: what signatures suggest, verified by reading rows again."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ftlint.detect.near.likeness import Linked, across, within
from ftlint.detect.near.links import Pair, linked
from ftlint.detect.near.nodes import Candidates, Nodes, candidates, nodes_of
from ftlint.detect.near.sketches import Sketches
from ftlint.detect.near.store import Signed
from ftlint.detect.sides import sides
from ftlint.engine.executors import Executor
from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan
from ftlint.engine.rows import is_plain
from ftlint.engine.shuffled import shuffled
from ftlint.engine.spilled import spilled
from ftlint.engine.verify import AT_ONCE, Span, Task, Wanted, verified
from ftlint.model import Part
from ftlint.model.near import Likeness
from ftlint.model.prior import Prior

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
        verifying = Verifying(rows, kind, boilerplate, executor, stack, nodes, numbers)
        for similarity in similarities:
            links = linked(pairs, nodes.splits[numbers].tolist(), held, similarity, verifying)
            found = Linked(nodes, links, numbers.tolist())
            told[similarity] = Likeness(
                {name: within(found, index, rows.place) for index, name in enumerate(names)},
                {(names[one], names[other]): across(found, one, other, rows.place) for one, other in held},
            )
    return told


class Verifying:
    """The exact similarity of pairs of nodes, in tasks that an executor may hand to other processes."""

    def __init__(
        self,
        rows: Compared,
        kind: type[Sketches],
        boilerplate: bytes,
        executor: Executor,
        stack: ExitStack,
        nodes: Nodes,
        numbers: NDArray[Any],
    ) -> None:
        self.rows = rows
        self.kind = kind
        self.boilerplate = boilerplate
        self.executor = executor
        self.stack = stack
        self.contents = nodes.contents[numbers]
        self.firsts = array("Q", nodes.firsts[numbers].astype("uint64").tobytes())
        self.known: dict[Pair, float] = {}
        self.copies: dict[int, tuple[FilePlan, Mapping[int, Span]]] | None = None

    def __call__(self, pairs: Sequence[Pair]) -> list[float]:
        if self.copies is None:
            self.copies = self._copied()
        apart = sorted(
            pair
            for pair in pairs
            if pair not in self.known and self.contents[pair[0]] != self.contents[pair[1]]
        )
        runs = [apart[start : start + AT_ONCE] for start in range(0, len(apart), AT_ONCE)]
        tasks = list(map(self._task, runs))
        here = self.copies and self.executor.shuffles  # other machines do not see the copies
        results = map(verified, tasks) if here else self.executor.map(verified, tasks)
        for run, similarities in zip(runs, results, strict=True):
            self.known.update(zip(run, similarities, strict=True))
        return [self.known.get(pair, 1.0) for pair in pairs]

    def _task(self, pairs: Sequence[Pair]) -> Task:
        wanted: dict[int, Wanted] = {}
        for node in sorted({node for pair in pairs for node in pair}):
            file, row = self.rows.file(self.firsts[node])
            plan, place = self._located(file, row)
            known = wanted.setdefault(file, Wanted(plan._replace(prior=Prior()), [], []))
            known.places.append(place)
            known.indexes.append(node)
        return Task(list(wanted.values()), pairs, self.kind.view, self.boilerplate)

    def _located(self, file: int, row: int) -> tuple[FilePlan, Span]:
        copy = (self.copies or {}).get(file)
        if copy is not None:
            return copy[0], copy[1][row]
        return self.rows.plans[file], self.rows.partials[file].places.place(row) or (0, 0)

    def _copied(self) -> dict[int, tuple[FilePlan, Mapping[int, Span]]]:
        """Copies of the rows of files that single rows cannot be read from."""
        plain = [is_plain(plan) for plan in self.rows.plans]
        if all(plain):
            return {}
        rows: dict[int, list[int]] = {}
        for file, row in map(self.rows.file, self.firsts):
            if not plain[file]:
                rows.setdefault(file, []).append(row)
        if not rows:
            return {}
        folder = Path(self.stack.enter_context(TemporaryDirectory(prefix="ftlint-")))
        return {file: spilled(self.rows.plans[file], rows[file], folder) for file in rows}


def _column(values: array[Any], kind: Any) -> NDArray[Any]:
    import numpy as np

    return np.frombuffer(values, kind) if values else np.empty(0, kind)
