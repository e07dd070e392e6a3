"""Shingles that many rows share and that say nothing about a single one: templates, fixed shots, system
prompts.

Two rows that are alike only by these are no near-duplicates. They are found in a sample of a dataset before
it is scanned (`samples`), and left out of every comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ftlint.detect.near.shingles import RowShingles, row_shingles, text_shingles

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE = 2_000
"""Rows of a dataset looked at."""

PROMPTS = 0.1
COMPLETIONS = 0.5
SYSTEMS = 0.02

FEWEST = 8
"""Rows that must share a shingle, however small the sample: fewer may well be copies of each other."""

FEWEST_SYSTEMS = 3

MOST_SYSTEMS = 10_000
"""System prompts remembered at once."""

FEWEST_BITS, MOST_BITS, SPARSE = 10, 22, 4
"""Size of the table: sixteen places for each shared shingle, so that it stays in the nearest cache."""


class Boilerplate:
    """Leaves out what is shared: system prompts as a whole, and single shingles.

    A table of their high bits rules nearly all other shingles out at once.
    """

    def __init__(self, shared: bytes) -> None:
        import numpy as np

        self.hashes = np.frombuffer(shared, "<u8")
        bits = min(max(FEWEST_BITS, len(self.hashes).bit_length() + SPARSE), MOST_BITS)
        self.shift = np.uint64(64 - bits)
        self.table = np.zeros(1 << bits, bool)
        self.table[self.hashes >> self.shift] = True
        self.systems: dict[str, bool] = {"": False}

    def shingles(
        self, prompts: Sequence[str], targets: Sequence[str], systems: Sequence[str]
    ) -> tuple[RowShingles, RowShingles]:
        """The shingles of rows less shared system prompts; and those less all that is shared."""
        unknown = [system for system in dict.fromkeys(systems) if system not in self.systems]
        if unknown:
            if len(self.systems) + len(unknown) > MOST_SYSTEMS:
                self.systems = {"": False}
            self.systems.update(zip(unknown, self._wholly_shared(unknown), strict=True))
        known = self.systems
        asked = [
            prompt[len(system) :] if known.get(system) and prompt.startswith(system) else prompt
            for prompt, system in zip(prompts, systems, strict=True)
        ]
        rows = row_shingles(asked, targets)
        return rows, self._without(rows)

    def _wholly_shared(self, systems: Sequence[str]) -> list[bool]:
        """Which system prompts hold nothing but shared shingles; those too short for one are among them."""
        import numpy as np

        shingles = text_shingles(systems)
        own = np.ones(len(shingles.hashes), bool)
        own[self._shared_places(shingles.hashes)] = False
        return [not count for count in shingles.kept(own).counts.tolist()]

    def _without(self, rows: RowShingles) -> RowShingles:
        import numpy as np

        shared = self._shared_places(rows.row.hashes)
        if not len(shared):
            return rows
        keep = np.ones(len(rows.row.hashes), bool)
        keep[shared] = False
        return rows.kept(keep)

    def _shared_places(self, hashes: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        suspects = np.flatnonzero(self.table[hashes >> self.shift])
        if not len(suspects):
            return suspects
        places = np.minimum(np.searchsorted(self.hashes, hashes[suspects]), len(self.hashes) - 1)
        shared: NDArray[Any] = suspects[self.hashes[places] == hashes[suspects]]
        return shared


@lru_cache(maxsize=8)
def boilerplate_of(shared: bytes) -> Boilerplate:
    """The filter of a dataset, made once in a process."""
    return Boilerplate(shared)
