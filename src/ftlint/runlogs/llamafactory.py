"""LLaMA-Factory: `trainer_log.jsonl`, a row per log with the steps so far and those planned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ftlint.runlogs.lines import JsonLines
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import finite, numbers

_BESIDE = frozenset({"current_steps", "total_steps", "percentage", "elapsed_time", "remaining_time"})
_NAMES = {"accuracy": "rewards/accuracies", "lr": "learning_rate"}
"""What some of its names are in the Trainer's own log (src/llamafactory/train/callbacks.py)."""

_ELAPSED = re.compile(r"(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)")


class LogReader:
    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        self._lines = JsonLines(file, path)

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        grew = False
        for _, row in self._lines.more(into):
            grew = True
            _take(row, into)
        return grew


def _take(row: Mapping[str, Any], into: Recorder) -> None:
    step = finite(row.get("current_steps"))
    if step is None:
        return
    values = numbers(row, _BESIDE)
    for old, new in _NAMES.items():
        if old in values:
            values[new] = values.pop(old)
    if (seconds := _seconds(row.get("elapsed_time"))) is not None:
        values["elapsed_seconds"] = seconds
    into.row(step, values)
    planned = finite(row.get("total_steps"))
    if planned and planned > 0:
        into.planned_steps = int(planned)
        if step >= planned:
            into.finished = True


def _seconds(elapsed: Any) -> float | None:
    """`1 day, 2:03:04` in seconds."""
    met = _ELAPSED.match(elapsed) if isinstance(elapsed, str) else None
    if met is None:
        return None
    days, hours, minutes, seconds = (int(each or 0) for each in met.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60.0 + seconds
