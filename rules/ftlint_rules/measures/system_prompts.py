from __future__ import annotations

from collections import Counter
from typing import Any

from ftlint.model import Batch
from ftlint.model.batch import EMPTY_HASH
from ftlint.rule import Measure

MOST = 1_000
"""Different system prompts kept; past that they are evidently made per row."""


class SystemPrompts(Measure):
    """How many rows have which system prompt, by content hash, and the first row of each.

    `EMPTY_HASH` stands for rows without one. `many` says that there were more than 1,000 different ones.
    """

    def __init__(self) -> None:
        self.counts: dict[int, int] = {}
        self.firsts: dict[int, int] = {}
        self.many = False

    def add(self, batch: Batch) -> None:
        found = Counter(batch.systems)
        hashes = batch.hasher(list(found))
        for (text, count), digest in zip(found.items(), hashes, strict=True):
            if digest not in self.counts:
                if len(self.counts) >= MOST:
                    self.many = True
                    continue
                self.firsts[digest] = batch.rows[batch.systems.index(text)]
            self.counts[digest] = self.counts.get(digest, 0) + count

    def merge(self, other: SystemPrompts, rows: int) -> None:
        self.many |= other.many
        for digest, count in other.counts.items():
            if digest not in self.counts:
                if len(self.counts) >= MOST:
                    self.many = True
                    continue
                self.firsts[digest] = rows + other.firsts[digest]
            self.counts[digest] = self.counts.get(digest, 0) + count

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def missing(self) -> int:
        return self.counts.get(EMPTY_HASH, 0)

    def state(self) -> dict[str, Any]:
        kept = [[digest, count, self.firsts[digest]] for digest, count in self.counts.items()]
        return {"prompts": kept, "many": self.many}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> SystemPrompts:
        measure = cls()
        measure.many = state["many"]
        measure.counts = {digest: count for digest, count, _ in state["prompts"]}
        measure.firsts = {digest: first for digest, _, first in state["prompts"]}
        return measure
