from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Any, Self

from ftlint.model import Batch, PlainChat
from ftlint.model.format import canonical
from ftlint.rule import Measure


class RoleCounts(Measure):
    """How many turns are of which role, "" for an unknown one; of conversations alone."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, batch: Batch) -> None:
        if batch.format.kind != "chat":
            return
        plain, roles = batch.format.plain, batch.format.roles
        if not isinstance(plain, PlainChat):
            found = chain.from_iterable(batch.format.turns(data) for data in batch.data)
            self.counts.update(turn.role for turn in found)
            return
        odd = set(batch.odd)
        written: Counter[Any] = Counter()
        for index, data in enumerate(batch.data):
            if index in odd:
                self.counts.update(turn.role for turn in batch.format.turns(data))
            else:
                written.update([turn[plain.role] for turn in data[plain.turns]])
        for name, count in written.items():
            self.counts[canonical(roles, name)] += count

    def merge(self, other: Self, rows: int) -> None:
        self.counts.update(other.counts)

    def state(self) -> dict[str, Any]:
        return {"counts": sorted(self.counts.items())}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.counts = Counter(dict(state["counts"]))
        return measure
