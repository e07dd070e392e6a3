from __future__ import annotations

from array import array
from functools import cached_property
from typing import Any

from ftlint.detect.besides import besides_of
from ftlint.detect.positions import Positions
from ftlint.detect.repeats import row_key, row_keys
from ftlint.model import Batch
from ftlint.model.batch import EMPTY_HASH
from ftlint.rule import Measure

BLANK = row_key(EMPTY_HASH, EMPTY_HASH)
"""The key of a row that has neither prompt nor answer."""


class RowHashes(Measure):
    """Content hashes of every record's prompt and answer, 16 bytes a record, and which row each is."""

    def __init__(self) -> None:
        self.prompts: array[int] = array("Q")
        self.targets: array[int] = array("Q")
        self.positions = Positions()

    def __len__(self) -> int:
        return len(self.prompts)

    @cached_property
    def keys(self) -> array[int]:
        """One key a record; `BLANK` where there is no text."""
        return row_keys(self.prompts, self.targets)

    def row(self, position: int) -> int:
        """The row of the record at `position`: rows that could not be read have no position."""
        return self.positions.row(position)

    def answer(self, row: int) -> tuple[int, int]:
        """The hashes of a row's prompt and of its answer."""
        position = self.positions.position(row)
        return self.prompts[position], self.targets[position]

    def add(self, batch: Batch) -> None:
        self.positions.add(batch.rows)
        asked = batch.prompt_hashes
        besides = besides_of(batch)
        if besides:
            asked = array("Q", asked)
            digests = batch.hasher(list(besides.values()))
            for index, digest in zip(besides, digests, strict=True):
                if asked[index] != EMPTY_HASH:
                    asked[index] ^= digest
        self.prompts.extend(asked)
        self.targets.extend(batch.target_hashes)

    def merge(self, other: RowHashes, rows: int) -> None:
        self.prompts.extend(other.prompts)
        self.targets.extend(other.targets)
        self.positions.merge(other.positions, rows)

    def state(self) -> dict[str, Any]:
        return {"prompts": self.prompts, "targets": self.targets, "positions": self.positions.state()}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> RowHashes:
        measure = cls()
        measure.prompts, measure.targets = state["prompts"], state["targets"]
        measure.positions = Positions.from_state(state["positions"])
        return measure
