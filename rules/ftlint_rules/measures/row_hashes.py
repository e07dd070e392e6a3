from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from ftlint.detect.repeats import row_key, row_keys
from ftlint.model import Batch
from ftlint.model.batch import BESIDES, EMPTY_HASH
from ftlint.rule import Measure

BLANK = row_key(EMPTY_HASH, EMPTY_HASH)
"""The key of a row that has neither prompt nor answer."""


class RowHashes(Measure):
    """Content hashes of every record's prompt and answer, 16 bytes a record, and which row each is."""

    def __init__(self) -> None:
        self.prompts: array[int] = array("Q")
        self.targets: array[int] = array("Q")
        self.runs: array[int] = array("Q")
        """Pairs (position, row): from this position on, rows count up from that row."""

    def __len__(self) -> int:
        return len(self.prompts)

    @cached_property
    def keys(self) -> array[int]:
        """One key a record; `BLANK` where there is no text."""
        return row_keys(self.prompts, self.targets)

    def row(self, position: int) -> int:
        """The row of the record at `position`: rows that could not be read have no position."""
        index = bisect_right(self.runs[0::2], position) - 1 if len(self.runs) > 2 else 0
        return self.runs[2 * index + 1] + position - self.runs[2 * index]

    def add(self, batch: Batch) -> None:
        self._run(batch.rows)
        asked = batch.prompt_hashes
        besides = _besides(batch)
        if besides:
            asked = array("Q", asked)
            digests = batch.hasher(list(besides.values()))
            for index, digest in zip(besides, digests, strict=True):
                if asked[index] != EMPTY_HASH:
                    asked[index] ^= digest
        self.prompts.extend(asked)
        self.targets.extend(batch.target_hashes)

    def _run(self, rows: Sequence[int]) -> None:
        start = len(self.prompts)
        if not len(rows):
            return
        if rows[-1] - rows[0] + 1 == len(rows):
            self._begin(start, rows[0])
            return
        for offset, row in enumerate(rows):
            self._begin(start + offset, row)

    def _begin(self, position: int, row: int) -> None:
        if not self.runs or self.runs[-1] - self.runs[-2] != row - position:
            self.runs.extend((position, row))

    def merge(self, other: RowHashes, rows: int) -> None:
        start = len(self.prompts)
        self.prompts.extend(other.prompts)
        self.targets.extend(other.targets)
        for position, row in zip(other.runs[0::2], other.runs[1::2], strict=True):
            self._begin(start + position, rows + row)

    def state(self) -> dict[str, Any]:
        return {"prompts": self.prompts, "targets": self.targets, "runs": self.runs}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> RowHashes:
        measure = cls()
        measure.prompts, measure.targets = state["prompts"], state["targets"]
        measure.runs = state["runs"]
        return measure


def _besides(batch: Batch) -> dict[int, str]:
    """What a record asks besides its texts, as text, by index: tools, images; absent where there is none."""
    found = {}
    for index in batch.odd:
        data = batch.data[index]
        parts = [data[column] for column in sorted(BESIDES & data.keys()) if data[column]]
        parts += _media(batch, data)
        if parts:
            found[index] = repr(parts)
    return found


def _media(batch: Batch, data: Mapping[str, Any]) -> list[Any]:
    """The parts of messages that are no text."""
    return [
        part
        for turn in batch.format.turns(data)
        if isinstance(turn.content, list)
        for part in turn.content
        if isinstance(part, dict) and "text" not in part
    ]
