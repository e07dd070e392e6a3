from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, Protocol, TypeVar

from ftlint.model import Part


class ByRow(Protocol):
    """A measure with an entry for each record of a file."""

    def __len__(self) -> int: ...

    def row(self, position: int) -> int: ...


M = TypeVar("M", bound=ByRow)


class Joined(Generic[M]):
    """The records of several files one after another; a position counts through all that could be read."""

    def __init__(self, parts: Sequence[Part], kind: type[M]) -> None:
        self.parts = [part for part in parts if kind in part.measures]
        self.measures = [part.measure(kind) for part in self.parts]
        self.ends = list(accumulate(map(len, self.measures)))

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    def file(self, position: int) -> int:
        """Index of the file that holds a position."""
        return bisect_right(self.ends, position)

    def place(self, position: int) -> tuple[Part, int]:
        """File and row of a position."""
        file = self.file(position)
        return self.parts[file], self.measures[file].row(position - (self.ends[file - 1] if file else 0))
