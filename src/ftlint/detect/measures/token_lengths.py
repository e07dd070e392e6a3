from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any, Self

from ftlint.detect.tokens import PER_TURN, estimate
from ftlint.model import Batch
from ftlint.rule import Measure

UNIT = "\x1f"


class TokenLengths(Measure):
    """Estimated tokens of each row, prompt and answer with a chat template around them: 4 bytes a row.

    Of a preference record the longer answer counts. Rows that could not be read are 0.
    """

    def __init__(self) -> None:
        self.tokens: array[int] = array("I")

    def add(self, batch: Batch) -> None:
        if not len(batch):
            return
        found = estimated(batch)
        first, last = batch.rows[0], batch.rows[-1]
        self._pad(first)
        if last - first + 1 == len(found):
            self.tokens.extend(found)
            return
        for row, tokens in zip(batch.rows, found, strict=True):
            self._pad(row)
            self.tokens.append(tokens)

    def merge(self, other: Self, rows: int) -> None:
        self._pad(rows)
        self.tokens.extend(other.tokens)

    def over(self, limit: int) -> Iterator[tuple[int, int]]:
        """Row and tokens of every row above the limit."""
        if not self.tokens or max(self.tokens) <= limit:
            return
        for row, tokens in enumerate(self.tokens):
            if tokens > limit:
                yield row, tokens

    def _pad(self, rows: int) -> None:
        missing = rows - len(self.tokens)
        if missing > 0:
            self.tokens.frombytes(bytes(missing * self.tokens.itemsize))

    def state(self) -> dict[str, Any]:
        return {"tokens": self.tokens}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.tokens = state["tokens"]
        return measure


def estimated(batch: Batch) -> list[int]:
    """Estimated tokens of each record of a batch."""
    known: list[int] | None = batch.shared.get("tokens")
    if known is not None:
        return known
    if batch.format.kind == "tokenised":
        found = [_given(data) for data in batch.data]
    else:
        turns = wrapping(batch)
        found = [
            (len(prompt) + len(target)) // 4 + turns * (prompt.count(UNIT) + 2)
            if prompt.isascii() and target.isascii()
            else estimate(prompt) + estimate(target) + turns * (prompt.count(UNIT) + 2)
            for prompt, target in zip(batch.prompts, answers(batch), strict=True)
        ]
    batch.shared["tokens"] = found
    return found


def answers(batch: Batch) -> list[str]:
    """The answer of each record that counts: of a preference record the longer one."""
    if batch.format.kind == "preference":
        return [max(target.split(UNIT), key=len) for target in batch.targets]
    return batch.targets


def wrapping(batch: Batch) -> int:
    """Tokens around each turn."""
    return 0 if batch.format.kind in ("text", "tokenised") else PER_TURN


def _given(data: Any) -> int:
    ids = data.get("input_ids") if isinstance(data, dict) else None
    return len(ids) if isinstance(ids, list) else 0
