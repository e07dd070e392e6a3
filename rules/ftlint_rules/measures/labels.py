from __future__ import annotations

from collections import Counter
from typing import Any, Self

from ftlint.model import Batch
from ftlint.model.batch import EMPTY_HASH
from ftlint.rule import Measure

COLUMNS = ("label", "class", "category", "kto_tag")
"""Columns that hold a class by name; the first that nearly every row has is taken."""

LONGEST = 40
"""Characters; anything longer is prose, not a label."""

MOST = 256
"""Distinct labels kept; more of them are not classes."""


class Tally:
    """How often each label came up, by hash; `counts` is None once there were more than 256 distinct ones."""

    __slots__ = ("counts",)

    def __init__(self, counts: dict[int, int] | None) -> None:
        self.counts = counts

    def add(self, found: dict[int, int]) -> None:
        if self.counts is None:
            return
        for label, count in found.items():
            if label != EMPTY_HASH:
                self.counts[label] = self.counts.get(label, 0) + count
        if len(self.counts) > MOST:
            self.counts = None

    @property
    def total(self) -> int:
        return sum(self.counts.values()) if self.counts else 0


class Labels(Measure):
    """How often each label occurs in a file: short answers, and the values of columns that name a class.

    At most 256 hashes for each of them. `rows` counts every sound row.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.answers = Tally({})
        self.columns: dict[str, Tally] = {}

    def add(self, batch: Batch) -> None:
        self.rows += len(batch)
        if self.answers.counts is not None:
            short = Counter([target for target in batch.targets if len(target) <= LONGEST])
            self._count(self.answers, short, batch)
        for column in COLUMNS:
            values = [data[column] for data in batch.data if column in data]
            if values:
                tally = self.columns.setdefault(column, Tally({}))
                self._count(tally, Counter([_written(value) for value in values]), batch)

    @staticmethod
    def _count(tally: Tally, found: Counter[str], batch: Batch) -> None:
        if len(found) > MOST + 1:
            tally.counts = None
        elif tally.counts is not None:
            hashes = batch.hasher(list(found))
            tally.add(dict(zip(hashes, found.values(), strict=True)))

    def merge(self, other: Self, rows: int) -> None:
        self.rows += other.rows
        for mine, theirs in [
            (self.answers, other.answers),
            *((self.columns.setdefault(column, Tally({})), tally) for column, tally in other.columns.items()),
        ]:
            if theirs.counts is None:
                mine.counts = None
            else:
                mine.add(theirs.counts)

    def state(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "answers": _pairs(self.answers),
            "columns": {column: _pairs(tally) for column, tally in self.columns.items()},
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.rows = state["rows"]
        measure.answers = _tally(state["answers"])
        measure.columns = {column: _tally(pairs) for column, pairs in state["columns"].items()}
        return measure

    def classes(self) -> tuple[str, dict[int, int]] | None:
        """What the rows are classified by: the column's name ("" for the answer) and each label's count.

        None where nothing looks like classes: a label on nearly every row, of 2 to 100 kinds that came up
        ten times on average.
        """
        for column, tally in [*self._by_column(), ("", self.answers)]:
            if not tally.counts or tally.total < 0.95 * self.rows:
                continue
            if 2 <= len(tally.counts) <= min(100, tally.total / 10):
                return column, tally.counts
        return None

    def _by_column(self) -> list[tuple[str, Tally]]:
        return [(column, self.columns[column]) for column in COLUMNS if column in self.columns]


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value if len(value) <= LONGEST else ""
    return str(value) if isinstance(value, int | bool) else ""


def _pairs(tally: Tally) -> list[tuple[int, int]] | None:
    return None if tally.counts is None else list(tally.counts.items())


def _tally(pairs: list[tuple[int, int]] | None) -> Tally:
    return Tally(None if pairs is None else dict(pairs))
