"""One line on the terminal while work lasts: how far, how fast, how long still."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from ftlint.report.amounts import clock, number, size
from ftlint.report.drawn import Drawn

_PATIENCE = 2.0
_INTERVAL = 0.1


class Progress:
    """Draws on `stream` where that is a terminal and the work has lasted two seconds; else does nothing."""

    def __init__(
        self, total_bytes: int, stream: TextIO | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._line = Drawn(stream)
        self._total = total_bytes
        self._clock = clock
        self._begun = clock()
        self._next = self._begun + _PATIENCE
        self._bytes = 0
        self._rows = 0

    def advance(self, bytes: int, rows: int) -> None:
        self._bytes += bytes
        self._rows += rows
        if not self._line.lives:
            return
        now = self._clock()
        if now >= self._next or (self._line.drawn and self._all_read):
            self._next = now + _INTERVAL
            self._draw(now - self._begun)

    @property
    def _all_read(self) -> bool:
        return self._bytes >= self._total > 0

    def close(self) -> None:
        self._line.clear()
        self._line.lives = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _draw(self, elapsed: float) -> None:
        parts = [f"{number(self._rows)} rows", f"{number(round(self._rows / elapsed))} rows/s"]
        # What is read can pass the size on disk where files are compressed.
        if 0 < self._bytes < self._total:
            left = elapsed * (self._total - self._bytes) / self._bytes
            parts.insert(0, f"{100 * self._bytes // self._total}% of {size(self._total)}")
            parts.append(f"{clock(left)} left")
        doing = "comparing rows" if self._all_read else "checking"
        self._line.draw(f"{doing} · {' · '.join(parts)}")
