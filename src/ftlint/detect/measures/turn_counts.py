from __future__ import annotations

from collections import Counter
from typing import Any, Self

from ftlint.model import Batch, PlainChat
from ftlint.rule import Measure


class TurnCounts(Measure):
    """How many records have how many turns, system turns counted in; of conversations alone."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()

    def add(self, batch: Batch) -> None:
        if batch.format.kind != "chat":
            return
        plain = batch.format.plain
        if not isinstance(plain, PlainChat):
            self.counts.update(len(batch.format.turns(data)) for data in batch.data)
            return
        odd = set(batch.odd)
        self.counts.update(
            len(batch.format.turns(data)) if index in odd else len(data[plain.turns])
            for index, data in enumerate(batch.data)
        )

    def merge(self, other: Self, rows: int) -> None:
        self.counts.update(other.counts)

    def state(self) -> dict[str, Any]:
        return {"counts": sorted(self.counts.items())}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.counts = Counter(dict(state["counts"]))
        return measure
