"""Pairs of nodes verified, and verified once more where many rows turn out to be made from one template."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from ftlint.detect.near.links import Links, Pair
from ftlint.detect.near.nodes import Nodes
from ftlint.detect.near.sketches import FEWEST, Sketches
from ftlint.engine.executors import Executor
from ftlint.engine.hashing import content_hash
from ftlint.engine.plan import FilePlan
from ftlint.engine.rows import is_plain
from ftlint.engine.spilled import spilled
from ftlint.engine.verify import AT_ONCE, UNKNOWN, Span, Task, Wanted, template, verified
from ftlint.model.prior import Prior

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ftlint.engine.comparison import Compared
    from ftlint.engine.recalled import Recalled

T = TypeVar("T")

CROWD = 8
"""Different rows of a cluster, in all splits, from which on what half of them share is a template."""

SAMPLE = 40
"""Rows of a crowd that are looked at."""


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
        recalled: Recalled | None = None,
    ) -> None:
        self.rows = rows
        self.kind = kind
        self.boilerplate = boilerplate
        self.executor = executor
        self.stack = stack
        self.contents: list[int] = nodes.contents[numbers].tolist()
        self.firsts = array("Q", nodes.firsts[numbers].astype("uint64").tobytes())
        self.known: dict[Pair, float] = {}
        self.least = 0
        self.recalled = recalled
        self.copies: dict[int, tuple[FilePlan, Mapping[int, Span]]] = {}
        self.rows_of: dict[int, list[int]] = {}
        """By file the rows that may be read, of files that single rows cannot be read from."""
        plain = [is_plain(plan) for plan in rows.plans]
        for file, row in map(rows.file, () if all(plain) else self.firsts):
            if not plain[file]:
                self.rows_of.setdefault(file, []).append(row)

    def __call__(self, pairs: Sequence[Pair]) -> list[float]:
        apart = sorted(
            pair
            for pair in pairs
            if pair not in self.known and self.contents[pair[0]] != self.contents[pair[1]]
        )
        left_out = self.left_out if self.recalled is not None else ""
        if self.recalled is not None:
            before = [(pair, self.recalled.similarity(left_out, self.held(pair))) for pair in apart]
            self.known.update((pair, told) for pair, told in before if told is not None)
            apart = [pair for pair, told in before if told is None]
        runs = [apart[start : start + AT_ONCE] for start in range(0, len(apart), AT_ONCE)]
        results = self.spread(verified, [self.task(run) for run in runs])
        for run, similarities in zip(runs, results, strict=True):
            self.known.update(zip(run, similarities, strict=True))
            if self.recalled is not None:
                for pair, similarity in zip(run, similarities, strict=True):
                    self.recalled.found(left_out, self.held(pair), similarity)
        return [self.known.get(pair, 1.0) for pair in pairs]

    @property
    def left_out(self) -> str:
        """What the similarities hang on besides the rows, as a hash."""
        return content_hash(f"{self.least} ".encode() + self.boilerplate)

    def held(self, pair: Pair) -> tuple[int, int]:
        """What the rows of a pair hold, the lesser hash first."""
        left, right = self.contents[pair[0]], self.contents[pair[1]]
        return (left, right) if left < right else (right, left)

    def templates(self, crowds: Sequence[Sequence[int]]) -> list[bytes]:
        """What the rows of each crowd share."""
        if self.recalled is None:
            return list(self.spread(template, [self.task((), nodes) for nodes in crowds]))
        told = [
            self.recalled.template(self.left_out, [self.contents[node] for node in nodes]) for nodes in crowds
        ]
        unknown = [nodes for nodes, (_, known) in zip(crowds, told, strict=True) if known is None]
        found = iter(self.spread(template, [self.task((), nodes) for nodes in unknown]))
        shared = [next(found) if known is None else known for _, known in told]
        self.recalled.shared.update((name, some) for (name, _), some in zip(told, shared, strict=True))
        return shared

    def spread(self, work: Callable[[Task], T], tasks: Sequence[Task]) -> Iterable[T]:
        """The work of each task, in order."""
        here = self.copies and self.executor.shuffles  # other machines do not see the copies
        return map(work, tasks) if here else self.executor.map(work, tasks)

    def task(self, pairs: Sequence[Pair], nodes: Iterable[int] = ()) -> Task:
        """What has to be read to compare pairs; or just `nodes`."""
        wanted: dict[int, Wanted] = {}
        for node in sorted({node for pair in pairs for node in pair}.union(nodes)):
            file, row = self.rows.file(self.firsts[node])
            plan, place = self._located(file, row)
            known = wanted.setdefault(file, Wanted(plan._replace(prior=Prior()), [], []))
            known.places.append(place)
            known.indexes.append(node)
        return Task(list(wanted.values()), pairs, self.kind.view, self.boilerplate, self.least)

    def _located(self, file: int, row: int) -> tuple[FilePlan, Span]:
        if file in self.rows_of:
            if file not in self.copies:
                folder = self.stack.enter_context(TemporaryDirectory(prefix="ftlint-"))
                self.copies[file] = spilled(self.rows.plans[file], self.rows_of[file], Path(folder))
            plan, places = self.copies[file]
            return plan, places[row]
        return self.rows.plans[file], self.rows.partials[file].places.place(row) or (0, 0)


def without_templates(verifying: Verifying, links: Links) -> Callable[[Sequence[Pair]], list[float]] | None:
    """How to verify once more, with what crowds share left out; None where there is no crowd.

    A crowd is a cluster of so many different rows that they were made from one template, too rare in the
    whole dataset to be boilerplate. Rows of which too little is left keep the similarity that they had.
    """
    import numpy as np

    edges = [*links.edges, *links.twins.values()]
    together = links.clusters.copy()
    for edge in edges:
        together.connect(edge.left, edge.right)
    clusters: defaultdict[int, set[int]] = defaultdict(set)
    for edge in edges:
        clusters[together.first(edge.left)].update((edge.left, edge.right))
    crowds = sorted(sorted(nodes) for nodes in clusters.values() if len(nodes) >= CROWD)
    if not crowds:
        return None
    looked_at = [nodes[:: max(1, len(nodes) // SAMPLE)] for nodes in crowds]
    shared = [np.frombuffer(some, "<u8") for some in verifying.templates(looked_at)]
    shared.append(np.frombuffer(verifying.boilerplate, "<u8"))
    inside = frozenset(node for nodes in crowds for node in nodes)
    again = copy(verifying)
    again.known, again.least = {}, FEWEST
    again.boilerplate = np.unique(np.concatenate(shared)).tobytes()

    def verify(pairs: Sequence[Pair]) -> list[float]:
        crowded = [pair for pair in pairs if not inside.isdisjoint(pair)]
        found = dict(zip(crowded, again(crowded), strict=True))
        rest = [pair for pair in pairs if found.get(pair, UNKNOWN) == UNKNOWN]
        found.update(zip(rest, verifying(rest), strict=True))
        return [found[pair] for pair in pairs]

    return verify
