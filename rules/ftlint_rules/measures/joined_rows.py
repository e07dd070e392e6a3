"""The records of several files as one column, and the way back to file and row."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property

from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.detect.repeats import joined
from ftlint.model import Part
from ftlint_rules.measures.joined import Joined


class JoinedRows(Joined[RowHashes]):
    """Hashes of the given files one after another."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(parts, RowHashes)
        self.hashes = self.measures

    @cached_property
    def keys(self) -> array[int]:
        return joined([measure.keys for measure in self.hashes])

    @cached_property
    def prompts(self) -> array[int]:
        return joined([measure.prompts for measure in self.hashes])
