"""Which rows of a file its older version does not hold, by what the rows say and not by where they stand."""

from __future__ import annotations

import mmap
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import orjson

from ftlint.engine.partial import Partial, Places
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.model import Source
from ftlint.read.urls import is_remote
from ftlint.settings import Settings

SORTED_FROM = 50_000
"""Rows from which numpy finds equal hashes in less time and memory than a dictionary."""

PIECE = 1 << 20

Hashes: TypeAlias = "array[int]"


class Rows:
    """Rows of one file: some of them, or all."""

    __slots__ = ("_chosen", "total")

    def __init__(self, chosen: Iterable[int] | None, total: int) -> None:
        self.total = total
        self._chosen: bytearray | None = None
        if chosen is not None:
            self._chosen = bytearray(total)
            for row in chosen:
                self._chosen[row] = 1

    def __contains__(self, row: int) -> bool:
        return self._chosen is None or (0 <= row < self.total and bool(self._chosen[row]))

    def __len__(self) -> int:
        return self.total if self._chosen is None else self._chosen.count(1)


def changed_rows(source: Source, partial: Partial, older: Source, settings: Settings) -> Rows:
    """The rows of a scanned file that `older` does not hold as many times.

    Of several equal rows the first are the old ones. Rows are compared by their text, less white space at
    its ends; those of JSON also less the white space between tokens; those of a table together with its
    header; those of columnar files by their values.
    """
    before = _places(older, settings)
    new, old = _hashes(source, partial.places, partial.rows), _hashes(older, before.places, before.rows)
    added, gone = unmatched(new, old)
    if added and gone and source.container in ("jsonl", "json") and older.container in ("jsonl", "json"):
        again = [
            _hashes_of(each, _texts(each, places, rows), len(rows), _less_space)
            for each, places, rows in ((source, partial.places, added), (older, before.places, gone))
        ]
        added = [added[index] for index in unmatched(*again)[0]]
    return Rows(added, partial.rows)


def unmatched(new: Sequence[int], old: Sequence[int]) -> tuple[list[int], list[int]]:
    """Indexes of what either side has more often than the other: the last ones of those that are equal."""
    if len(new) + len(old) < SORTED_FROM:
        return _beyond(new, Counter(old)), _beyond(old, Counter(new))
    import numpy as np

    first, second = (np.asarray(side, dtype=np.int64) for side in (new, old))
    return _beyond_sorted(first, second), _beyond_sorted(second, first)


def _beyond(side: Sequence[int], others: Counter[int]) -> list[int]:
    left = dict(others)
    found = []
    for index, value in enumerate(side):
        count = left.get(value, 0)
        if count:
            left[value] = count - 1
        else:
            found.append(index)
    return found


def _beyond_sorted(side: Any, others: Any) -> list[int]:
    import numpy as np

    if not len(side):
        return []
    order = np.argsort(side, kind="stable")
    ordered = side[order]
    first = np.searchsorted(ordered, ordered, "left")
    known = np.sort(others)
    count = np.searchsorted(known, ordered, "right") - np.searchsorted(known, ordered, "left")
    found: list[int] = np.sort(order[np.arange(len(side)) - first >= count]).tolist()
    return found


def _places(source: Source, settings: Settings) -> Partial:
    """Where the rows of a file stand: a scan without rules."""
    from ftlint.engine.lint import SHARD_BYTES, Shard, gone_through
    from ftlint.read.records import shards

    plan = FilePlan(source)
    ranges = shards(source, SHARD_BYTES) or [(0, source.size)]
    cut = [Shard(plan, start, end if len(ranges) > 1 else None) for start, end in ranges]
    merged, _ = gone_through([plan], cut, settings, RuleSet(()))
    return merged[plan.path]


def _hashes(source: Source, places: Places, rows: int) -> Hashes:
    texts = (
        _values(source) if source.container in ("parquet", "arrow") else _texts(source, places, range(rows))
    )
    return _hashes_of(source, texts, rows, bytes.strip)


def _hashes_of(
    source: Source, texts: Iterable[tuple[int, bytes]], count: int, shorten: Callable[[bytes], bytes]
) -> Hashes:
    """A hash for each row; of a row that cannot be read again one that no other has."""
    found = array("q", range(count))
    head = _header(source)
    for index, text in texts:
        found[index] = hash(head + shorten(text))
    return found


def _header(source: Source) -> bytes:
    """What names the columns of a table: with another header a row says something else."""
    if source.container not in ("csv", "tsv"):
        return b""
    from ftlint.read.records import blocks

    first = next((block for block in blocks(source) if len(block.data)), None)
    return orjson.dumps(list(first.data[0])) if first is not None else b""


def _values(source: Source) -> Iterator[tuple[int, bytes]]:
    from ftlint.read.records import blocks

    option = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    for block in blocks(source):
        for row, data in zip(block.rows, block.data, strict=True):
            yield row, orjson.dumps(data, default=str, option=option)


def _texts(source: Source, places: Places, rows: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """The bytes of rows, each with its index among `rows`, as they lie in the file."""
    if source.container in ("parquet", "arrow"):
        return
    known = ((places.place(row), index) for index, row in enumerate(rows))
    wanted = sorted((place, index) for place, index in known if place is not None and place[1])
    if not source.compression and source.encoding == "utf-8" and not is_remote(source.file) and wanted:
        with (
            open(source.file, "rb") as handle,
            mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            for (offset, size), index in wanted:
                yield index, data[offset : offset + size]
        return
    from ftlint.read.open import open_stream

    stream = open_stream(source)
    try:
        held, at = b"", 0
        for (offset, size), index in wanted:
            while at + len(held) < offset + size:
                piece = stream.read(PIECE)
                if not piece:
                    break
                kept = max(0, min(len(held), offset - at))
                held, at = held[kept:] + piece, at + kept
            yield index, held[offset - at : offset - at + size]
    finally:
        stream.close()


_SPACE = re.compile(rb'("(?:[^"\\]++|\\.)*+")|[ \t\r\n]+', re.DOTALL)


def _less_space(text: bytes) -> bytes:
    """JSON less the white space between its tokens."""
    return _SPACE.sub(rb"\1", text)
