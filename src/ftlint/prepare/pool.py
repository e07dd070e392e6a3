"""Work spread over processes, handed back in order, with only so much of it under way."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")

AHEAD = 2
"""Pieces under way for each process: what is done waits in memory for its turn."""

_WORK: list[Callable[[Any], Any]] = []


def in_order(
    work: Callable[[Item], Done], items: Iterable[Item], jobs: int, *, forks_bare: bool = False
) -> Iterator[Done]:
    """`work` of each item, in order; 1 job does it here. `items` are read no further than needed.

    The first item is done here, so that the processes share what that loads; not with `forks_bare`, for work
    that starts threads: a forked process has their locks, and waits for them for ever.
    """
    items = iter(items)
    if jobs <= 1 or not hasattr(os, "fork"):
        yield from map(work, items)
        return
    yield from map(work, islice(items, 0 if forks_bare else 1))
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing import get_context

    from ftlint.engine.executors import ending

    _WORK.append(work)
    try:
        with (
            ending(),
            ProcessPoolExecutor(
                jobs, mp_context=get_context("fork"), initializer=_follow, initargs=(os.getpid(),)
            ) as pool,
        ):
            pending: deque[Future[Done]] = deque()
            try:
                for item in items:
                    pending.append(pool.submit(_one, item))
                    if len(pending) >= jobs * AHEAD:
                        yield pending.popleft().result()
                while pending:
                    yield pending.popleft().result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    finally:
        _WORK.pop()


def _one(item: Any) -> Any:
    return _WORK[-1](item)


def _follow(parent: int) -> None:
    """Ends this process when the one that started it is gone: killed, it cannot tell its workers."""
    import threading
    import time

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
