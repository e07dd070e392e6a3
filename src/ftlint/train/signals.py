"""SIGTERM, SIGINT and SIGHUP while a run trains: the step is finished and saved, then it ends."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

CAUGHT = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Signals:
    """As a context: `received` is the number of the signal that came, None before. A second one ends the
    process as if nobody had listened. `on_first` is called with the name of the first."""

    def __init__(self, on_first: Callable[[str], None] | None = None) -> None:
        self.received: int | None = None
        self.on_first = on_first
        self._before: dict[int, Any] = {}

    @property
    def name(self) -> str:
        return signal.Signals(self.received).name if self.received else ""

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for each in CAUGHT:
                if signal.getsignal(each) is signal.SIG_IGN:  # nohup; a job in the background
                    continue
                self._before[each] = signal.signal(each, self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._back()

    def _back(self) -> None:
        while self._before:
            each, handler = self._before.popitem()
            signal.signal(each, handler if handler is not None else signal.SIG_DFL)

    def _take(self, number: int, frame: FrameType | None) -> None:
        self.received = number
        self._back()
        if self.on_first is not None:
            self.on_first(signal.Signals(number).name)
