"""Rows that stand again in the same split, and whole files that do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ftlint.detect.repeats import repeats
from ftlint.model import Part, Related, Split
from ftlint_rules.measures.joined_rows import JoinedRows
from ftlint_rules.measures.row_hashes import BLANK

ENOUGH_ROWS = 10
"""Records: fewer shared by chance or on purpose do not make one file a copy of another."""

COPIED = 0.9
"""Share of the smaller file's records that stand in the other one."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Nearly all records of `smaller` stand in `larger`, too: `count` of them."""

    smaller: Part
    larger: Part
    count: int


class Repeated:
    """Every record of a split that equals an earlier one, with files that merely copy another told apart."""

    def __init__(self, split: Split) -> None:
        self.rows = JoinedRows(split.parts)
        keys = self.rows.keys
        self.found = [pair for pair in repeats(keys) if keys[pair[0]] != BLANK]
        self._copied = self._pairs() if len(self.rows.parts) > 1 else {}

    def single(self) -> Iterator[tuple[Part, int, Related]]:
        """Part, row, and the first row it repeats; not the rows of a copied file, which is told once."""
        for later, first in self.found:
            if self._copied and self._files(later, first) in self._copied:
                continue
            part, row = self.rows.place(later)
            origin, before = self.rows.place(first)
            yield part, row, Related(origin.path, before)

    def copies(self) -> Iterator[Copy]:
        parts = self.rows.parts
        for (early, late), count in sorted(self._copied.items()):
            smaller, larger = (late, early) if self._size(late) <= self._size(early) else (early, late)
            yield Copy(parts[smaller], parts[larger], min(count, self._size(smaller)))

    def _pairs(self) -> dict[tuple[int, int], int]:
        shared = Counter(self._files(later, first) for later, first in self.found)
        return {
            (early, late): count
            for (early, late), count in shared.items()
            if early != late
            and (fewer := min(self._size(early), self._size(late))) >= ENOUGH_ROWS
            and count >= COPIED * fewer
        }

    def _files(self, later: int, first: int) -> tuple[int, int]:
        return self.rows.file(first), self.rows.file(later)

    def _size(self, file: int) -> int:
        return len(self.rows.hashes[file])
