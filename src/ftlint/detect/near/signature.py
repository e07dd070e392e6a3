"""Shingles to signatures: 48 bytes of which two texts share about as many as their Jaccard similarity says.

Each shingle falls into one of 48 places by half of its bits, and a place keeps the other half of the least
value that fell there. Of a short text every shingle is thrown several times, each time permuted anew, and an
earlier throw wins over a later one, until some 200 values have fallen (the idea of fast similarity sketching:
Dahlgaard, Knudsen and Thorup 2017, arXiv:1704.04370). MinHash looks at every shingle 48 times instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ftlint.detect.near.shingles import Shingles

BANDS = 12
"""Keys to a signature. Two texts are compared when they share one: at a similarity of 0.8 that happens in
99.8% of cases, at 0.5 in half of them, at 0.2 in 2%."""

PLACES = 4 * BANDS
"""Bytes of a signature: four to a band, which makes the band's key."""

ENOUGH = 4 * PLACES
"""Values thrown into 48 places, of which then fewer than one stays empty."""

THROWS = 32
_THROW_BITS = 27
_EMPTY = 0xFFFFFFFF
_MIX = 0x9FB21C651E98DF25
_TURN = 0xA24BAED4963EE407
_WORD = 0xFFFFFFFFFFFFFFFF


def signatures(shingles: Shingles) -> NDArray[Any]:
    """One signature for each text, uint8 of shape (texts, 48). A text without shingles has 48 times 255."""
    import numpy as np

    hashes, owners, counts = shingles.hashes, shingles.owners, shingles.counts
    least = np.full(len(counts) * PLACES, _EMPTY, np.uint32)
    _throw(least, hashes, owners, 0)
    throws = np.minimum(-(-ENOUGH // np.maximum(counts, 1)), THROWS)
    for turn in range(1, int(throws.max(initial=1))):
        again = (throws > turn)[owners]
        if not again.all():
            hashes, owners = hashes[again], owners[again]
        _throw(least, hashes, owners, turn)
    signed: NDArray[Any] = least.astype(np.uint8).reshape(-1, PLACES)
    return signed


def _throw(least: NDArray[Any], hashes: NDArray[Any], owners: NDArray[Any], turn: int) -> None:
    """Let each hash fall into its text's places. The second throw takes the halves the other way round."""
    import numpy as np

    half = np.uint64(32)
    if turn > 1:
        hashes = (hashes ^ np.uint64(_TURN * turn & _WORD)) * np.uint64(_MIX)
        hashes ^= hashes >> half
    high, low = hashes >> half, hashes.astype(np.uint32)
    by, value = (low.astype(np.uint64), high.astype(np.uint32)) if turn == 1 else (high, low)
    places = (by * np.uint64(PLACES) >> half).view(np.int64)
    places += owners * PLACES
    value >>= np.uint32(32 - _THROW_BITS)
    value |= np.uint32(turn << _THROW_BITS)
    np.minimum.at(least, places, value)


def likely(similarity: float) -> int:
    """The least agreement of two texts that may be as similar as that: 3.5 standard deviations below the
    mean.
    """
    mean = PLACES * similarity
    spread = (PLACES * similarity * (1 - similarity)) ** 0.5
    return int(mean - 3.5 * spread)
