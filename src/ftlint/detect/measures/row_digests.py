"""A measure: what tells the rows of two versions of a file apart, all of their content and their ids."""

from __future__ import annotations

import json
import marshal
from array import array
from collections.abc import Mapping
from typing import Any, Self

import orjson
import xxhash

from ftlint.detect.positions import Positions
from ftlint.model import Batch
from ftlint.rule import Measure

IDS = (
    *("id", "example_id", "sample_id", "record_id", "row_id", "uuid", "guid", "uid", "_id", "custom_id"),
    *("question_id", "instance_id", "conversation_id"),
)
"""Columns that may hold an id, in the order they are tried in. An `index` counts rows and is none."""

LONGEST = 200
"""Characters of an id."""

NO_ID = 0

_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


class RowDigests(Measure):
    """Of each record 16 bytes of hash of all its content, and 8 for each id column that some record has.

    `high` and `low` are the halves of the hash, `ids` the hashes of ids by column, `NO_ID` where a record has
    none. Neither the order of keys nor white space between them counts.
    """

    priors = ("key",)

    def __init__(self) -> None:
        self.positions = Positions()
        self.high: array[int] = array("Q")
        self.low: array[int] = array("Q")
        self.ids: dict[str, array[int]] = {}

    def __len__(self) -> int:
        return len(self.positions)

    def add(self, batch: Batch) -> None:
        before = len(self)
        self.positions.add(batch.rows)
        for data in batch.data:
            digest = xxhash.xxh3_128_intdigest(canonical(data))
            self.high.append(digest >> 64)
            self.low.append(digest & 0xFFFFFFFFFFFFFFFF)
        for column in _columns(batch):
            found = array("Q", [id_hash(value_at(data, column)) for data in batch.data])
            if any(found):
                self._padded(column, before).extend(found)

    def _padded(self, column: str, count: int) -> array[int]:
        known = self.ids.setdefault(column, array("Q"))
        known.frombytes(bytes(8 * (count - len(known))))
        return known

    def column(self, name: str) -> array[int]:
        """The id hashes of a column, one for each record."""
        return self._padded(name, len(self))

    def merge(self, other: Self, rows: int) -> None:
        before = len(self)
        self.positions.merge(other.positions, rows)
        self.high.extend(other.high)
        self.low.extend(other.low)
        for column, found in other.ids.items():
            self._padded(column, before).extend(found)

    def state(self) -> dict[str, Any]:
        return {
            "positions": self.positions.state(),
            "high": self.high,
            "low": self.low,
            "ids": dict(self.ids),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.positions = Positions.from_state(state["positions"])
        measure.high, measure.low, measure.ids = state["high"], state["low"], state["ids"]
        return measure


def canonical(data: Any) -> bytes:
    """A record as bytes that are the same for the same content, whatever the order of its keys."""
    try:
        return orjson.dumps(data, default=str, option=_SORTED)
    except (TypeError, ValueError):  # a lone surrogate, an integer past 64 bits, a depth past 254
        try:
            return json.dumps(data, default=str, sort_keys=True).encode()
        except RecursionError:
            return marshal.dumps(data)


def id_hash(value: Any) -> int:
    """A hash of an id, a text or a whole number; `NO_ID` for anything else. 7 and "7" are the same."""
    if type(value) is int:
        value = str(value)
    if type(value) is not str or not 0 < len(value) <= LONGEST or value.isspace():
        return NO_ID
    return xxhash.xxh3_64_intdigest(value.encode("utf-8", "surrogatepass")) or 1


def value_at(data: Any, path: str) -> Any:
    """The value of a column, or at `metadata.id` inside one; None where there is none."""
    if isinstance(data, Mapping) and path in data:
        return data[path]
    for step in path.split("."):
        if not isinstance(data, Mapping):
            return None
        data = data.get(step)
    return data


def _columns(batch: Batch) -> list[str]:
    if batch.prior.key:
        return [batch.prior.key]
    written: set[str] = set().union(*batch.data)
    return [column for column in IDS if column in written]
