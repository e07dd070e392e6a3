"""Equal rows by their 64-bit content hashes: a dictionary for small data, sorted columns for large.

A row's key mixes both hashes into 64 bits. Among two million different rows the chance of any false pair is
about one in ten million.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGE = 50_000
"""From here on sorting in numpy is cheaper than its import and a dictionary of every row."""

MOST_BITS = 26
"""Size of a table that tells keys apart: 256 MB at the most."""

FEW = 500

_MIX = 0x9E3779B97F4A7C15
_WORD = 0xFFFFFFFFFFFFFFFF


def row_keys(prompts: array[int], targets: array[int]) -> array[int]:
    """One 64-bit key for each pair of hashes."""
    if _is_small(prompts):
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

    firsts = _firsts(keys)
    later = np.flatnonzero(firsts != np.arange(len(firsts)))
    for start in range(0, len(later), LARGE):
        some = later[start : start + LARGE]
        yield from zip(some.tolist(), firsts[some].tolist(), strict=True)


class Differing(NamedTuple):
    """Positions whose group stood at an earlier one, under another key than any before: `later`, ascending.

    `first` is where each one's group stood first. `told` are the indexes in `later` that are the first of
    their group, ascending, and `sizes` how many of `later` each of these groups has. `repeated` counts the
    positions whose very key stood earlier.
    """

    later: array[int]
    first: array[int]
    told: array[int]
    sizes: array[int]
    repeated: int


def differing(groups: array[int], keys: array[int], without: int) -> Differing:
    """The positions of one group that differ in their key; the group `without` is left out."""
    if len(keys) < LARGE:
        repeated = {later for later, _ in repeats(keys)}
        differ, origins, told = array("Q"), array("Q"), array("Q")
        sizes: Counter[int] = Counter()
        for later, first in repeats(groups):
            if groups[later] != without and later not in repeated:
                if first not in sizes:
                    told.append(len(differ))
                differ.append(later)
                origins.append(first)
                sizes[first] += 1
        return Differing(differ, origins, told, array("Q", sizes.values()), len(repeated))
    import numpy as np

    positions = np.arange(len(keys))
    fresh = _firsts(keys) == positions
    firsts = _firsts(groups)
    found = np.flatnonzero((firsts != positions) & fresh & (_column(groups) != np.uint64(without)))
    firsts = firsts[found]
    _, index, counted = np.unique(firsts, return_index=True, return_counts=True)
    order = np.argsort(index)
    again = len(keys) - int(fresh.sum())
    return Differing(_array(found), _array(firsts), _array(index[order]), _array(counted[order]), again)


def repeats_by_file(keys: array[int], ends: Sequence[int], without: int) -> Counter[tuple[int, int]]:
    """How many repeats of `keys` fall to each (earlier file, later file); file i ends before `ends[i]`.

    The key `without` is left out.
    """
    if len(keys) < LARGE:
        pairs = [pair for pair in repeats(keys) if keys[pair[0]] != without]
        return Counter((bisect_right(ends, first), bisect_right(ends, later)) for later, first in pairs)
    import numpy as np

    firsts = _firsts(keys)
    later = np.flatnonzero((firsts != np.arange(len(firsts))) & (_column(keys) != np.uint64(without)))
    files = np.asarray(ends, dtype=np.int64)
    early = np.searchsorted(files, firsts[later], side="right")
    late = np.searchsorted(files, later, side="right")
    codes, counted = np.unique(early * len(ends) + late, return_counts=True)
    return Counter(
        {divmod(int(code), len(ends)): int(count) for code, count in zip(codes, counted, strict=True)}
    )


def shared(keys: array[int], others: array[int]) -> Iterator[tuple[int, int]]:
    """(position, other): every position whose key stands among `others`, and where it does first."""
    if len(keys) + len(others) < LARGE:
        stands: dict[int, int] = {}
        for position, key in enumerate(others):
            stands.setdefault(key, position)
        for position, key in enumerate(keys):
            other = stands.get(key)
            if other is not None:
                yield position, other
        return
    import numpy as np

    mine, theirs = _column(keys), _column(others)
    if not len(theirs):
        return
    likely = among(theirs, mine)
    if not len(likely):
        return
    theirs = theirs[likely]
    order = np.argsort(theirs, kind="stable")
    ordered = theirs[order]
    order = likely[order]
    for start in range(0, len(mine), LARGE):
        some = mine[start : start + LARGE]
        place = np.minimum(np.searchsorted(ordered, some), len(ordered) - 1)
        found = np.flatnonzero(ordered[place] == some)
        yield from zip((found + start).tolist(), order[place[found]].tolist(), strict=True)


def counts(keys: array[int]) -> tuple[int, int, int]:
    """Distinct keys, how often the commonest stands, and its first position; of a tie the earliest wins."""
    if not keys:
        return 0, 0, 0
    if _is_small(keys):
        tally = Counter(keys)
        key, count = tally.most_common(1)[0]
        return len(tally), count, keys.index(key)
    import numpy as np

    some = repeated(_column(keys))
    _, first, count_of = np.unique(_column(keys)[some], return_index=True, return_counts=True)
    distinct = len(keys) - len(some) + len(first)
    most = int(count_of.max(initial=1))
    return distinct, most, int(some[first[count_of == most].min()]) if most > 1 else 0


def tally(keys: array[int], wanted: Collection[int]) -> Counter[int]:
    """How often each of the wanted keys stands among `keys`."""
    if len(keys) < LARGE:
        return Counter(key for key in keys if key in wanted)
    import numpy as np

    column = _column(keys)
    found = column[np.isin(column, np.array(sorted(wanted), np.uint64))]
    values, counted = np.unique(found, return_counts=True)
    return Counter(dict(zip(values.tolist(), counted.tolist(), strict=True)))


def joined(columns: Sequence[array[int]]) -> array[int]:
    """The columns one after another; the only one as it is."""
    if len(columns) == 1:
        return columns[0]
    whole = array("Q")
    for column in columns:
        whole.extend(column)
    return whole


def _is_small(keys: array[int]) -> bool:
    """Whether numpy would not help: where something else has imported it, it does from a few keys on."""
    return len(keys) < (FEW if "numpy" in sys.modules else LARGE)


def _firsts(keys: array[int]) -> NDArray[Any]:
    return firsts_of(_column(keys))


def firsts_of(column: NDArray[Any]) -> NDArray[Any]:
    """For each position the first one that holds the same key; some 28 bytes a position on the way."""
    import numpy as np

    firsts = np.arange(len(column))
    some = repeated(column)
    if not len(some):
        return firsts
    column = column[some]
    order = np.argsort(column, kind="stable")
    ordered = column[order]
    begins = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    del ordered
    order = some[order]
    firsts[order] = order[begins][np.cumsum(begins, dtype=np.uint32) - np.uint32(1)]
    return firsts


def repeated(keys: NDArray[Any]) -> NDArray[Any]:
    """Positions, ascending, among which are all whose key stands at another one, too: of most data few.

    Sorting them all would take three times as long. Keys are told apart by their high bits, which must be
    mixed well, in a table with two places or more for each: of keys that share one only the last finds itself
    there.
    """
    import numpy as np

    bits = min(len(keys).bit_length() + 2, MOST_BITS)
    table = _places(keys, bits)
    last = np.empty(1 << bits, np.uint32)
    own = np.arange(len(keys), dtype=np.uint32)
    last[table] = own
    crowded = np.zeros(1 << bits, bool)
    crowded[table[last[table] != own]] = True
    found: NDArray[Any] = np.flatnonzero(crowded[table])
    return found


def among(keys: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """Positions, ascending, among which are all whose key stands in `others`, and few more."""
    import numpy as np

    bits = min(len(others).bit_length() + 5, MOST_BITS)
    held = np.zeros(1 << bits, bool)
    held[_places(others, bits)] = True
    found: NDArray[Any] = np.flatnonzero(held[_places(keys, bits)])
    return found


def _places(keys: NDArray[Any], bits: int) -> NDArray[Any]:
    """The highest bits of unsigned keys."""
    import numpy as np

    places: NDArray[Any] = (keys >> keys.dtype.type(8 * keys.dtype.itemsize - bits)).astype(np.int64)
    return places


def _array(column: NDArray[Any]) -> array[int]:
    return array("Q", column.astype("uint64").tobytes())


def _column(keys: array[int]) -> NDArray[Any]:
    import numpy as np

    return np.frombuffer(keys, dtype=np.uint64)
