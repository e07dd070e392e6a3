"""Where shards are scanned. Every executor hands results back in the order of the shards, nothing else."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

Shard = TypeVar("Shard")
Partial = TypeVar("Partial")


class Executor(Protocol):
    def map(self, work: Callable[[Shard], Partial], shards: Sequence[Shard]) -> Iterable[Partial]:
        """`work` of every shard, in order."""
        ...


class Serial:
    def map(self, work: Callable[[Shard], Partial], shards: Sequence[Shard]) -> Iterable[Partial]:
        return map(work, shards)


TASKS_A_WORKER = 64
"""Shards are handed out in at most so many runs for each worker: 10,000 small files are not 10,000 tasks."""


class Processes:
    """Forked worker processes: they inherit the plan and send back measures and findings."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def map(self, work: Callable[[Shard], Partial], shards: Sequence[Shard]) -> Iterable[Partial]:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        _INHERITED.append((work, shards))
        try:
            context = get_context("fork")
            with ProcessPoolExecutor(min(self.jobs, len(shards)), mp_context=context) as pool:
                step = max(1, len(shards) // (self.jobs * TASKS_A_WORKER))
                call = len(_INHERITED) - 1
                runs = [range(first, min(first + step, len(shards))) for first in range(0, len(shards), step)]
                pending = [pool.submit(_inherited_work, call, run) for run in runs]
                pending.reverse()
                while pending:
                    yield from pending.pop().result()
        finally:
            _INHERITED.pop()


_INHERITED: list[tuple[Callable[[Any], Any], Sequence[Any]]] = []


def _inherited_work(call: int, run: range) -> list[Any]:
    work, shards = _INHERITED[call]
    return [work(shards[index]) for index in run]


SERIAL_BELOW = 32 << 20
"""Bytes of input under which starting workers costs more than it saves."""


def executor_for(jobs: int, size: int) -> Executor:
    """The executor for `size` bytes of input; `jobs` 0 means one per core, 1 none."""
    wanted = jobs or available_cores()
    if wanted <= 1 or (size < SERIAL_BELOW and not jobs) or not hasattr(os, "fork"):
        return Serial()
    return Processes(wanted)


def available_cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
