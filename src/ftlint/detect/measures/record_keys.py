"""A measure: which keys the records of a file have."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Any, Self

from ftlint.detect.mask import mask
from ftlint.model import Batch
from ftlint.rule import Measure

MOST = 512
"""Different keys kept; a file with more of them has values for keys."""


class RecordKeys(Measure):
    """How many records have each key at their top.

    `complete` is False once a key was left out: there were more than 512, or it looked like private data.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.records = 0
        self.complete = True

    def add(self, batch: Batch) -> None:
        self.records += len(batch)
        self._take(Counter(chain.from_iterable(data for data in batch.data if isinstance(data, dict))))

    def merge(self, other: Self, rows: int) -> None:
        self.records += other.records
        self.complete &= other.complete
        self._take(other.counts)

    def _take(self, found: Counter[str]) -> None:
        for key, count in found.items():
            if key in self.counts or (len(self.counts) < MOST and mask(key) == key):
                self.counts[key] += count
            else:
                self.complete = False

    def state(self) -> dict[str, Any]:
        counts = [[key, count] for key, count in sorted(self.counts.items())]
        return {"counts": counts, "records": self.records, "complete": self.complete}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.counts = Counter(dict(state["counts"]))
        measure.records = state["records"]
        measure.complete = state["complete"]
        return measure
