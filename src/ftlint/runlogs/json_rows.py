"""JSON of no known writer: a list of rows, or a map of lists as Keras' `History.history` is dumped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ftlint.model.run_log import Damaged
from ftlint.runlogs.document import Document, Grown, entries
from ftlint.runlogs.jsonl_rows import EPOCHS, STEPS, RowTaker
from ftlint.runlogs.recorder import Recorder

_HOLDING = ("metrics", "history", "data", "rows", "logs", "records", "log", "train_log")


def rows_in(document: Any) -> list[Any]:
    """The rows of a document: a list, one that a map holds, or columns put side by side."""
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        return []
    for name in _HOLDING:
        inner = document.get(name)
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            return inner
        if isinstance(inner, dict) and (rows := _beside(inner)):
            return rows
    return _beside(document)


def _beside(columns: Mapping[str, Any]) -> list[Any]:
    """Rows of columns that are lists of numbers; where none counts, they count epochs from 0."""
    lists = {name: each for name, each in columns.items() if isinstance(each, list) and _numbers(each)}
    if not lists:
        return []
    longest = max(map(len, lists.values()))
    counted = any(name in lists for name in (*STEPS, *EPOCHS))
    rows: list[Any] = []
    for index in range(longest):
        row = {name: each[index] for name, each in lists.items() if index < len(each)}
        rows.append(row if counted else {"epoch": index, **row})
    return rows


def _numbers(values: Sequence[Any]) -> bool:
    return bool(values) and all(value is None or isinstance(value, int | float) for value in values)


class DocumentReader:
    """Reads the rows of such a document; of one that is written anew, those that are new."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        self.path = path
        self._document = Document(file, path)
        self._grown = Grown()
        self._taker = RowTaker(columns)

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        if not self._document.changed(into):
            return False
        rows = rows_in(self._document.loaded)
        if self._document.broken is not None:
            rows, _ = entries(self._document.broken, r'\A\ufeff?\s*(?:\{\s*"\w+"\s*:\s*)?\[')
            if len(rows) < len(self._grown.rows):
                return True
        before, new = self._grown.new(rows)
        for index, row in enumerate(new, before):
            if isinstance(row, dict):
                self._taker.take(row, into)
            else:
                what = f"entry {index} is no object"
                into.damaged.append(Damaged("foreign-rows", self.path, what, lost=1))
        return True
