"""Lightning's and litgpt's `metrics.csv`, and what lies beside it.

Source: lightning/fabric/loggers/csv_logs.py (2.6): columns are sorted by name; `step` counts from 0, and
`epoch` is the number of the epoch that runs, from 0. The file is written anew when a metric appears that it
has no column for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ftlint.runlogs.csv_rows import settled
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.table import Columns, TableReader, head_of, numeric

FILE = "metrics.csv"
_RATE = re.compile(r"lr-[^/]+(?:/pg(\d+))?(-momentum|-weight_decay)?")
"""What `LearningRateMonitor` writes: the optimizer, then the group of parameters."""

_LOADER = re.compile(r"(.+)/dataloader_idx_(\d+)")
_CHECKPOINT = re.compile(r".*step=(\d+)(?:[-_.].*)?\.ckpt")
_MOST_ARGUMENTS = 1 << 20


def signs(name: str, head: bytes) -> bool:
    """Whether the bytes begin what Lightning's `CSVLogger` writes."""
    table = head_of(head)
    if table is None or "step" not in table.names or not numeric(table, table.names.index("step")):
        return False
    if os.path.basename(name) == FILE:
        return True
    return "epoch" in table.names and any(
        each.endswith(("_step", "_epoch")) or _RATE.fullmatch(each) for each in table.names
    )


def plan(names: Sequence[str], into: Recorder) -> Columns:
    """The columns of its header."""
    step = names.index("step") if "step" in names else None
    epoch = names.index("epoch") if "epoch" in names else None
    found: dict[int, str] = {}
    for index, name in enumerate(names):
        if index in (step, epoch) or name in ("", "iter"):
            continue
        loader = _LOADER.fullmatch(name)
        ours = into.name(loader[1]) if loader else into.name(name)
        if loader and loader[2] != "0":
            ours = ours.replace("eval_", f"eval_loader_{loader[2]}_", 1) if ours.startswith("eval_") else name
        if (rate := _RATE.fullmatch(name)) and not rate[2] and rate[1] in (None, "1"):
            ours = "learning_rate"
        found[index] = ours
    return Columns(step=step, names=settled(found, names), epoch=epoch)


class MetricsReader(TableReader):
    """Reads the table, once the arguments beside it, and each time which checkpoints there are."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        super().__init__(file, path, plan, running_epochs=True)
        self._folder = os.path.dirname(file)
        self._known = False

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        if not self._known:
            self._known = True
            into.arguments.update(_arguments(os.path.join(self._folder, "hparams.yaml")))
        into.checkpoints |= _checkpoints(os.path.join(self._folder, "checkpoints"))
        return super().more(into)


def _checkpoints(folder: str) -> set[int]:
    try:
        names = os.listdir(folder)
    except OSError:
        return set()
    return {int(met[1]) for name in names if (met := _CHECKPOINT.fullmatch(name))}


def _arguments(file: str) -> dict[str, Any]:
    """The plain values of `hparams.yaml`; none where it is none that can be read safely."""
    if not os.path.isfile(file) or os.path.getsize(file) > _MOST_ARGUMENTS:
        return {}
    import yaml

    with open(file, encoding="utf-8", errors="replace") as stream:
        try:
            found = yaml.safe_load(stream)
        except yaml.YAMLError:
            return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(name): value
        for name, value in found.items()
        if value is None or isinstance(value, str | int | float)
    }
