"""Signatures to pairs of texts that may be alike: those that share the key of a band."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftlint.detect.near.signature import PLACES
from ftlint.detect.repeats import repeated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ftlint.detect.near.store import Signed

SMALL_RUN = 16
"""Texts under one key that are all compared with each other."""

LEADERS = 8
"""In a larger run each text is compared with up to this many that stand for the rest."""

SURE = PLACES - 2
"""Agreement from which a text need not be compared with a second leader."""

KEYS = 1 << 24
"""Keys sorted at once, 8 bytes each."""

AT_ONCE = 1 << 18
_HALF = 32


def band_pairs(keys: NDArray[Any], signed: Signed, least: int, at_once: int = KEYS) -> NDArray[Any]:
    """Pairs of one band, `first << 32 | second` with first < second, ascending (uint64, each once).

    `keys` holds the band's key of each text (uint32), `signed` all signatures. Pairs whose signatures agree
    in fewer than `least` places are left out. Of more than `at_once` texts those with the lowest keys are
    taken first, then those with higher ones: that bounds what is sorted.
    """
    import numpy as np

    found: list[NDArray[Any]] = []
    turns = -(-len(keys) // at_once)
    for turn in range(turns):
        if turns == 1:
            members = np.arange(len(keys), dtype=np.uint64)
        else:
            width = np.uint64((1 << 32) // turns + 1)
            members = np.flatnonzero(keys.astype(np.uint64) // width == turn).astype(np.uint64)
        found += _of_keys(keys[members], members, signed, least)
    return _unique(found)


def _of_keys(keys: NDArray[Any], members: NDArray[Any], signed: Signed, least: int) -> Iterator[NDArray[Any]]:
    """Pairs of members that share a key."""
    import numpy as np

    half = np.uint64(_HALF)
    some = repeated(keys)
    keys, members = keys[some], members[some]
    packed = keys.astype(np.uint64) << half | members
    packed.sort()
    ordered = packed >> half
    same = ordered[1:] == ordered[:-1]
    if not same.any():
        return
    edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
    begins, sizes = edges[0::2], edges[1::2] - edges[0::2] + 1
    sharing = (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
    yield from _short_runs(sharing, begins, sizes, signed, least)
    for begin, size in zip(*_large(begins, sizes), strict=True):
        yield from _led(sharing[begin : begin + size], signed, least)


def agreement(signed: Signed, left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """In how many of 48 places the signatures of pairs agree."""
    agreed: NDArray[Any] = (signed.rows(left) == signed.rows(right)).sum(axis=1, dtype="int64")
    return agreed


def merged(found: list[NDArray[Any]]) -> NDArray[Any]:
    """The pairs of several bands, each once."""
    return _unique(found)


def split_pairs(pairs: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """First and second of packed pairs."""
    import numpy as np

    first = (pairs >> np.uint64(_HALF)).astype(np.int64)
    return first, (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _unique(found: list[NDArray[Any]]) -> NDArray[Any]:
    import numpy as np

    return np.unique(np.concatenate(found)) if found else np.empty(0, np.uint64)


def _large(begins: NDArray[Any], sizes: NDArray[Any]) -> tuple[list[int], list[int]]:
    large = sizes > SMALL_RUN
    return begins[large].tolist(), sizes[large].tolist()


def _short_runs(
    members: NDArray[Any], begins: NDArray[Any], sizes: NDArray[Any], signed: Signed, least: int
) -> Iterator[NDArray[Any]]:
    """Every text of a short run with every other: those one apart in all runs, then two apart ..."""
    import numpy as np

    short = sizes <= SMALL_RUN
    begins, sizes = begins[short], sizes[short]
    if not len(begins):
        return
    for apart in range(1, int(sizes.max())):
        fits = sizes > apart
        counts = sizes[fits] - apart
        ends = np.cumsum(counts)
        starts = np.repeat(begins[fits] - (ends - counts), counts) + np.arange(ends[-1])
        yield from _agreeing(members[starts], members[starts + apart], signed, least)


def _agreeing(left: NDArray[Any], right: NDArray[Any], signed: Signed, least: int) -> Iterator[NDArray[Any]]:
    import numpy as np

    for start in range(0, len(left), AT_ONCE):
        a, b = left[start : start + AT_ONCE], right[start : start + AT_ONCE]
        near = agreement(signed, a, b) >= least
        first, second = np.minimum(a[near], b[near]), np.maximum(a[near], b[near])
        yield first.astype(np.uint64) << np.uint64(_HALF) | second.astype(np.uint64)


def _led(run: NDArray[Any], signed: Signed, least: int) -> Iterator[NDArray[Any]]:
    """The pairs of a long run: with leaders taken in turn, and with the neighbours in the order of
    signatures.
    """
    import numpy as np

    own = signed.rows(run)
    order = np.lexsort(own.T[::5])
    yield from _agreeing(run[order[:-1]], run[order[1:]], signed, least)
    left = np.arange(len(run))
    for _ in range(LEADERS):
        if len(left) < 2:
            return
        leader, left = left[0], left[1:]
        agreed = (own[left] == own[leader]).sum(axis=1)
        near = run[left[agreed >= least]].astype(np.uint64)
        yield run[leader].astype(np.uint64) << np.uint64(_HALF) | near
        left = left[agreed < SURE]
