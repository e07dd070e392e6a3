"""One line on the terminal while models answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from ftlint.report.amounts import clock as clocked
from ftlint.report.amounts import number
from ftlint.report.drawn import Drawn

_INTERVAL = 0.2


class Line:
    """Draws on `stream` where that is a terminal; `draw` is a `predict.Told`."""

    def __init__(self, stream: TextIO | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._line = Drawn(stream)
        self._clock = clock
        self._doing = ""
        self._begun = self._next = clock()

    def draw(self, doing: str, done: int, total: int) -> None:
        if not self._line.lives:
            return
        now = self._clock()
        if doing != self._doing or done <= 0:
            self._doing, self._begun = doing, now
        if done >= total:
            self._line.clear()
            self._doing = ""
        elif now >= self._next:
            self._next = now + _INTERVAL
            spent = now - self._begun
            left = f" · {clocked(spent * (total - done) / done)} left" if spent > 1 and done else ""
            self._line.draw(f"{doing} · {number(done)} of {number(total)} rows{left}")
