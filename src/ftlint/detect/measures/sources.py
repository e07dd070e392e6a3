"""A measure: which values the column has that says where a record is from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Self

from ftlint.detect.mask import mask
from ftlint.model import Batch, PlainFlat
from ftlint.rule import Measure

COLUMNS = ("source", "data_source", "dataset", "dataset_name", "origin", "subset", "category", "domain")
"""Columns that name an origin, in the order they are tried in."""

LONGEST = 80
"""Characters; anything longer is text of its own, not the name of a source."""

MOST = 1_000
"""Different values kept; a column of more of them is an id, not a source."""


class Tally:
    """How often each value of a column came up, by hash, and how it may be shown.

    `counts` is None once there were more than 1,000 different ones. Values are kept masked alone.
    """

    __slots__ = ("counts", "shown")

    def __init__(self, counts: dict[int, int] | None = None, shown: dict[int, str] | None = None) -> None:
        self.counts = counts
        self.shown = shown or {}

    def add(self, counts: Mapping[int, int] | None, shown: Mapping[int, str]) -> None:
        if counts is None or self.counts is None:
            self.counts = None
            self.shown = {}
            return
        for value, count in counts.items():
            self.counts[value] = self.counts.get(value, 0) + count
        self.shown.update(shown)
        if len(self.counts) > MOST:
            self.add(None, {})

    def count(self, found: Mapping[str, int], batch: Batch) -> None:
        """Add values, and how often each came up in the batch."""
        if self.counts is None or len(found) > MOST:
            self.add(None, {})
            return
        hashes = batch.hasher(list(found))
        fresh = [
            (digest, mask(value))
            for digest, value in zip(hashes, found, strict=True)
            if digest not in self.counts
        ]
        self.add(dict(zip(hashes, found.values(), strict=True)), dict(fresh))

    @property
    def records(self) -> int:
        return sum(self.counts.values()) if self.counts else 0

    @property
    def values(self) -> int:
        return len(self.counts or ())


class Sources(Measure):
    """How often each short value of a source column occurs: at most 1,000 hashes and names a column.

    The column is the one that `Prior.source` names, else all of `COLUMNS` that the format has no use for.
    """

    def __init__(self) -> None:
        self.columns: dict[str, Tally] = {}

    def add(self, batch: Batch) -> None:
        for column in (batch.prior.source,) if batch.prior.source else _free(batch):
            found = Counter(values_of(batch, column))
            if not found:
                continue
            self.columns.setdefault(column, Tally({})).count(found, batch)

    def merge(self, other: Self, rows: int) -> None:
        for column, tally in other.columns.items():
            self.columns.setdefault(column, Tally({})).add(tally.counts, tally.shown)

    def state(self) -> dict[str, Any]:
        return {
            column: None
            if tally.counts is None
            else [[value, count, tally.shown[value]] for value, count in tally.counts.items()]
            for column, tally in self.columns.items()
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        for column, kept in state.items():
            if kept is None:
                measure.columns[column] = Tally()
                continue
            counts = {value: count for value, count, _ in kept}
            measure.columns[column] = Tally(counts, {value: shown for value, _, shown in kept})
        return measure


def _free(batch: Batch) -> Iterator[str]:
    """The known columns that some record has and the format does not read."""
    written: set[str] = set().union(*batch.data)
    return (column for column in COLUMNS if column in written and column not in _read(batch))


def _read(batch: Batch) -> Collection[str]:
    plain = batch.format.plain
    read = set(batch.format.required)
    if isinstance(plain, PlainFlat):
        read.update(plain.prompt, (plain.target or "", plain.system or ""))
    return read


def values_of(batch: Batch, column: str, longest: int = LONGEST) -> Iterator[str]:
    """The short values of a column, as text."""
    for data in batch.data:
        value = data[column] if column in data else _inner(data, column)
        if isinstance(value, bool | int):
            value = str(value)
        if isinstance(value, str) and 0 < len(value) <= longest and not value.isspace():
            yield value


def _inner(data: Any, path: str) -> Any:
    """The value at `metadata.source`, None where there is none."""
    for step in path.split(".") if "." in path else ():
        if not isinstance(data, dict):
            return None
        data = data.get(step)
    return data if "." in path else None
