"""What trainers print: lines with a step and numbers by name, or rows of a `Trainer` as Python writes them.

Forms that are read, with their sources: nanoGPT `train.py` (`iter 10: loss 2.3, time 12ms, mfu 1%`, `step
250: train loss 1.2, val loss 1.4`); Megatron-LM `training.py` (`iteration 10/ 500 | lm loss: 2.3E+00 | ...`);
torchtune `metric_logging.py` (`Step 10 | loss:2.3 lr:0.1`); transformers `PrinterCallback` (`{'loss': 2.3,
'epoch': 0.5}`, from 5.0 on with values in quotes); and their kin: litgpt, mlx-lm, llm.c, torchtitan,
build-nanogpt.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from ftlint.runlogs.epochs import EpochCount
from ftlint.runlogs.names import canonical
from ftlint.runlogs.printed_rows import PrintedRows
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.step_lines import Said, said
from ftlint.runlogs.tail import Tail, back, forget, marked

_MARKUP = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ENDS = (".log", ".txt", ".out", ".err")
_ARGUMENT = re.compile(r"\s{1,8}([a-z]\w{1,60}) \.{3,} ?(\S.*)")
"""How Megatron prints its arguments."""

KIND = "text"
_METRICS = frozenset({"loss", "eval_loss", "grad_norm", "reward", "eval_accuracy", "eval_hellaswag"})
_STATED = "train loss at evals"
_FEWEST = 2
"""Lines with a step and a loss that make a text a log."""


def signs(name: str, head: bytes) -> bool:
    """Whether a text has the lines of a log: rows of a Trainer, or several with a step and a loss."""
    base = os.path.basename(name).lower()
    if not base.endswith(_ENDS) and "." in base:
        return False
    text = _MARKUP.sub("", head.replace(b"\0", b"").decode("utf-8", "replace"))
    found: set[float] = set()
    lines = 0
    for line in re.split(r"[\r\n]+", text):
        if PrintedRows.is_row(line):
            return True
        told = said(line)
        if told is not None and is_metric(told):
            lines += 1
            found.add(told.step)
    return lines >= _FEWEST and len(found) > 1


class TextReader:
    """Reads the lines of one text."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        self.file = file
        self.path = path
        self._tail = Tail(file, returns=True)
        self._marks: Mapping[str, int] | None = None
        self._begin()

    def _begin(self) -> None:
        self._printed = PrintedRows()
        self._epochs = EpochCount()
        self._first_epoch: float | None = None
        self._stated = True
        """Whether the training loss is that which evals state: no line of a single step has told it yet."""

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        found = begun = False
        for lines in self._tail.chunks():
            if not begun and self._tail.afresh:
                forget(into, self.path)
                self._begin()
            elif not begun and self._tail.again and self._marks is not None:
                back(into, self._marks)
                self._printed.back(into)
            if self._tail.loose:
                self._marks = marked(into)
                self._printed.mark()
            begun = True
            for line in lines:
                found |= self._line(_MARKUP.sub("", line) if "\x1b" in line else line, into)
        return self._printed.settle(into) or found

    def _line(self, line: str, into: Recorder) -> bool:
        if self._printed.take(line):
            return True
        told = said(line)
        if told is not None and is_metric(told):
            self._record(told, into)
            return True
        if " ..." in line and (met := _ARGUMENT.fullmatch(line.rstrip())):
            into.arguments[met[1]] = met[2]
        return False

    def _record(self, told: Said, into: Recorder) -> None:
        if not into.steps:
            into.unit = told.unit
        if told.unit != into.unit:
            return
        step, values = told.step, dict(told.values)
        if told.per_epoch and told.epoch is not None:
            if self._first_epoch is None:
                self._first_epoch = min(told.epoch, 1.0)
            step += (told.epoch - self._first_epoch) * told.per_epoch
        into.planned_steps = told.total or into.planned_steps
        into.planned_epochs = told.epochs or into.planned_epochs
        if told.epoch is not None and told.unit == "step":
            for at, done in self._epochs.seen(step, told.epoch, told.step == told.per_epoch):
                into.point("epoch", at, done)
        if told.split:
            values = {f"{told.split}_loss": values["loss"]} if "loss" in values else values
        stated = values.pop("train loss", None) if "val loss" in values else None
        alone = stated is None and any(into.name(name) == "loss" for name in values)
        if alone and self._stated:
            self._stated = False
            for store in (into.steps, into.values, into.times):
                if "loss" in store:
                    store[_STATED] = store.pop("loss")
        into.row(step, values, told.time)
        if stated is not None:
            into.point("loss" if self._stated else _STATED, step, stated, told.time)


def is_metric(told: Said) -> bool:
    """Whether a line says a loss or the like, and is no sentence that has a number in it."""
    if told.split:
        return True
    names = {canonical(name, KIND) for name in told.values}
    return any(name in _METRICS or (name.startswith("eval_") and name.endswith("_loss")) for name in names)
