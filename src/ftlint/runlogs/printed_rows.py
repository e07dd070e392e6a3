"""Rows that a Hugging Face `Trainer` prints: `{'loss': 2.31, 'grad_norm': 0.8, 'epoch': 0.5}`.

They say the epoch and no step. Steps are those of the progress bar beside them, where the text has one; else
epochs stand for steps, as long as they tell rows apart; else the rows are counted.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import NamedTuple

from ftlint.model.run_log import Unit
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import EvalRows, numbers

_ROW = re.compile(r"\{'(?:[^{}]|\{[^{}]*\})*\}")
_KNOWN = re.compile(
    r"\{'(?:\w*loss|reward|rewards/\w+|grad_norm|learning_rate|train_runtime|eval_\w+|epoch"
    r"|num_tokens|entropy)': "
)
_BARE = re.compile(r"(?<![\w'\"])(-?)(nan|inf)(?![\w'\"])")
_BAR = re.compile(r"\s*\d+%\|[^|]*\|\s*(\d+)/(\d+) \[\d+:\d\d(?::\d\d)?<")
"""A progress bar without a title, as that of the training is."""


class Row(NamedTuple):
    """A printed row, and what the training bar showed before and after it."""

    values: dict[str, float]
    before: float | None
    after: float | None = None


class PrintedRows:
    """Takes lines, keeps the rows among them, and records them with steps."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._bars: dict[int, int] = {}
        """Last counts of progress bars, by what they count up to."""

        self._names: set[str] = set()
        self._recorded = 0
        self._open: Mapping[str, int] | None = None
        """How far the series had come before the last row, whose step a bar may still tell."""

        self._unit: Unit = "step"
        self._marked = 0
        self._evals = EvalRows()

    @staticmethod
    def is_row(line: str) -> bool:
        """Whether a line has such a row."""
        return "{'" in line and _KNOWN.search(line) is not None

    def take(self, line: str) -> bool:
        """Takes a line; whether it holds a row."""
        found = False
        place = 0
        if self.is_row(line):
            for met in _ROW.finditer(line):
                self._bar(line[place : met.start()])
                place = met.end()
                if (values := _values(met[0])) is not None:
                    self._rows.append(Row(values, self._count()))
                    found = True
        if "/" in line:
            self._bar(line[place:])
        return found

    def _bar(self, text: str) -> None:
        if (met := _BAR.match(text)) is None:
            return
        count, total = int(met[1]), int(met[2])
        if count <= total:
            self._bars[total] = count
            if self._rows and self._rows[-1].after is None and total == self._training():
                self._rows[-1] = self._rows[-1]._replace(after=float(count))

    def _training(self) -> int:
        """What the bar of the training counts up to: it is the first there is."""
        return next(iter(self._bars), 0)

    def _count(self) -> float | None:
        total = self._training()
        return float(self._bars[total]) if total else None

    def mark(self) -> None:
        """What is taken from now on may be taken back."""
        self._marked = len(self._rows)

    def back(self, into: Recorder) -> None:
        """Takes back the rows since the mark."""
        del self._rows[self._marked :]
        self._forget(into)

    def _forget(self, into: Recorder) -> None:
        self._recorded, self._open, self._evals = 0, None, EvalRows()
        for name in self._names:
            for kept in (into.steps, into.values, into.times):
                kept.pop(name, None)

    def settle(self, into: Recorder) -> bool:
        """Records the rows taken since, all anew where steps are counted otherwise by now; whether any."""
        if not self._rows:
            return False
        if (unit := self._unit_now()) != self._unit:
            self._forget(into)
        self._unit = into.unit = unit
        if unit == "step":
            into.planned_steps = self._training()
        if self._open is not None and self._rows[self._recorded - 1].after is not None:
            self._recorded -= 1
            for name in self._names & into.steps.keys():
                for kept in (into.steps, into.values):
                    del kept[name][self._open.get(name, 0) :]
        if self._recorded == len(self._rows):
            return False
        for index in range(self._recorded, len(self._rows)):
            self._open = {name: len(into.steps[name]) for name in self._names & into.steps.keys()}
            self._record(index, into)
        if self._rows[-1].after is not None:
            self._open = None
        self._recorded = len(self._rows)
        into.eval_rows.update(self._evals.found())
        return True

    def _record(self, index: int, into: Recorder) -> None:
        values = dict(self._rows[index].values)
        summary = "train_runtime" in values
        step = self._step(index)
        if summary or self._unit == "epoch":
            values.pop("epoch", None)
        if summary:
            into.finished = True
        for raw, value in values.items():
            # What sums the run up has names that mean something else in other rows.
            name = raw if summary else into.name(raw)
            self._names.add(name)
            into.point(name, step, value)
        self._evals.add(values)

    def _step(self, index: int) -> float:
        row = self._rows[index]
        if self._unit == "step":
            return row.after if row.after is not None else row.before or 0.0
        if self._unit == "epoch":
            return row.values.get("epoch", 0.0)
        return float(sum("loss" in each.values for each in self._rows[: index + 1]))

    def _unit_now(self) -> Unit:
        trained = [row for row in self._rows if "loss" in row.values]
        shown = [row.after if row.after is not None else row.before for row in trained]
        if self._bars and all(count is not None for count in shown) and len(set(shown)) == len(shown):
            return "step"
        epochs = [row.values.get("epoch") for row in trained]
        if all(epoch is not None for epoch in epochs) and len(set(epochs)) == len(epochs):
            return "epoch"
        return "row"


def _values(text: str) -> dict[str, float] | None:
    try:
        row = ast.literal_eval(_BARE.sub(r"'\1\2'", text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return numbers(row, frozenset()) if isinstance(row, dict) else None
