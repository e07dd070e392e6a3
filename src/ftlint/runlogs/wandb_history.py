"""W&B: the history of a run as JSON, JSON Lines or CSV, and a chart's data as CSV.

Sources: `run.history()` and `run.scan_history()` of the public API (rows with `_step`, `_runtime`,
`_timestamp`); the export of a chart, whose columns are `run - metric`, each with its `__MIN` and `__MAX`;
`transformers`' callback, which writes `train/global_step` beside each value, for `_step` counts the calls
that logged.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from ftlint.model.run_log import Damaged, Unit
from ftlint.runlogs.csv_rows import index_of, settled
from ftlint.runlogs.epochs import EpochCount
from ftlint.runlogs.lines import JsonLines
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import EvalRows, loads, number, numbers
from ftlint.runlogs.table import Columns, TableReader, head_of, numeric
from ftlint.runlogs.tail import forget

STEPS = ("train/global_step", "trainer/global_step", "global_step", "step", "iter", "_step")
"""Where a row keeps its step, the surest first."""

_EPOCHS = ("train/epoch", "epoch")
_CHART_STEPS = ("train/global_step", "trainer/global_step", "global_step", "step", "_step")
_BOUNDS = ("__MIN", "__MAX")
_TIMES = ("_timestamp", "timestamp")


def signs(name: str, head: bytes) -> bool:
    """Whether the bytes begin a table of W&B's: of a history, or of a chart."""
    table = head_of(head)
    if table is None:
        return False
    lower = {each.lower() for each in table.names}
    if {"_step"} <= lower and lower & {"_timestamp", "_runtime"}:
        return True
    step = index_of(table.names, (*_CHART_STEPS, *_EPOCHS))
    bounded = sum(each.endswith(_BOUNDS) for each in table.names)
    if step is None or not bounded or bounded * 3 < 2 * (len(table.names) - 1):
        return False
    return numeric(table, step)


class Rows:
    """Takes rows of a history."""

    def __init__(self) -> None:
        self._epochs = EpochCount()
        self._evals = EvalRows()
        self._step: str = ""
        self._last: float | None = None

    def take(self, row: Mapping[str, Any], into: Recorder) -> None:
        """Records one row."""
        step = self._step_of(row)
        if step is None:
            return
        self._last = step
        plain = {name: value for name, value in row.items() if name[:1] != "_" and not _is_media(value)}
        values = numbers(plain, frozenset({*STEPS, *_EPOCHS}))
        epoch = next((found for name in _EPOCHS if (found := number(row.get(name))) is not None), None)
        if epoch is not None:
            ends = any(name.startswith(("eval", "val")) for name in values)
            for at, done in self._epochs.seen(step, epoch, ends):
                into.point("epoch", at, done)
        into.row(step, values, number(row.get("_timestamp")))
        self._evals.add({name.replace("eval/", "eval_", 1): value for name, value in values.items()})
        into.eval_rows.update(self._evals.found())
        if "train/train_runtime" in values or "train_runtime" in values:
            into.finished = True

    def _step_of(self, row: Mapping[str, Any]) -> float | None:
        """The step by the surest name that the run has shown; a row without it belongs to the one before."""
        for name in STEPS:
            found = number(row.get(name))
            if found is not None:
                if not self._step or STEPS.index(name) <= STEPS.index(self._step):
                    self._step = name
                    return found
                return self._last
            if name == self._step:
                return self._last
        return self._last


def _is_media(value: Any) -> bool:
    return isinstance(value, dict) and "_type" in value


class HistoryReader:
    """Reads a history of JSON: lines as they come, a list or columns whole each time they change."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        self.file = file
        self.path = path
        self._rows = Rows()
        self._lines: JsonLines | None = None
        self._known: tuple[int, int] | None = None

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        if self._lines is None and not self._known and _is_lines(self.file):
            self._lines = JsonLines(self.file)
        if self._lines is not None:
            found = False
            for _, row in self._lines.more(into):
                self._rows.take(row, into)
                found = True
            return found
        status = os.stat(self.file)
        now = status.st_size, status.st_mtime_ns
        if now == self._known:
            return False
        self._known = now
        with open(self.file, "rb") as stream:
            data = stream.read()
        forget(into, self.path)
        self._rows = Rows()
        try:
            rows = _rows_of(loads(data))
        except ValueError as error:
            into.damaged.append(Damaged("truncated", self.path, f"is no whole JSON: {error}", lost=1))
            return True
        for each in rows:
            self._rows.take(each, into)
        return True


def _is_lines(file: str) -> bool:
    """Whether a file has an object on its first line, whole."""
    with open(file, "rb") as stream:
        first = stream.readline(1 << 20).strip()
        more = stream.read(1)
    if not (first.startswith(b"{") and first.endswith(b"}")):
        return False
    if more:
        return True
    try:
        row = loads(first)
    except ValueError:
        return True
    return not any(isinstance(value, dict) for value in row.values())


def _rows_of(data: Any) -> list[Mapping[str, Any]]:
    """Rows of a list, or of columns as pandas writes them (`{"loss": {"0": 2.3}}`)."""
    if isinstance(data, list):
        return [row for row in data if isinstance(row, dict)]
    if not isinstance(data, dict):
        return []
    for inner in ("history", "data", "rows"):
        if isinstance(data.get(inner), list):
            return _rows_of(data[inner])
    steps = data.get("_step")
    if isinstance(steps, list):
        lists = {name: column for name, column in data.items() if isinstance(column, list)}
        return [
            {name: column[index] for name, column in lists.items() if index < len(column)}
            for index in range(len(steps))
        ]
    if not isinstance(steps, dict):
        return [data]
    return [
        {name: column[index] for name, column in data.items() if isinstance(column, dict) and index in column}
        for index in steps
    ]


def plan(names: Sequence[str], into: Recorder) -> Columns:
    """The columns of a history's header, or of a chart's."""
    bounds = {name[: -len(bound)] for bound in _BOUNDS for name in names if name.endswith(bound)}
    if bounds:
        return _chart(names, bounds, into)
    step, epoch, time = index_of(names, STEPS), index_of(names, _EPOCHS), index_of(names, _TIMES)
    found = {
        index: into.name(name)
        for index, name in enumerate(names)
        if name[:1] not in ("", "_") and index not in (step, epoch, time) and name.lower() not in STEPS
    }
    return Columns(step=step, names=settled(found, names), epoch=epoch, time=time, carries=True)


def _chart(names: Sequence[str], shown: set[str], into: Recorder) -> Columns:
    """A chart's columns. It may show several runs: the first counts, the others are told."""
    shown = {name for name in shown if not name.rpartition(" - ")[2].startswith("_")}
    runs = list(dict.fromkeys(_run_of(name) for name in names if name in shown))
    if len(runs) > 1:
        what = f"the chart shows {len(runs)} runs; only the first is read"
        into.damaged.append(Damaged("foreign-rows", into.path, what, line=1))
    found = {
        index: into.name(name.rpartition(" - ")[2])
        for index, name in enumerate(names)
        if name in shown and _run_of(name) == runs[0]
    }
    step = index_of(names, _CHART_STEPS)
    unit: Unit = "epoch" if step is None else "step"
    step = index_of(names, _EPOCHS) if step is None else step
    return Columns(step=step, names=settled(found, names), unit=unit, carries=True)


def _run_of(name: str) -> str:
    return name.rpartition(" - ")[0]


class HistoryTableReader(TableReader):
    """Reads a history or a chart as CSV."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        super().__init__(file, path, plan)
