"""Tables of metrics: a row of names, then a row of numbers for each time something was logged."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from math import isfinite
from typing import NamedTuple

from ftlint.model.run_log import Damaged, Unit
from ftlint.read.magic import encoding
from ftlint.runlogs.epochs import EpochCount
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.tail import Tail, back, forget, marked

DELIMITERS = ",;\t"
_BLANK = frozenset({"", "na", "n/a", "none", "null", "-"})
_TENSOR = re.compile(r"tensor\(\s*([^,()]+?)\s*[,)]", re.IGNORECASE)
_MOST_TOLD = 20
_FEWEST = 0.7
"""The share of rows with a number that makes a column one of numbers; logs have broken rows."""


class Columns(NamedTuple):
    """What the columns of a table are. Indices into the header; `step` None counts the rows."""

    step: int | None
    names: Mapping[int, str]
    """Canonical names by column."""

    unit: Unit = "step"
    epoch: int | None = None
    time: int | None = None
    clock: float = 1.0
    """Units of the time column in one second."""

    carries: bool = False
    """Whether a row without a step belongs to the one before."""


class Head(NamedTuple):
    """The header of a table and the rows after it that are near."""

    names: tuple[str, ...]
    delimiter: str
    rows: tuple[tuple[str, ...], ...] = ()


def head_of(head: bytes, rows: int = 24) -> Head | None:
    """The header and the first rows of what may be a table of metrics; None where it cannot be one."""
    code, start = encoding(head)
    text = head[start:].decode(code, "replace").removeprefix("\ufeff")
    lines = text.splitlines()[: rows + 1]
    if not lines or len(lines[0]) > 1 << 15:
        return None
    if len(head) >= 1 << 16 and len(lines) <= rows:
        lines = lines[:-1] or lines
    delimiter = max(DELIMITERS, key=lines[0].count)
    try:
        parsed = [tuple(cell.strip() for cell in row) for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error:
        return None
    names = parsed[0] if parsed else ()
    if len(names) < 2 or any(number(name) is not None for name in names):
        return None
    return Head(names, delimiter, tuple(row for row in parsed[1:] if len(row) == len(names)))


def number(cell: str, comma: bool = False) -> float | None:
    """The number in a cell, None where there is none; `comma` says that one may stand for the point."""
    try:
        return float(cell)
    except ValueError:
        pass
    cell = cell.strip()
    if cell.lower() in _BLANK:
        return None
    if met := _TENSOR.match(cell):
        return number(met[1])
    if comma and "," in cell and "." not in cell:
        return number(cell.replace(",", ".", 1))
    return None


def numeric(head: Head, column: int) -> bool:
    """Whether a column holds numbers, or nothing, in nearly all rows that are near."""
    comma = head.delimiter == ";"
    good = sum(number(row[column], comma) is not None or _blank(row[column]) for row in head.rows)
    return good >= _FEWEST * len(head.rows)


def _blank(cell: str) -> bool:
    return cell.strip().lower() in _BLANK


class TableReader:
    """Reads one table, whose columns `plan` explains once the header is there."""

    def __init__(
        self,
        file: str,
        path: str,
        plan: Callable[[Sequence[str], Recorder], Columns],
        *,
        running_epochs: bool = False,
    ) -> None:
        self.file = file
        self.path = path
        self._tail = Tail(file)
        self._plan = plan
        self._running = running_epochs
        self._loose: tuple[Mapping[str, int], int, EpochCount] | None = None
        self._torn: Damaged | None = None
        self._begin()

    def _begin(self) -> None:
        self._header: list[str] | None = None
        self._columns = Columns(None, {})
        self._epochs = EpochCount(running=self._running)
        self._ending: frozenset[int] = frozenset()
        self._rows = 0
        self._last: float | None = None
        self._odd = 0
        self._delimiter = ","

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        found = False
        for lines in self._tail.chunks():
            if not found and self._tail.afresh:
                self.restart(into)
            elif not found and self._tail.again and self._loose is not None:
                marks, self._rows, self._epochs = self._loose
                back(into, marks)
                if self._torn in into.damaged:
                    into.damaged.remove(self._torn)
            self._loose = (marked(into), self._rows, deepcopy(self._epochs)) if self._tail.loose else None
            found = True
            self.take(lines, into, self._tail.line - len(lines) + 1)
        return found

    def restart(self, into: Recorder) -> None:
        """The table is told from its header again."""
        forget(into, self.path)
        self._begin()

    def take(self, lines: list[str], into: Recorder, line: int) -> None:
        """Records lines, of which the first has this number."""
        if self._header is None:
            while lines and not lines[0].strip():
                lines = lines[1:]
                line += 1
            if not lines or self._tail.loose:
                return
            self._delimiter = max(DELIMITERS, key=lines[0].count)
        rows = csv.reader((each.replace("\0", "") for each in lines), delimiter=self._delimiter)
        while True:
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                self._tell(into, line + rows.line_num - 1, str(error))
                continue
            if not any(row):
                continue
            if self._header is None:
                self._header = [name.strip() for name in row]
                self._columns = self._plan(self._header, into)
                self._ending = frozenset(
                    index
                    for index, name in self._columns.names.items()
                    if name.startswith("eval_") or name == "loss_epoch"
                )
                into.unit = self._columns.unit
            elif what := self._row(row, self._header, into):
                self._tell(into, line + rows.line_num - 1, what)

    def _row(self, row: list[str], header: list[str], into: Recorder) -> str:
        """Records a row; what is wrong with it, "" for nothing."""
        columns, comma = self._columns, self._delimiter == ";"
        if len(row) != len(header):
            return f"has {len(row)} cells under {len(header)} columns"
        if row[0].strip() == header[0] and [cell.strip() for cell in row] == header:
            return ""
        step = float(self._rows) if columns.step is None else number(row[columns.step], comma)
        self._rows += 1
        values = [
            (index, name, value)
            for index, name in columns.names.items()
            if (cell := row[index]) and (value := number(cell, comma)) is not None
        ]
        if step is None and columns.carries:
            step = self._last
        if step is None or not isfinite(step):
            return "has no step" if values else ""
        self._last = step
        time = number(row[columns.time], comma) if columns.time is not None else None
        if time is not None:
            time /= columns.clock
        if columns.epoch is not None and (epoch := number(row[columns.epoch], comma)) is not None:
            ends = any(index in self._ending for index, _, _ in values)
            for at, done in self._epochs.seen(step, epoch, ends):
                into.point("epoch", at, done)
        for _, name, value in values:
            into.point(name, step, value, time)
        return ""

    def _tell(self, into: Recorder, line: int, what: str) -> None:
        if self._tail.loose:
            self._torn = Damaged("truncated", self.path, "breaks off in the last row", line=line, lost=1)
            into.damaged.append(self._torn)
            return
        self._odd += 1
        if self._odd <= _MOST_TOLD:
            into.damaged.append(Damaged("unreadable-rows", self.path, what, line=line, lost=1))
