"""CSV and TSV tables of no known writer: columns are told by their names, or by the settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from ftlint.model.run_log import Unit
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.table import Columns, Head, TableReader, head_of, number, numeric

STEPS = (
    *("global_step", "trainer/global_step", "train/global_step", "current_steps", "step", "steps"),
    *("step_num", "training_step", "train_step", "iter", "iteration", "iterations", "iter_num", "_step"),
    *("batch", "update"),
)
"""What a column of steps is called, the surest first."""

EPOCHS = ("train/epoch", "epoch", "epochs")
_TIMES = ("_timestamp", "timestamp", "wall_time", "wall time", "walltime", "created_at")
_BESIDE = frozenset(
    {"_runtime", "relative_time", "relative time", "time", "elapsed", "elapsed_time", "index", ""}
)
_LOSS = re.compile(
    r"(?:.*[^a-z0-9])?(?:loss|nll|cross_entropy|perplexity|ppl|reward)(?:[^a-z0-9].*)?", re.IGNORECASE
)
_FEWEST = 0.8
"""The share of rows that go on from the row before, by step, below which a table is none of one run."""


def signs(name: str, head: bytes) -> bool:
    """Whether the bytes begin a table with a column of steps or epochs and one of a loss, all numbers."""
    table = head_of(head)
    return table is not None and is_log(table)


def is_log(table: Head) -> bool:
    """Whether a table logs one run: steps that ascend, and a loss, a perplexity or a reward beside them."""
    step = index_of(table.names, STEPS)
    step = index_of(table.names, EPOCHS) if step is None else step
    losses = [index for index, name in enumerate(table.names) if _LOSS.fullmatch(name) and index != step]
    if step is None or not losses or not all(numeric(table, column) for column in (step, *losses)):
        return False
    steps = [value for row in table.rows if (value := number(row[step], table.delimiter == ";")) is not None]
    if len(steps) < 3:
        return True
    going_on = sum(low <= high for low, high in pairwise(steps))
    return len(set(steps)) > 1 and going_on >= _FEWEST * (len(steps) - 1)


def index_of(names: Sequence[str], wanted: Iterable[str]) -> int | None:
    """The column that has the first of some names, whatever the case of its letters."""
    lower = [name.lower() for name in names]
    return next((lower.index(name) for name in wanted if name in lower), None)


def plan_by(columns: Mapping[str, str]) -> Callable[[Sequence[str], Recorder], Columns]:
    """What explains a header where the settings call some columns by their canonical names."""

    def plan(names: Sequence[str], into: Recorder) -> Columns:
        found = ((_given(names, theirs), ours) for ours, theirs in columns.items())
        given = {index: ours for index, ours in found if index is not None}
        said = {ours: index for index, ours in given.items()}
        step = said.get("step", index_of(names, STEPS))
        epoch = said.get("epoch", index_of(names, EPOCHS))
        time = said.get("time", index_of(names, _TIMES))
        unit: Unit = "step" if step is not None else "epoch" if epoch is not None else "row"
        counted = {step, epoch, time}
        rest = {
            index: given.get(index) or into.name(name)
            for index, name in enumerate(names)
            if index in given or (name.lower() not in _BESIDE and name.lower() not in STEPS)
        }
        return Columns(
            step=epoch if step is None else step,
            names=settled({index: name for index, name in rest.items() if index not in counted}, names),
            unit=unit,
            epoch=epoch if step is not None else None,
            time=time,
        )

    return plan


def _given(names: Sequence[str], wanted: str) -> int | None:
    return names.index(wanted) if wanted in names else index_of(names, (wanted.lower(),))


def settled(columns: Mapping[int, str], raw: Sequence[str]) -> dict[int, str]:
    """One column for each canonical name; others of that name stay as they are written.

    Of training metrics the one of steps counts, of eval metrics the one of epochs; else the first. A loss
    that stands for whole epochs alone is the training loss.
    """
    found: dict[int, str] = {}
    for index in sorted(columns, key=lambda index: _rank(columns[index], raw[index])):
        name = columns[index]
        found[index] = name if name not in found.values() else raw[index]
    if "loss" not in found.values():
        found = {index: "loss" if name == "loss_epoch" else name for index, name in found.items()}
    return dict(sorted(found.items()))


def _rank(name: str, raw: str) -> bool:
    return raw.endswith("_step") if name.startswith("eval_") else raw.endswith("_epoch")


class RowReader(TableReader):
    """Reads a table of no known writer."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        super().__init__(file, path, plan_by(columns))
