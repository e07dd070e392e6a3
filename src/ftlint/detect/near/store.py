"""Signatures of many rows: in memory, or past a budget in a file, read a band or a few rows at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftlint.detect.near.signature import BANDS, PLACES
from ftlint.model import FtlintError

if TYPE_CHECKING:
    from numpy.typing import NDArray

AT_ONCE = 1 << 20
"""Rows of a file whose keys of one band are read at once."""


class Filed:
    """Signatures that were put into a file. They can be added to and read, as an array can.

    The file stands in a folder that is removed when its `keeper` is gone.
    """

    def __init__(self, file: str, keeper: object) -> None:
        self.file = file
        self.keeper = keeper
        self.count = 0

    def __len__(self) -> int:
        return self.count

    def extend(self, more: array[int]) -> None:
        try:
            with open(self.file, "ab") as out:
                out.write(more)
        except OSError as error:
            raise FtlintError(
                f"cannot write to the temporary folder: {error.strerror}; "
                "set TMPDIR to one with more room, or raise --memory"
            ) from None
        self.count += len(more)


class Signed:
    """The signatures of chosen rows, by index; those of a file stay there."""

    def __init__(self, pieces: Sequence[array[int] | Filed], chosen: NDArray[Any]) -> None:
        """`pieces` hold 48 bytes a row, one piece after another; `chosen` counts rows through all of them."""
        import numpy as np

        self.pieces = [_matrix(piece) for piece in pieces if len(piece)]
        self.ends = np.cumsum([len(piece) for piece in self.pieces], dtype=np.int64)
        self.chosen = chosen

    def __len__(self) -> int:
        return len(self.chosen)

    def rows(self, indexes: NDArray[Any]) -> NDArray[Any]:
        """Signatures by index, uint8 of shape (indexes, 48)."""
        import numpy as np

        wanted = self.chosen[indexes]
        if len(self.pieces) == 1:
            return np.asarray(self.pieces[0][wanted])
        found = np.empty((len(wanted), PLACES), np.uint8)
        homes = np.searchsorted(self.ends, wanted, side="right")
        for home in np.unique(homes).tolist():
            here = homes == home
            begin = self.ends[home - 1] if home else 0
            found[here] = self.pieces[home][wanted[here] - begin]
        return found

    def keys(self, band: int) -> NDArray[Any]:
        """The key of every chosen row in one band, uint32."""
        import numpy as np

        assert 0 <= band < BANDS
        columns = [
            np.ascontiguousarray(piece[start : start + AT_ONCE]).view("<u4")[:, band]
            for piece in self.pieces
            for start in range(0, len(piece), AT_ONCE)
        ]
        return np.concatenate(columns)[self.chosen] if columns else np.empty(0, np.uint32)


def _matrix(piece: array[int] | Filed) -> NDArray[Any]:
    import numpy as np

    if isinstance(piece, Filed):
        return np.memmap(piece.file, np.uint8, "r", shape=(len(piece) // PLACES, PLACES))
    return np.frombuffer(piece, np.uint8).reshape(-1, PLACES)
