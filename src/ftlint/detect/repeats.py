"""Equal rows by their 64-bit content hashes: a dictionary for small data, sorted columns for large.

A row's key mixes both hashes into 64 bits. Among two million different rows the chance of any false pair is
about one in ten million.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGE = 50_000
"""From here on sorting in numpy is cheaper than its import and a dictionary of every row."""

_MIX = 0x9E3779B97F4A7C15
_WORD = 0xFFFFFFFFFFFFFFFF


def row_keys(prompts: array[int], targets: array[int]) -> array[int]:
    """One 64-bit key for each pair of hashes."""
    if len(prompts) < LARGE:
        return array("Q", [(p * _MIX + t) & _WORD for p, t in zip(prompts, targets, strict=True)])
    import numpy as np

    mixed = _column(prompts) * np.uint64(_MIX) + _column(targets)
    return array("Q", mixed.tobytes())


def row_key(prompt: int, target: int) -> int:
    return (prompt * _MIX + target) & _WORD


def repeats(keys: array[int]) -> Iterator[tuple[int, int]]:
    """(later, first): every position whose key stood at an earlier one, and the first such; ascending."""
    if len(keys) < LARGE:
        seen: dict[int, int] = {}
        for position, key in enumerate(keys):
            first = seen.setdefault(key, position)
            if first != position:
                yield position, first
        return
    import numpy as np

    column = _column(keys)
    order = np.argsort(column, kind="stable")
    ordered = column[order]
    begins = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    firsts = order[begins][np.cumsum(begins) - 1]
    later, first = order[~begins], firsts[~begins]
    ascending = np.argsort(later)
    yield from _pairs(later[ascending], first[ascending])


def repeats_by_file(keys: array[int], ends: Sequence[int], without: int) -> Counter[tuple[int, int]]:
    """How many repeats of `keys` fall to each (earlier file, later file); file i ends before `ends[i]`.

    The key `without` is left out.
    """
    if len(keys) < LARGE:
        pairs = [pair for pair in repeats(keys) if keys[pair[0]] != without]
        return Counter((bisect_right(ends, first), bisect_right(ends, later)) for later, first in pairs)
    import numpy as np

    column = _column(keys)
    order = np.argsort(column, kind="stable")
    ordered = column[order]
    begins = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    later = ~begins & (ordered != np.uint64(without))
    firsts = order[begins][np.cumsum(begins) - 1]
    files = np.asarray(ends, dtype=np.int64)
    early = np.searchsorted(files, firsts[later], side="right")
    late = np.searchsorted(files, order[later], side="right")
    codes, counted = np.unique(early * len(ends) + late, return_counts=True)
    return Counter(
        {divmod(int(code), len(ends)): int(count) for code, count in zip(codes, counted, strict=True)}
    )


def shared(keys: array[int], others: array[int]) -> Iterator[tuple[int, int]]:
    """(position, other): every position whose key stands among `others`, and where it does first."""
    if len(keys) + len(others) < LARGE:
        places: dict[int, int] = {}
        for position, key in enumerate(others):
            places.setdefault(key, position)
        for position, key in enumerate(keys):
            other = places.get(key)
            if other is not None:
                yield position, other
        return
    import numpy as np

    mine, theirs = _column(keys), _column(others)
    if not len(theirs):
        return
    order = np.argsort(theirs, kind="stable")
    ordered = theirs[order]
    place = np.minimum(np.searchsorted(ordered, mine), len(ordered) - 1)
    found = np.flatnonzero(ordered[place] == mine)
    yield from _pairs(found, order[place[found]])


def counts(keys: array[int]) -> tuple[int, int, int]:
    """Distinct keys, how often the commonest stands, and its first position; of a tie the earliest wins."""
    if not keys:
        return 0, 0, 0
    if len(keys) < LARGE:
        tally = Counter(keys)
        key, count = tally.most_common(1)[0]
        return len(tally), count, keys.index(key)
    import numpy as np

    _, first, count_of = np.unique(_column(keys), return_index=True, return_counts=True)
    most = int(count_of.max())
    return len(first), most, int(first[count_of == most].min())


def joined(columns: Sequence[array[int]]) -> array[int]:
    """The columns one after another; the only one as it is."""
    if len(columns) == 1:
        return columns[0]
    whole = array("Q")
    for column in columns:
        whole.extend(column)
    return whole


def _pairs(left: NDArray[Any], right: NDArray[Any]) -> Iterator[tuple[int, int]]:
    """Both columns as Python numbers, some at a time: as lists they would take ten times the memory."""
    for start in range(0, len(left), LARGE):
        end = start + LARGE
        yield from zip(left[start:end].tolist(), right[start:end].tolist(), strict=True)


def _column(keys: array[int]) -> NDArray[Any]:
    import numpy as np

    return np.frombuffer(keys, dtype=np.uint64)
