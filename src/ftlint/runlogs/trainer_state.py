"""Hugging Face Trainer: `trainer_state.json`, and its `log_history` alone, as a list or in a map."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ftlint.model.run_log import Damaged
from ftlint.runlogs.document import Document, Grown, entries
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import EvalRows, finite, number, numbers

_STEP = frozenset({"step"})
_ARGUMENTS = (
    *("logging_steps", "eval_steps", "save_steps", "train_batch_size", "max_steps", "num_train_epochs"),
    *("global_step", "best_metric", "best_global_step", "best_model_checkpoint", "num_input_tokens_seen"),
)


class StateReader:
    """The state is written anew at each save: what was not there the last time is taken."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        self.path = path
        self._document = Document(file, path)
        self._grown = Grown()
        self._step: float | None = None

    def more(self, into: Recorder) -> bool:
        """See `Reader`. While the file is being replaced, what was read before stands."""
        if not self._document.changed(into):
            return False
        state = self._document.loaded
        if self._document.broken is not None:
            state = _salvaged(self._document.broken)
            if len(_history(state)) < len(self._grown.rows):
                return True
        rows = state if isinstance(state, list) else _history(state)
        if isinstance(state, dict):
            _take_state(state, into)
        before, new = self._grown.new(rows)
        self._take_rows(new, before, into)
        evals = EvalRows()
        for row in rows:
            if isinstance(row, dict):
                evals.add(row)
        into.eval_rows.update(evals.found())
        return True

    def _take_rows(self, rows: Sequence[Any], before: int, into: Recorder) -> None:
        """Rows of the history; one without a step belongs to the step before it."""
        for index, row in enumerate(rows, before):
            if not isinstance(row, dict):
                what = f"entry {index} of log_history is no object"
                into.damaged.append(Damaged("foreign-rows", self.path, what, lost=1))
                continue
            said = finite(row.get("step"))
            if said is None:
                said = self._step if self._step is not None else float(index)
            self._step = said
            values = numbers(row, _STEP)
            into.row(said, values)
            if "train_runtime" in values:
                into.finished = True


def _history(state: Any) -> list[Any]:
    rows = state.get("log_history") if isinstance(state, dict) else None
    return rows if isinstance(rows, list) else []


def _take_state(state: Mapping[str, Any], into: Recorder) -> None:
    """What the state says of the run as a whole."""
    planned, epochs = finite(state.get("max_steps")), finite(state.get("num_train_epochs"))
    reached = finite(state.get("global_step"))
    if planned and planned > 0:
        into.planned_steps = int(planned)
        if reached and reached >= planned:
            into.finished = True
    if epochs and epochs > 0:
        into.planned_epochs = epochs
    for name in _ARGUMENTS:
        if state.get(name) is not None:
            into.arguments[name] = state[name]
    callbacks = state.get("stateful_callbacks")
    stopping = callbacks.get("EarlyStoppingCallback") if isinstance(callbacks, dict) else None
    given = stopping.get("args") if isinstance(stopping, dict) else None
    if isinstance(stopping, dict) and isinstance(given, dict):
        into.arguments.update(
            {name: value for name, value in given.items() if name.startswith("early_stopping_")}
        )
        patience, counted = given.get("early_stopping_patience"), stopping.get("attributes")
        counter = counted.get("early_stopping_patience_counter") if isinstance(counted, dict) else None
        if isinstance(patience, int) and isinstance(counter, int) and counter >= patience:
            into.finished = True


def _salvaged(data: bytes) -> dict[str, Any]:
    """What of a state that breaks off can still be read: its whole rows, and the numbers before them."""
    rows, before = entries(data, r'"log_history"\s*:\s*\[|\A\ufeff?\s*\[')
    head = {name: number(value) for name, value in re.findall(r'"(\w+)"\s*:\s*(-?\d[\d.eE+-]*)\s*,', before)}
    return {**head, "log_history": rows}
