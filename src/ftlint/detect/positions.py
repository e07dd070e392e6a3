"""Which row each record of a file is: rows that could not be read have no position among the records."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence


class Positions:
    """Positions of records, kept as runs: from the position `starts[i]` on, rows count up from `rows[i]`."""

    __slots__ = ("count", "rows", "starts")

    def __init__(self) -> None:
        self.count = 0
        self.starts: array[int] = array("Q")
        self.rows: array[int] = array("Q")

    def __len__(self) -> int:
        return self.count

    def row(self, position: int) -> int:
        run = bisect_right(self.starts, position) - 1
        return self.rows[run] + position - self.starts[run]

    def position(self, row: int) -> int:
        """The position of a row that has one."""
        run = bisect_right(self.rows, row) - 1
        return self.starts[run] + row - self.rows[run]

    def add(self, rows: Sequence[int]) -> None:
        if not len(rows):
            return
        if rows[-1] - rows[0] + 1 == len(rows):
            self._begin(self.count, rows[0])
        else:
            for offset, row in enumerate(rows):
                self._begin(self.count + offset, row)
        self.count += len(rows)

    def merge(self, other: Positions, rows: int) -> None:
        """Append the positions of a shard that begins `rows` rows into the file."""
        for position, row in zip(other.starts, other.rows, strict=True):
            self._begin(self.count + position, rows + row)
        self.count += other.count

    def state(self) -> list[object]:
        return [self.count, self.starts, self.rows]

    @classmethod
    def from_state(cls, state: Sequence[object]) -> Positions:
        positions = cls()
        positions.count, positions.starts, positions.rows = state  # type: ignore[assignment]  # as it was kept
        return positions

    def _begin(self, position: int, row: int) -> None:
        if not self.starts or self.rows[-1] - self.starts[-1] != row - position:
            self.starts.append(position)
            self.rows.append(row)
