"""`log.jsonl`: one row for each logged step and evaluation, the same bytes whenever the run is made again.

Only the columns in `TIMES` tell of the machine; two runs of one lock are equal in all others.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAME = "log.jsonl"
TIMES = ("tokens_per_second", "seconds", "cost")


class Rows:
    """Writes the rows of a run. A row is in the file when `add` returns, on the disk after `sync`."""

    def __init__(self, folder: str | Path) -> None:
        self.path = Path(folder) / NAME
        self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)

    def back_to(self, size: int) -> None:
        """Forget what was written after the first `size` bytes: the run goes on from a checkpoint."""
        os.ftruncate(self._handle, min(size, os.fstat(self._handle).st_size))
        os.fsync(self._handle)

    def add(self, row: Mapping[str, Any]) -> None:
        # NaN and Infinity as Python's JSON has them: the readers of logs take them for what they are
        left = (json.dumps(dict(row)) + "\n").encode()
        while left:
            left = left[os.write(self._handle, left) :]

    def sync(self) -> int:
        """Bring all to the disk and give the size of the file in bytes."""
        os.fsync(self._handle)
        return os.fstat(self._handle).st_size

    def close(self) -> None:
        os.close(self._handle)


def without_times(text: str) -> list[dict[str, Any]]:
    """The rows of a log less what tells of the machine: what two runs are compared by."""
    rows = [json.loads(line) for line in text.splitlines()]
    return [{name: value for name, value in row.items() if name not in TIMES} for row in rows]
