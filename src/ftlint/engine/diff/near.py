"""Edited rows: those left on both sides that are nearly the same.

Rows are compared by the pairs of words that stand side by side in all their texts. Signatures of these give
candidates, the rows are read once more to compare them exactly, and the likest pairs are matched first. What
many of the rows share, a template, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ftlint.detect.near.bands import split_pairs
from ftlint.detect.near.exact import shingle_sets, similarities
from ftlint.detect.near.shingles import Shingles, word_shingles
from ftlint.detect.near.signature import BANDS, PLACES, likely, signatures
from ftlint.detect.near.words import words_of
from ftlint.engine.diff.columns import Columns
from ftlint.engine.diff.matching import BY_LIKENESS, Matching, dense
from ftlint.engine.diff.reader import RowReader, strings

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH = 2
"""Words to a shingle: of ten words with one changed seven pairs stay, of six runs of five but one."""

ALIKE = 0.5
"""The Jaccard similarity from which on a row is taken for an edited one."""

ALIKE_ACROSS = 0.8
"""The same for rows of two splits: half in common is no reason to tell of a leak."""

MOST_ROWS = 1_000_000
"""Rows left on a side that are sketched, 48 bytes each."""

SAMPLE = 1_000
"""Rows of a side that are looked at for what many share."""

FEWEST = 8
"""Different rows that a pair of words must have to be what many share: an edited row is two."""

CROWD = 256
"""Pairs of one key that are compared; more share it only where it is of a template."""

MOST_PAIRS = 2_000_000
AT_ONCE = 2_000
COMPARED = 1 << 18


def match_near(matching: Matching, old: RowReader, new: RowReader) -> bool:
    """Match edited rows. False where there were too many rows left to look at all of them."""
    left = matching.open()
    if not all(map(len, left)):
        return True
    whole = max(map(len, left)) <= MOST_ROWS
    left = left[0][:MOST_ROWS], left[1][:MOST_ROWS]
    readers = _Pairs(old, matching.old), _Pairs(new, matching.new)
    shared = _shared(readers, left)
    readers[0].without = readers[1].without = shared
    mine, theirs = _sketched(readers[0], left[0]), _sketched(readers[1], left[1])
    pairs = _candidates(mine[1], theirs[1])
    if not len(pairs[0]):
        return whole
    first, second = left[0][mine[0][pairs[0]]], left[1][theirs[0][pairs[1]]]
    agreed = pairs[2]
    for level in range(PLACES, likely(ALIKE) - 1, -1):
        at = agreed == level
        if at.any():
            _match_level(matching, readers, first[at], second[at])
    return whole


class _Pairs:
    """The pairs of words of rows of one version, less those that many rows share."""

    def __init__(self, reader: RowReader, columns: Columns) -> None:
        self.reader = reader
        self.columns = columns
        self.without: NDArray[Any] | None = None

    def __call__(self, rows: Sequence[int]) -> Shingles:
        import numpy as np

        texts = [" ".join(strings(record)) for record in self.reader.records(rows)]
        found = word_shingles(words_of(texts), WIDTH)
        if self.without is None or not len(self.without):
            return found
        return found.kept(~np.isin(found.hashes, self.without))


def _shared(readers: tuple[_Pairs, _Pairs], left: tuple[NDArray[Any], NDArray[Any]]) -> NDArray[Any]:
    """The pairs of words that make no row what it is: a tenth of a sample of both sides, 8 rows or more.

    Of copies one is looked at.
    """
    import numpy as np

    sets: list[NDArray[Any]] = []
    for pairs, rows in zip(readers, left, strict=True):
        _, firsts = np.unique(pairs.columns.low[rows], return_index=True)
        some = rows[np.sort(firsts)]
        sets += shingle_sets(pairs(some[:: max(1, len(some) // SAMPLE)].tolist()))
    hashes, counts = np.unique(np.concatenate(sets), return_counts=True)
    return hashes[counts >= max(FEWEST, len(sets) / 10)]


def _sketched(pairs: _Pairs, rows: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Which of the rows have two pairs of words or more, and their signatures."""
    import numpy as np

    kept, signed = [np.empty(0, np.int64)], [np.empty((0, PLACES), np.uint8)]
    for start in range(0, len(rows), AT_ONCE):
        found = pairs(rows[start : start + AT_ONCE].tolist())
        long = found.counts >= 2
        kept.append(np.flatnonzero(long) + start)
        signed.append(signatures(found)[long])
    return np.concatenate(kept), np.concatenate(signed)


def _candidates(mine: NDArray[Any], theirs: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Pairs that may be alike, and in how many places their signatures agree."""
    import numpy as np

    packed = [np.empty(0, np.uint64)]
    for keys in _keys(mine, theirs):
        left, right = _sharing(*keys)
        packed.append(left.astype(np.uint64) << np.uint64(32) | right.astype(np.uint64))
    left, right = split_pairs(np.unique(np.concatenate(packed)))
    agreed = np.empty(len(left), np.int64)
    for start in range(0, len(left), COMPARED):
        end = start + COMPARED
        agreed[start:end] = (mine[left[start:end]] == theirs[right[start:end]]).sum(axis=1)
    near = agreed >= likely(ALIKE)
    if int(near.sum()) > MOST_PAIRS:
        near &= agreed >= np.sort(agreed[near])[-MOST_PAIRS]
    return left[near], right[near], agreed[near]


def _keys(mine: NDArray[Any], theirs: NDArray[Any]) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Keys of the bands, and of each two bands together: those tell apart what a template makes alike."""
    import numpy as np

    bands = [
        dense([np.concatenate((mine, theirs))[:, 4 * band : 4 * band + 4].copy().view("<u4").ravel()])
        for band in range(BANDS)
    ]
    for band, keys in enumerate(bands):
        yield keys[: len(mine)], keys[len(mine) :]
        both = dense([keys, bands[(band + 1) % BANDS]])
        yield both[: len(mine)], both[len(mine) :]


def _sharing(mine: NDArray[Any], theirs: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Every pair of equal keys that not too many share."""
    import numpy as np

    most = int(max(mine.max(initial=0), theirs.max(initial=0))) + 1
    counts, others = np.bincount(mine, minlength=most), np.bincount(theirs, minlength=most)
    good = (counts * others > 0) & (counts * others <= CROWD)
    chosen = np.flatnonzero(good[mine])
    repeats = others[mine[chosen]]
    order = np.argsort(theirs, kind="stable")
    begins = np.cumsum(others) - others
    ends = np.cumsum(repeats)
    within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - repeats, repeats)
    return np.repeat(chosen, repeats), order[np.repeat(begins[mine[chosen]], repeats) + within]


def _match_level(
    matching: Matching, readers: tuple[_Pairs, _Pairs], first: NDArray[Any], second: NDArray[Any]
) -> None:
    """Match the pairs of one agreement, the likest first."""
    import numpy as np

    free = (matching.partner[first] < 0) & ~matching.taken[second]
    first, second = first[free], second[free]
    if not len(first):
        return
    alike = np.concatenate(
        [
            _compared(readers, first[start : start + AT_ONCE], second[start : start + AT_ONCE])
            for start in range(0, len(first), AT_ONCE)
        ]
    )
    # the same both ways round: pairs that are as alike come in the order of a sum of both rows' hashes
    mixed = matching.old.low[first] + matching.new.low[second]
    across = matching.old.split[first] != matching.new.split[second]
    enough = alike >= np.where(across, ALIKE_ACROSS, ALIKE)
    for at in np.lexsort((mixed, -alike)).tolist():
        left, right = int(first[at]), int(second[at])
        if enough[at] and matching.partner[left] < 0 and not matching.taken[right]:
            matching.add(BY_LIKENESS, np.array([left]), np.array([right]))
            matching.likeness[left] = float(alike[at])


def _compared(readers: tuple[_Pairs, _Pairs], first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    left, at_left = np.unique(first, return_inverse=True)
    right, at_right = np.unique(second, return_inverse=True)
    sets = shingle_sets(readers[0](left.tolist()))
    sets += shingle_sets(readers[1](right.tolist()))
    pairs = list(zip(at_left.tolist(), (at_right + len(left)).tolist(), strict=True))
    return np.array(similarities(dict(enumerate(sets)), pairs))
