from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from typing import Any

from ftlint.detect.positions import Positions
from ftlint.model import Batch
from ftlint.rule import Measure

NONE = 0
"""Stands for a row without a value."""


class Groups(Measure):
    """Content hashes of each record's value in the declared group columns: 8 bytes a record and column.

    `columns` maps the declared name to its hashes, `NONE` where the record has no value. Where no group is
    declared there are none, and nothing is held.
    """

    priors = ("group",)

    def __init__(self) -> None:
        self.columns: dict[str, array[int]] = {}
        self.positions = Positions()

    def __len__(self) -> int:
        return len(self.positions)

    def row(self, position: int) -> int:
        """The row of the record at `position`: rows that could not be read have no position."""
        return self.positions.row(position)

    def add(self, batch: Batch) -> None:
        for name in batch.prior.group:
            path = name.split(".")
            texts = [canonical(value_at(data, name, path)) for data in batch.data]
            hashes = batch.hasher(texts)
            for index, text in enumerate(texts):
                if not text:
                    hashes[index] = NONE
            self.columns.setdefault(name, array("Q")).extend(hashes)
        if batch.prior.group:
            self.positions.add(batch.rows)

    def merge(self, other: Groups, rows: int) -> None:
        for name, hashes in other.columns.items():
            self.columns.setdefault(name, array("Q")).extend(hashes)
        self.positions.merge(other.positions, rows)

    def state(self) -> dict[str, Any]:
        return {"columns": self.columns, "positions": self.positions.state()}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Groups:
        measure = cls()
        measure.columns = state["columns"]
        measure.positions = Positions.from_state(state["positions"])
        return measure


def value_at(data: Mapping[str, Any], name: str, path: list[str]) -> Any:
    """The value of a column: of that very name, else inside, a key a step."""
    if name in data or len(path) == 1:
        return data.get(name)
    value: Any = data
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def canonical(value: Any) -> str:
    """A value as text, "" for none. An identifier is the same as a number and as a text: 12, 12.0, "12"."""
    if isinstance(value, str):
        return value
    if value is None or value != value:  # noqa: PLR0124  # NaN
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, sort_keys=True, default=str)
