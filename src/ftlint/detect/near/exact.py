"""The exact Jaccard similarity of pairs of texts, from the sets of their shingles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ftlint.detect.near.shingles import Shingles


def shingle_sets(shingles: Shingles) -> list[NDArray[Any]]:
    """The set of each text: its shingles sorted, each once."""
    import numpy as np

    sets = np.split(shingles.hashes.copy(), shingles.ends[:-1])
    for index, found in enumerate(sets):
        found.sort()
        repeated = found[1:] == found[:-1]
        if repeated.any():
            sets[index] = found[np.concatenate(([True], ~repeated))]
    return sets


def similarities(sets: Mapping[int, NDArray[Any]], pairs: Sequence[tuple[int, int]]) -> list[float]:
    """The similarity of each pair of keys of `sets`; of two empty sets it is 0."""
    return [_jaccard(sets[left], sets[right]) for left, right in pairs]


def _jaccard(left: NDArray[Any], right: NDArray[Any]) -> float:
    if len(left) > len(right):
        left, right = right, left
    if not len(left):
        return 0.0
    places = right.searchsorted(left)
    shared = int((right.take(places, mode="clip") == left).sum())
    return shared / (len(left) + len(right) - shared)
