"""Where shards are scanned. Every executor hands results back in the order of the shards, nothing else."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial as bound
from typing import Any, Protocol, TypeVar

Shard = TypeVar("Shard")
Partial = TypeVar("Partial")
Item = TypeVar("Item")
Out = TypeVar("Out")


class Executor(Protocol):
    shuffles: bool
    """Whether it has machines that rows are better moved between than gathered in one."""

    def map(self, work: Callable[[Shard], Partial], shards: Sequence[Shard]) -> Iterable[Partial]:
        """`work` of every shard, in order."""
        ...

    def exchange(
        self,
        write: Callable[[Item], list[bytes]],
        items: Sequence[Item],
        parts: int,
        read: Callable[[int, list[bytes]], Out],
    ) -> Iterable[Out]:
        """`write` cuts each item into `parts` pieces; `read(p, pieces)` gets piece p of every item.

        Pieces come in the order of the items, outputs in that of the parts: rows sorted by key across
        shards, where each part holds some of the keys.
        """
        ...


class Serial:
    shuffles = False

    def map(self, work: Callable[[Shard], Partial], shards: Sequence[Shard]) -> Iterable[Partial]:
        return map(work, shards)

    def exchange(
        self,
        write: Callable[[Item], list[bytes]],
        items: Sequence[Item],
        parts: int,
        read: Callable[[int, list[bytes]], Out],
    ) -> Iterable[Out]:
        written = [pieces_of(write, parts, item) for item in items]
        for part in range(parts):
            pieces = [row[part] for row in written]
            for row in written:
                row[part] = b""  # what was read is no longer held
            yield read(part, pieces)


TASKS_A_WORKER = 64
"""Shards are handed out in at most so many runs for each worker: 10,000 small files are not 10,000 tasks."""


class Processes:
    """Forked worker processes: they inherit the plan and send back measures and findings."""

    shuffles = False

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def map(self, work: Callable[[Shard], Partial], shards: Sequence[Shard]) -> Iterable[Partial]:
        if not shards:
            return
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        _INHERITED.append((work, shards))
        try:
            context = get_context("fork")
            with ending(), ProcessPoolExecutor(min(self.jobs, len(shards)), mp_context=context) as pool:
                step = max(1, len(shards) // (self.jobs * TASKS_A_WORKER))
                call = len(_INHERITED) - 1
                runs = [range(first, min(first + step, len(shards))) for first in range(0, len(shards), step)]
                pending = [pool.submit(_inherited_work, call, run) for run in runs]
                pending.reverse()
                try:
                    while pending:
                        yield from pending.pop().result()
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        finally:
            _INHERITED.pop()

    def exchange(
        self,
        write: Callable[[Item], list[bytes]],
        items: Sequence[Item],
        parts: int,
        read: Callable[[int, list[bytes]], Out],
    ) -> Iterable[Out]:
        """Readers are forked when all is written: they inherit their pieces."""
        written = list(self.map(bound(pieces_of, write, parts), items))
        yield from self.map(lambda part: read(part, [row[part] for row in written]), range(parts))


@contextmanager
def ending() -> Iterator[None]:
    """Makes an order to terminate end this process as an interrupt does: its workers and files go, too."""
    import signal
    import threading

    def end(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def pieces_of(write: Callable[[Item], list[bytes]], parts: int, item: Item) -> list[bytes]:
    """An item as `write` cuts it. Raises `ValueError` where those are not `parts` pieces."""
    pieces = list(write(item))
    if len(pieces) != parts:
        raise ValueError(f"an item was written as {len(pieces)} pieces, not {parts}")
    return pieces


_INHERITED: list[tuple[Callable[[Any], Any], Sequence[Any]]] = []


def _inherited_work(call: int, run: range) -> list[Any]:
    work, shards = _INHERITED[call]
    return [work(shards[index]) for index in run]


SERIAL_BELOW = 32 << 20
"""Bytes of input under which starting workers costs more than it saves."""


def executor_for(jobs: int, size: int, name: str = "", address: str = "") -> Executor:
    """The executor for `size` bytes of input; `jobs` 0 means one per core, 1 none.

    `name` is one of `serial`, `processes` and `ray`, or "" for what suits the size; `address` is Ray's.
    """
    wanted = jobs or available_cores()
    if name == "ray":
        from ftlint.engine.ray import Ray

        return Ray(address, wanted)
    asked = jobs or name == "processes"
    if name == "serial" or wanted <= 1 or (size < SERIAL_BELOW and not asked) or not hasattr(os, "fork"):
        return Serial()
    return Processes(wanted)


def available_cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
