"""SIGTERM, SIGINT and SIGHUP while a run trains: the step is finished and saved, then it ends."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any, Self

CAUGHT = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Signalled(BaseException):
    """A signal that came where there is no step to finish; see `raised`."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def name(self) -> str:
        return signal.Signals(self.number).name


@contextlib.contextmanager
def raised() -> Iterator[None]:
    """SIGTERM and SIGHUP raise `Signalled` meanwhile, as SIGINT raises `KeyboardInterrupt`."""

    def took(number: int, frame: FrameType | None) -> None:
        raise Signalled(number)

    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for each in (int(signal.SIGTERM), int(signal.SIGHUP)):
            if signal.getsignal(each) is signal.SIG_DFL:
                before[each] = signal.signal(each, took)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


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
            with contextlib.suppress(RuntimeError):  # it came in the midst of a write to the same stream
                self.on_first(signal.Signals(number).name)
