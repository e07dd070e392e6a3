"""The line on the terminal while a run trains: how far, the losses, how fast, how long still, the cost."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import TextIO

from ftlint.report.amounts import clock, number
from ftlint.report.drawn import Drawn

INTERVAL = 0.2


class Line:
    """Drawn on `stream` where that is a terminal; elsewhere one line for each tenth of the run."""

    def __init__(self, stream: TextIO | None, now: Callable[[], float] = time.monotonic) -> None:
        self._line = Drawn(stream)
        self._now = now
        self._next = 0.0
        self._tenth = 0

    def draw(
        self,
        step: int,
        total: int,
        loss: float,
        evals: Mapping[str, float],
        speed: float,
        left: float,
        money: float | None,
    ) -> None:
        """Show where the run is: `speed` in tokens a second, `left` in seconds, `money` so far. NaN is what
        is not known yet."""
        if self._line.stream is None:
            return
        now = self._now()
        tenth = 10 * step // max(total, 1)
        if self._line.lives and now < self._next and step < total:
            return
        if not self._line.lives and tenth == self._tenth:
            return
        self._next, self._tenth = now + INTERVAL, tenth
        parts = [f"step {number(step)} of {number(total)}"]
        if not math.isnan(loss):
            parts.append(f"loss {loss:.4g}")
        parts += [f"{name} {value:.4g}" for name, value in evals.items()]
        if math.isfinite(speed):
            parts.append(f"{number(round(speed))} tokens/s")
        if math.isfinite(left) and step < total:
            parts.append(f"{clock(left)} left")
        if money is not None:
            parts.append(f"cost {money:.2f} so far")
        text = f"training · {' · '.join(parts)}"
        if self._line.lives:
            self._line.draw(text)
        else:
            self._line.say(text)

    def doing(self, what: str, done: int, total: int) -> None:
        """Other work of this many parts, on a terminal alone."""
        if self._line.lives and (self._now() >= self._next or done == total):
            self._next = self._now() + INTERVAL
            self._line.draw(f"{what} · {number(done)} of {number(total)}")

    def say(self, text: str) -> None:
        """One line that stays, above the one that is drawn."""
        self._line.say(text)

    def close(self) -> None:
        """Take away what is drawn."""
        self._line.clear()
