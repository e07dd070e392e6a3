"""Rows of equal content as one node, and the pairs of nodes that may be alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.detect.near.bands import agreement, band_pairs, merged, split_pairs
from ftlint.detect.near.signature import BANDS, likely
from ftlint.detect.repeats import firsts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ftlint.detect.near.store import Signed

PARTNERS = 8
"""Likeliest partners of a node that are looked at."""

AT_ONCE = 1 << 18
_SPLIT = 0x9E3779B97F4A7C15


class Nodes(NamedTuple):
    """Rows of one split with equal content, as one. All columns but `members` have one entry a node.

    `members` are positions by node, ascending within one; node i has `members[ends[i - 1]:ends[i]]`. `splits`
    and `contents` say which split it is of and what all its rows hold. Nodes stand by their first position.
    """

    members: NDArray[Any]
    ends: NDArray[Any]
    splits: NDArray[Any]
    contents: NDArray[Any]

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def sizes(self) -> NDArray[Any]:
        import numpy as np

        return np.diff(self.ends, prepend=0)

    @property
    def firsts(self) -> NDArray[Any]:
        """The first position of each node."""
        firsts: NDArray[Any] = self.members[self.ends - self.sizes]
        return firsts


def nodes_of(contents: NDArray[Any], splits: NDArray[Any]) -> Nodes:
    """Nodes of positions, given the content (uint64; 0 is not compared) and the split (int) of each."""
    import numpy as np

    active = np.flatnonzero(contents)
    keys = contents[active] + splits[active].astype(np.uint64) * np.uint64(_SPLIT)
    first = firsts_of(keys)
    is_first = first == np.arange(len(first))
    owners = (np.cumsum(is_first) - 1)[first]
    members = active[
        np.argsort(owners, kind="stable")
    ]  # as good as sorted: most rows are a node of their own
    ends = np.cumsum(np.bincount(owners, minlength=int(is_first.sum())))
    firsts = active[is_first]
    return Nodes(members, ends, splits[firsts], contents[firsts])


class Candidates(NamedTuple):
    """Pairs of nodes that may be alike, likeliest first: `left` stands before `right`."""

    left: NDArray[Any]
    right: NDArray[Any]

    def only(self, mask: NDArray[Any]) -> Candidates:
        return Candidates(self.left[mask], self.right[mask])


def candidates(signed: Signed, similarity: float) -> Candidates:
    """Pairs of nodes, given the signature of each, that share a band and may be that similar."""
    least = likely(similarity)
    found: list[NDArray[Any]] = []
    for band in range(BANDS):
        found.append(band_pairs(signed.keys(band), signed, least))
        if sum(map(len, found)) > PARTNERS * len(signed):
            found = [_packed(likeliest(merged(found), signed))]
    return likeliest(merged(found), signed)


def likeliest(pairs: NDArray[Any], signed: Signed) -> Candidates:
    """Pairs by the places their signatures agree in, most first; of each node so many partners at most.

    In data made from templates that were not seen as such any two rows may be candidates.
    """
    import numpy as np

    left, right = split_pairs(pairs)
    agreed = np.empty(len(pairs), np.int8)
    for start in range(0, len(pairs), AT_ONCE):
        end = start + AT_ONCE
        agreed[start:end] = agreement(signed, left[start:end], right[start:end])
    order = np.lexsort((right, left, -agreed))
    found = Candidates(left[order], right[order])
    if len(pairs) <= PARTNERS:
        return found
    return found.only((_rank(found.left) < PARTNERS) | (_rank(found.right) < PARTNERS))


def _rank(nodes: NDArray[Any]) -> NDArray[Any]:
    """For each entry how often its node stood before it."""
    import numpy as np

    order = np.argsort(nodes, kind="stable")
    ordered = nodes[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    ranks = np.empty(len(nodes), np.int64)
    ranks[order] = np.arange(len(nodes)) - np.repeat(begins, np.diff(begins, append=len(nodes)))
    return ranks


def _packed(pairs: Candidates) -> NDArray[Any]:
    import numpy as np

    return pairs.left.astype(np.uint64) << np.uint64(32) | pairs.right.astype(np.uint64)
