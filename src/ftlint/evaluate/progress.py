"""One line on the terminal while models answer."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TextIO

from ftlint.report.amounts import clock as clocked
from ftlint.report.amounts import number
from ftlint.report.cells import cut
from ftlint.report.style import is_terminal

_INTERVAL = 0.2
_CLEAR = "\r\x1b[2K"


class Line:
    """Draws on `stream` where that is a terminal; `draw` is a `predict.Told`."""

    def __init__(self, stream: TextIO | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream if is_terminal(stream) and os.environ.get("TERM") != "dumb" else None
        self._clock = clock
        self._doing = ""
        self._begun = self._next = clock()

    def draw(self, doing: str, done: int, total: int) -> None:
        if self._stream is None:
            return
        now = self._clock()
        if doing != self._doing or done <= 0:
            self._doing, self._begun = doing, now
        if done >= total:
            self._write(_CLEAR)
            self._doing = ""
        elif now >= self._next:
            self._next = now + _INTERVAL
            spent = now - self._begun
            left = f" · {clocked(spent * (total - done) / done)} left" if spent > 1 and done else ""
            self._write(_CLEAR + cut(f"{doing} · {number(done)} of {number(total)} rows{left}", 78))

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:  # a terminal that has gone away is no reason to stop
            self._stream = None
