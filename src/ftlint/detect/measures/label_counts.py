"""A measure: how often each label occurs, where rows have few different answers or a column of classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from ftlint.detect.mask import mask
from ftlint.detect.measures.sources import Tally
from ftlint.model import Batch
from ftlint.rule import Measure

COLUMNS = ("label", "class", "kto_tag")
"""Columns that hold a class by name, tried in this order; then the answer itself."""

LONGEST = 40
"""Characters; anything longer is prose, not a label."""

MOST = 100
"""Different labels; more of them are not classes."""


class Labels(NamedTuple):
    """What rows are classified by, a column or "" for the answer, and how often each label occurs."""

    column: str
    tally: Tally


class LabelCounts(Measure):
    """Short answers and values of label columns: hashes, counts and masked names, 1,000 each at most.

    `rows` counts every sound row.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.columns: dict[str, Tally] = {}

    def add(self, batch: Batch) -> None:
        self.rows += len(batch)
        for column in COLUMNS:
            self._count(column, [_written(data.get(column)) for data in batch.data], batch)
        self._count("", [target if len(target) <= LONGEST else "" for target in batch.targets], batch)

    def _count(self, column: str, values: Iterable[str], batch: Batch) -> None:
        found = Counter(values)
        del found[""]
        if not found:
            return
        tally = self.columns.setdefault(column, Tally({}))
        if tally.counts is None or len(found) > MOST:
            tally.add(None, {})
            return
        hashes = batch.hasher(list(found))
        fresh = {
            digest: mask(value)
            for digest, value in zip(hashes, found, strict=True)
            if digest not in tally.counts
        }
        tally.add(dict(zip(hashes, found.values(), strict=True)), fresh)

    def merge(self, other: Self, rows: int) -> None:
        self.rows += other.rows
        for column, tally in other.columns.items():
            self.columns.setdefault(column, Tally({})).add(tally.counts, tally.shown)

    def classes(self) -> Labels | None:
        """What the rows are classified by; None where nothing looks like classes.

        Classes are labels of nearly every row, 2 to 100 of them, that come up five times on average.
        """
        for column in (*COLUMNS, ""):
            tally = self.columns.get(column)
            if tally is None or tally.counts is None or tally.records < 0.95 * self.rows:
                continue
            if 2 <= tally.values <= min(MOST, tally.records / 5):
                return Labels(column, tally)
        return None

    def state(self) -> dict[str, Any]:
        kept = {
            column: None
            if tally.counts is None
            else [[value, count, tally.shown[value]] for value, count in tally.counts.items()]
            for column, tally in self.columns.items()
        }
        return {"rows": self.rows, "columns": kept}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.rows = state["rows"]
        for column, kept in state["columns"].items():
            if kept is None:
                measure.columns[column] = Tally()
                continue
            counts = {value: count for value, count, _ in kept}
            measure.columns[column] = Tally(counts, {value: shown for value, _, shown in kept})
        return measure


def _written(value: Any) -> str:
    if isinstance(value, bool | int):
        return str(value)
    return value if isinstance(value, str) and len(value) <= LONGEST else ""
