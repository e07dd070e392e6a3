"""JSON Lines of no known writer: rows of numbers, whose columns their names or the settings tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ftlint.runlogs.epochs import EpochCount
from ftlint.runlogs.lines import JsonLines
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import finite, numbers

STEPS = (
    *("step", "global_step", "trainer/global_step", "train/global_step", "eval/global_step", "current_step"),
    *("train_step", "training_step", "num_steps", "update", "num_updates", "iteration", "iter", "iter_num"),
    *("it", "_step"),
)
EPOCHS = ("epoch", "train/epoch", "eval/epoch", "epochs")
TIMES = ("_timestamp", "timestamp", "wall_time", "logged_at", "created_at", "time")
_SPLITS = ("split", "phase", "mode", "stage", "prefix", "subset", "type", "name")
_EVALS = frozenset({"val", "valid", "validation", "eval", "evaluation", "dev", "test"})
_HOISTED = ("data", "metrics", "logs", "scalars")
"""Maps inside a row whose names stand for themselves."""


class RowReader:
    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        self._lines = JsonLines(file, path)
        self._taker = RowTaker(columns)

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        grew = False
        for _, row in self._lines.more(into):
            grew = True
            self._taker.take(row, into)
        return grew


class RowTaker:
    """Takes rows one after the other; remembers where steps that begin anew in each epoch had come to."""

    def __init__(self, columns: Mapping[str, str] = {}) -> None:
        self._steps = _first(columns, "step", STEPS)
        self._epochs = _first(columns, "epoch", EPOCHS)
        self._times = _first(columns, "time", TIMES)
        self._beside = frozenset({*self._steps, *self._epochs, *self._times})
        self._rows = 0
        self._base = 0.0
        self._last: tuple[float, float] | None = None
        self._progress = EpochCount()

    def take(self, row: Mapping[str, Any], into: Recorder) -> None:
        """One row; one without a number is passed over."""
        row = _flat(row)
        values = numbers(row, self._beside)
        epoch = _said(row, self._epochs)
        step = _said(row, self._steps)
        if step is None and epoch is None:
            if not values:
                return
            into.unit = "row"
            step = float(self._rows)
        elif step is None:
            into.unit, step, epoch = "epoch", epoch, None
        else:
            step = self._onwards(step, epoch)
        self._rows += 1
        if any(str(row.get(name)).lower() in _EVALS for name in _SPLITS):
            values = {_held_out(name): each for name, each in values.items()}
        if epoch is not None and step is not None:
            for at, done in self._progress.seen(step, epoch):
                into.point("epoch", at, done)
        if step is not None:
            into.row(step, values, time_of(next((row[name] for name in self._times if name in row), None)))

    def _onwards(self, step: float, epoch: float | None) -> float:
        """The step of the run where steps count those of one epoch."""
        last, self._last = self._last, (step, epoch if epoch is not None else 0.0)
        if last is not None and epoch is not None and step < last[0] and epoch > last[1]:
            self._base += last[0]
        return self._base + step


def _held_out(name: str) -> str:
    return name if name.startswith(("eval_", "val_", "valid_")) else f"eval_{name}"


def _first(columns: Mapping[str, str], name: str, known: Iterable[str]) -> tuple[str, ...]:
    return (*((columns[name],) if name in columns else ()), *known)


def _said(row: Mapping[str, Any], names: Iterable[str]) -> float | None:
    return next((value for name in names if (value := finite(row.get(name))) is not None), None)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    flat = dict(row)
    for name in _HOISTED:
        if isinstance(inner := flat.get(name), dict):
            del flat[name]
            flat = {**inner, **flat}
    return flat


def time_of(value: Any) -> float | None:
    """Seconds since 1970 of a time as it is logged: seconds, milliseconds to nanoseconds, or ISO 8601."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).timestamp()
        except ValueError:
            return None
    seconds = finite(value)
    if seconds is None or seconds < 1e8:
        return None
    while seconds > 1e11:
        seconds /= 1e3
    return seconds
