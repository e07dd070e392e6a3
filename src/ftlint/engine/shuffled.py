"""Pairs that may be alike, found by many machines: signatures go to whoever has their band and key."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from functools import partial as bound
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.detect.near.bands import band_pairs, merged, split_pairs
from ftlint.detect.near.nodes import Candidates, likeliest
from ftlint.detect.near.signature import BANDS, PLACES, likely
from ftlint.detect.near.store import Signed
from ftlint.engine.executors import Executor

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROWS_A_PIECE = 1 << 18
ROWS_A_READER = 1 << 24
"""Rows of one band that a reader holds, 56 bytes each."""


class Piece(NamedTuple):
    """Signatures of consecutive nodes."""

    start: int
    signed: bytes


class Pieces(Sequence[Any]):
    """All signatures, cut into pieces when they are asked for."""

    def __init__(self, signed: Signed) -> None:
        self.signed = signed

    def __len__(self) -> int:
        return (len(self.signed) + ROWS_A_PIECE - 1) // ROWS_A_PIECE

    def __getitem__(self, index: Any) -> Any:
        import numpy as np

        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        start = index * ROWS_A_PIECE
        rows = np.arange(start, min(start + ROWS_A_PIECE, len(self.signed)))
        return Piece(start, self.signed.rows(rows).tobytes())


def shuffled(signed: Signed, similarity: float, executor: Executor) -> Candidates:
    """What `detect.near.nodes.candidates` finds, by an executor that can move rows between machines."""
    import numpy as np

    least = likely(similarity)
    slices = -(-len(signed) // ROWS_A_READER)
    parts = BANDS * max(1, slices)
    found = executor.exchange(bound(written, parts), Pieces(signed), parts, bound(paired, parts, least))
    return likeliest(merged([np.frombuffer(some, np.uint64) for some in found]), signed)


def written(parts: int, piece: Piece) -> list[bytes]:
    """The rows of a piece by band and range of keys: their indexes, then their signatures."""
    import numpy as np

    signed = np.frombuffer(piece.signed, np.uint8).reshape(-1, PLACES)
    indexes = np.arange(piece.start, piece.start + len(signed), dtype=np.uint64)
    return [
        indexes[rows].tobytes() + signed[rows].tobytes()
        for band in range(BANDS)
        for rows in _by_key(signed, band, parts // BANDS)
    ]


def _by_key(signed: NDArray[Any], band: int, slices: int) -> Iterator[NDArray[Any]]:
    import numpy as np

    keys = np.ascontiguousarray(signed).view("<u4")[:, band].astype(np.uint64)
    width = np.uint64((1 << 32) // slices + 1)
    return (np.flatnonzero(keys // width == turn) for turn in range(slices))


def paired(parts: int, least: int, part: int, pieces: list[bytes]) -> bytes:
    """The pairs among the rows of one band and range of keys."""
    import numpy as np

    indexes, signed = [np.empty(0, np.uint64)], array("B")
    for piece in pieces:
        count = len(piece) // (8 + PLACES)
        indexes.append(np.frombuffer(piece, np.uint64, count))
        signed.frombytes(piece[8 * count :])
    numbers = np.concatenate(indexes)
    rows = Signed([signed], np.arange(len(numbers)))
    left, right = split_pairs(band_pairs(rows.keys(part // (parts // BANDS)), rows, least))
    packed: bytes = (numbers[left] << np.uint64(32) | numbers[right]).tobytes()
    return packed
