"""The records of several files as one column, and the way back to file and row."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from ftlint.detect.repeats import joined
from ftlint.model import Part
from ftlint_rules.measures.row_hashes import RowHashes


class JoinedRows:
    """Hashes of the given files one after another; a position counts through all that could be read."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = [part for part in parts if RowHashes in part.measures]
        self.hashes = [part.measure(RowHashes) for part in self.parts]
        self.ends = list(accumulate(map(len, self.hashes)))

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    @cached_property
    def keys(self) -> array[int]:
        return joined([measure.keys for measure in self.hashes])

    @cached_property
    def prompts(self) -> array[int]:
        return joined([measure.prompts for measure in self.hashes])

    def file(self, position: int) -> int:
        """Index of the file that holds a position."""
        return bisect_right(self.ends, position)

    def place(self, position: int) -> tuple[Part, int]:
        """File and row of a position."""
        file = self.file(position)
        return self.parts[file], self.hashes[file].row(position - (self.ends[file - 1] if file else 0))
