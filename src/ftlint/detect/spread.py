"""Keys of one column that stand in another, too: where first, and how often."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator

from ftlint.detect.repeats import LARGE


def spread(keys: array[int], others: array[int], without: int) -> Iterator[tuple[int, int, int]]:
    """(position, other, count): every position of `keys` whose key stands among `others`, ascending.

    `other` is where it stands there first, `count` how often. The key `without` is left out. From 50,000 keys
    on it sorts in numpy.
    """
    if len(keys) + len(others) >= LARGE:
        yield from _sorted(keys, others, without)
        return
    counts = Counter(others)
    firsts: dict[int, int] = {}
    for position, key in enumerate(others):
        firsts.setdefault(key, position)
    for position, key in enumerate(keys):
        if key != without and key in firsts:
            yield position, firsts[key], counts[key]


def _sorted(keys: array[int], others: array[int], without: int) -> Iterator[tuple[int, int, int]]:
    import numpy as np

    if not len(others):
        return
    values, firsts, counts = np.unique(
        np.frombuffer(others, np.uint64), return_index=True, return_counts=True
    )
    column = np.frombuffer(keys, np.uint64)
    for start in range(0, len(column), LARGE):
        some = column[start : start + LARGE]
        place = np.minimum(np.searchsorted(values, some), len(values) - 1)
        found = np.flatnonzero((values[place] == some) & (some != np.uint64(without)))
        at = place[found]
        yield from zip((found + start).tolist(), firsts[at].tolist(), counts[at].tolist(), strict=True)
