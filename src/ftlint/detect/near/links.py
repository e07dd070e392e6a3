"""Which pairs of nodes are worth verifying, and what the verified ones say.

Within a split a pair is worth it while it would join two clusters, across splits while it would give a
held-out node its first twin in the other split. Likeliest pairs first: in a cluster of a thousand copies a
thousand pairs are read again, not half a million.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.detect.near.clusters import Clusters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ftlint.detect.near.nodes import Candidates

Pair = tuple[int, int]
Verify = Callable[[Sequence[Pair]], Sequence[float]]
"""Pairs of nodes -> the exact similarity of each."""

FORESTS = 2
"""Rounds that verify only pairs which, all being alike, would tell something; then all that are open."""


AT_ONCE = 1 << 17
"""Pairs handed to `verify` at once."""


class Edge(NamedTuple):
    """Two nodes and their similarity, verified."""

    left: int
    right: int
    similarity: float


class Links:
    """What is known so far: the clusters within splits, and the best twin of a node in another split.

    `splits` is the split of each node; `across` are pairs of splits (held out, other).
    """

    def __init__(self, splits: Sequence[int], across: Collection[Pair]) -> None:
        self.splits = splits
        self.across = frozenset(across)
        self.edges: list[Edge] = []
        self.twins: dict[Pair, Edge] = {}
        """(node, other split) -> the edge to its twin there."""
        self.clusters = Clusters(len(splits))

    def add(self, edge: Edge) -> None:
        if self.splits[edge.left] == self.splits[edge.right]:
            if self.clusters.connect(edge.left, edge.right):
                self.edges.append(edge)
            return
        for wanted in self._wanting(edge.left, edge.right):
            known = self.twins.get(wanted)
            if known is None or known.similarity < edge.similarity:
                self.twins[wanted] = edge

    def open(self, left: int, right: int) -> bool:
        """Whether the pair could still tell something new."""
        if self.splits[left] == self.splits[right]:
            return self.clusters.first(left) != self.clusters.first(right)
        return any(wanted not in self.twins for wanted in self._wanting(left, right))

    def supposing(self) -> Links:
        """A copy to try pairs on."""
        other = Links(self.splits, self.across)
        other.clusters = self.clusters.copy()
        other.twins = dict(self.twins)
        return other

    def _wanting(self, left: int, right: int) -> list[Pair]:
        one, other = self.splits[left], self.splits[right]
        wanted = [(left, other)] if (one, other) in self.across else []
        return [*wanted, (right, one)] if (other, one) in self.across else wanted


def linked(
    pairs: Candidates,
    splits: Sequence[int],
    across: Collection[Pair],
    similarity: float,
    verify: Verify,
) -> Links:
    """Verify pairs, likeliest first, until those left can tell nothing new."""
    links = Links(splits, across)
    left = _open(links, pairs)
    rounds = 0
    while len(left.left):
        rounds += 1
        forest = _forest(links, left) if rounds <= FORESTS else None
        chosen = left if forest is None else left.only(forest)
        for run in _runs(chosen):
            some = [pair for pair in run if links.open(*pair)]
            for pair, found in zip(some, verify(some), strict=True):
                if found >= similarity:
                    links.add(Edge(*pair, found))
        if forest is None:
            break
        left = _open(links, left.only(~forest))
    return links


def _runs(pairs: Candidates) -> Iterator[list[Pair]]:
    """The pairs as Python numbers, some at a time."""
    for start in range(0, len(pairs.left), AT_ONCE):
        end = start + AT_ONCE
        yield list(zip(pairs.left[start:end].tolist(), pairs.right[start:end].tolist(), strict=True))


def _open(links: Links, pairs: Candidates) -> Candidates:
    """The pairs that could still tell something new."""
    return pairs.only(_mask(pairs, links.open))


def _forest(links: Links, pairs: Candidates) -> NDArray[Any]:
    """A mask of the pairs that would tell something new if all of them before were alike."""
    supposed = links.supposing()

    def tells(left: int, right: int) -> bool:
        if not supposed.open(left, right):
            return False
        supposed.add(Edge(left, right, 1.0))
        return True

    return _mask(pairs, tells)


def _mask(pairs: Candidates, tells: Callable[[int, int], bool]) -> NDArray[Any]:
    import numpy as np

    told = (tells(*pair) for run in _runs(pairs) for pair in run)
    return np.fromiter(told, bool, len(pairs.left))
