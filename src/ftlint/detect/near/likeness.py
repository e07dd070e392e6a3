"""Nodes and their verified links back to rows: who is near whom, by split."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.detect.near.links import Links
from ftlint.model.near import Alike, Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ftlint.detect.near.nodes import Nodes


class Linked(NamedTuple):
    """Nodes with what was verified of them; `numbers` are the nodes that the links count as 0, 1 ..."""

    nodes: Nodes
    links: Links
    numbers: Sequence[int]


def within(found: Linked, split: int, place: Callable[[int], Place]) -> Alike:
    """Rows of a split that are near an earlier row: of each cluster all but the first, by position."""
    import numpy as np

    nodes = found.nodes
    begins, counts = nodes.firsts, nodes.sizes
    heads, parents, clustered = begins.copy(), begins.copy(), counts.copy()
    similarities = np.ones(len(nodes))
    linked = np.zeros(len(nodes), bool)
    for tree in _trees(found, split):
        members = [node for node, _, _ in tree]
        heads[members] = begins[members[0]]
        clustered[members] = counts[members].sum()
        for node, parent, similarity in tree[1:]:
            linked[node] = True
            parents[node], similarities[node] = begins[parent], similarity
    own = np.flatnonzero(linked)
    again = np.flatnonzero((nodes.splits == split) & (counts > 1))
    repeats = counts[again] - 1
    owners = np.repeat(again, repeats)
    ends = np.cumsum(repeats)
    steps = np.arange(len(owners)) - np.repeat(ends - repeats, repeats)
    copies = nodes.members[nodes.ends[owners] - counts[owners] + 1 + steps]
    both = np.concatenate((own, owners))
    return _alike(
        place,
        positions=np.concatenate((begins[own], copies)),
        others=np.concatenate((parents[own], begins[owners])),
        similarities=np.concatenate((similarities[own], np.ones(len(owners)))),
        firsts=heads[both],
        sizes=clustered[both],
        equals=np.arange(len(both)) >= len(own),
    )


def across(found: Linked, held: int, other: int, place: Callable[[int], Place]) -> Alike:
    """Rows of a held-out split that are near a row of another split, by position."""
    import numpy as np

    nodes = found.nodes
    told = [
        (found.numbers[number], found.numbers[edge.right if edge.left == number else edge.left], edge)
        for (number, split), edge in found.links.twins.items()
        if split == other and int(nodes.splits[found.numbers[number]]) == held
    ]
    mine = np.array([node for node, _, _ in told], np.int64)
    twins = np.array([twin for _, twin, _ in told], np.int64)
    begins, counts = nodes.firsts, nodes.sizes[mine]
    ends = np.cumsum(counts)
    steps = np.arange(int(counts.sum())) - np.repeat(ends - counts, counts)
    places = np.repeat(begins[twins], counts)
    return _alike(
        place,
        positions=nodes.members[np.repeat(nodes.ends[mine] - counts, counts) + steps],
        others=places,
        similarities=np.repeat(np.array([edge.similarity for _, _, edge in told]), counts),
        firsts=places,
        sizes=np.zeros(len(places), np.int64),
        equals=np.repeat(nodes.contents[mine] == nodes.contents[twins], counts),
    )


def _alike(place: Callable[[int], Place], **columns: NDArray[Any]) -> Alike:
    """Columns in the order of their positions."""
    alike = Alike(place)
    order = columns["positions"].argsort(kind="stable")
    for name, column in columns.items():
        kept: array[Any] = getattr(alike, name)
        kept.frombytes(column[order].astype(kept.typecode).tobytes())
    return alike


def _trees(found: Linked, split: int) -> Iterator[list[tuple[int, int, float]]]:
    """Each cluster of a split from its first node on: (node, a node it is linked to or -1, similarity).

    Of several links that to the most similar earlier node is taken; where all are to later ones, any.
    """
    near: dict[int, list[tuple[int, float]]] = {}
    for edge in found.links.edges:
        left, right = found.numbers[edge.left], found.numbers[edge.right]
        if found.nodes.splits[left] == split:
            near.setdefault(left, []).append((right, edge.similarity))
            near.setdefault(right, []).append((left, edge.similarity))
    seen: set[int] = set()
    for root in sorted(near):
        if root in seen:
            continue
        seen.add(root)
        tree = [(root, -1, 1.0)]
        waiting = deque([root])
        while waiting:
            for other, _ in near[waiting.popleft()]:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
                    best = max(near[other], key=lambda link: (link[0] < other, link[1], -link[0]))
                    tree.append((other, *best))
        yield tree
