"""Keras: what its `CSVLogger` callback writes, a row for each epoch.

Source: keras/src/callbacks/csv_logger.py (3.15): `epoch` comes first and counts from 0, then metrics by name,
those of the validation data with `val_`; what an epoch lacks is `NA`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ftlint.runlogs.csv_rows import STEPS, index_of, is_log
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.table import Columns, TableReader, head_of


def signs(name: str, head: bytes) -> bool:
    """Whether the bytes begin a table of epochs with Keras' names."""
    table = head_of(head)
    return (
        table is not None
        and table.names[0] == "epoch"
        and ("loss" in table.names or "val_loss" in table.names)
        and index_of(table.names, STEPS) is None
        and not any(each.startswith(("train_", "train/")) for each in table.names)
        and is_log(table)
    )


def plan(names: Sequence[str], into: Recorder) -> Columns:
    """The columns of its header."""
    return Columns(
        step=0,
        names={index: into.name(name) for index, name in enumerate(names) if index and name},
        unit="epoch",
    )


class HistoryReader(TableReader):
    """Reads the table."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        super().__init__(file, path, plan)
