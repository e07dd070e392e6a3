"""Shards as tasks of a Ray cluster, for data past one machine. No other module imports ray."""

import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial as bound
from typing import Any, TypeVar

from ftlint import __version__
from ftlint.engine.executors import pieces_of
from ftlint.model import FtlintError, MissingExtraError

Item = TypeVar("Item")
Out = TypeVar("Out")

IN_FLIGHT = 4
"""Tasks handed to the cluster at once for each of its CPUs; what they yield may wait in the object store."""

RETRIES = 3
"""How often a task is done again after its worker or node has died; an exception of the work is final."""

TASKS_A_CPU = 64
ITEMS_A_TASK = 32
"""Items go out in runs: 10,000 small files are not 10,000 tasks. A run's results come back in one piece."""

MOST_WRITES = 2_000
MOST_PIECES = 100_000
"""An exchange makes at most so many pieces (write tasks x parts): the driver keeps 2.5 KB about each."""

INLINE = 8 << 10
"""Bytes up to which a result rides in the answer to the driver (Ray: 100 KB); others stay on the node."""

ANSWER_WITHIN = 10.0
"""Seconds to reach the cluster's address. Ray itself tries one without a listener for seven minutes."""

MISMATCH = "ftlint versions differ"

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",  # else the death of a worker is told on standard output, amid a report
    "RAY_task_oom_retries": str(RETRIES),  # else a task that never fits in memory is tried for ever
}


class Ray:
    """Tasks on the cluster at `address` ("auto": the one of this node), or on a local Ray of `jobs` CPUs."""

    shuffles = True

    def __init__(self, address: str = "", jobs: int = 1) -> None:
        self.address = address
        self.jobs = jobs
        self.started = False

    def map(self, work: Callable[[Item], Out], items: Sequence[Item]) -> Iterable[Out]:
        """`work` of every item, in order. Raises what the work raises, `FtlintError` for a fault of Ray."""
        if not items:
            return
        cpus = self.connect()
        step = min(ITEMS_A_TASK, max(1, len(items) // (cpus * TASKS_A_CPU)))
        task = self._task(bound(_map_run, work))
        for results in self._in_order((task(run) for run in _runs(items, step)), cpus):
            yield from results

    def exchange(
        self,
        write: Callable[[Item], list[bytes]],
        items: Sequence[Item],
        parts: int,
        read: Callable[[int, list[bytes]], Out],
    ) -> Iterable[Out]:
        """Pieces go from the nodes that write to the node that reads; lost ones are written again."""
        cpus = self.connect()
        most = max(1, min(MOST_WRITES, MOST_PIECES // parts))
        step = max(-(-len(items) // most), min(ITEMS_A_TASK, len(items) // (cpus * TASKS_A_CPU)), 1)
        writing = self._task(bound(_write_run, write, parts), returns=parts)
        written = [writing(run) for run in _runs(items, step)]
        columns: list[list[Any]] = [[made] if parts == 1 else list(made) for made in written]
        del written
        reading = self._task(bound(_read_part, read))

        def reads() -> Iterator[Any]:
            for part in range(parts):
                yield reading(part, *[pieces[part] for pieces in columns])
                for pieces in columns:
                    pieces[part] = None  # Ray drops a piece that nobody names any more

        yield from self._in_order(reads(), cpus)

    def connect(self) -> int:
        """The CPUs of the cluster. Starts or joins one, unless this process is part of one already."""
        for name, value in QUIET.items():
            os.environ.setdefault(name, value)
        try:
            import ray
        except ImportError:
            raise MissingExtraError("ray", "the ray executor") from None
        if not ray.is_initialized():
            self._start()
            self.started = True
        cpus = int(ray.cluster_resources().get("CPU", 0))
        if not cpus:
            raise FtlintError(f"the Ray cluster at {self.address} has no CPUs for tasks: add a worker node")
        return cpus

    def close(self) -> None:
        """Leave the cluster, or end the local one. Without it that happens when the process ends."""
        if self.started:
            import ray

            ray.shutdown()
            self.started = False

    def _start(self) -> None:
        import logging

        import ray

        here: dict[str, Any] = {"num_cpus": self.jobs, "include_dashboard": False}
        if self.address:
            _reach(self.address)
        try:
            ray.init(
                address=self.address or "local",
                log_to_driver=False,
                logging_level=logging.ERROR,
                runtime_env={"env_vars": {"RAY_max_direct_call_object_size": str(INLINE)}},
                **({} if self.address else here),
            )
        except (OSError, RuntimeError, ValueError, SystemExit) as error:
            raise FtlintError(_not_joined(self.address, error)) from None

    def _task(self, work: Callable[..., Any], returns: int = 1) -> Callable[..., Any]:
        """What hands arguments to the cluster; the work itself, with plan and rules, is sent there once."""
        import numpy
        import ray
        from ray import cloudpickle

        # an array is read where it lies: a worker that knows the work already copies nothing
        sent = ray.put(numpy.frombuffer(cloudpickle.dumps(work), dtype=numpy.uint8))
        options = {"max_retries": RETRIES, "num_returns": returns, "scheduling_strategy": "SPREAD"}
        remote = ray.remote(_shipped(__version__, MISMATCH)).options(**options)
        return bound(remote.remote, sent, sent.hex(), os.getcwd())

    def _in_order(self, tasks: Iterator[Any], cpus: int) -> Iterator[Any]:
        pending: deque[Any] = deque()
        for task in tasks:
            pending.append(task)
            if len(pending) >= cpus * IN_FLIGHT:
                yield _result(pending.popleft())
        while pending:
            yield _result(pending.popleft())


def _result(task: Any) -> Any:
    import ray
    from ray import exceptions

    try:
        return ray.get(task)
    except exceptions.RayTaskError as error:
        raise _cause(error) from error
    except (exceptions.WorkerCrashedError, exceptions.OutOfMemoryError):
        raise FtlintError(
            f"Ray: a worker died at each of {RETRIES + 1} tries of the same task, most likely for want of "
            "memory: give each node fewer CPUs (ray start --num-cpus) or more memory"
        ) from None
    except exceptions.RayError as error:
        raise FtlintError(
            f"Ray lost work that it could not do again ({type(error).__name__}): see that the nodes stay up, "
            "then run again"
        ) from None


def _cause(error: BaseException) -> BaseException:
    """What the work raised, as it would have here."""
    from ray.exceptions import RayTaskError

    while isinstance(error, RayTaskError):  # wrapped once for each task on the way
        error = error.cause
    if error.args[:1] == (MISMATCH,):
        _, found, node = error.args
        there = f"ftlint {found}" if found else "no ftlint"
        return FtlintError(
            f"the Ray node {node} has {there}, this process ftlint {__version__}: install the same version "
            f"on every node, pip install 'ftlint[ray]=={__version__}'"
        )
    return error


def _reach(address: str) -> None:
    """Raises `FtlintError` where nothing listens at HOST:PORT."""
    import socket

    if address == "auto":
        return
    host, _, port = address.rpartition(":")
    if "/" in address or not host or not port.isdigit():
        raise FtlintError(
            f"--ray-address: {address!r} is neither auto nor HOST:PORT; run ftlint on a node of the cluster, "
            "by `ray job submit` say, where the address is auto"
        )
    try:
        socket.create_connection((host, int(port)), ANSWER_WITHIN).close()
    except (OSError, OverflowError):
        raise FtlintError(_unreachable(address)) from None


def _not_joined(address: str, error: BaseException) -> str:
    """Ray's own reason, where it is another than that nobody answers: versions of Ray or Python, say."""
    if isinstance(error, ConnectionError | SystemExit) and address:
        return _unreachable(address)
    what = f"the Ray cluster at {address} cannot be joined" if address else "Ray does not start here"
    return f"{what}: {' '.join(str(error).split())}"


def _unreachable(address: str) -> str:
    where = "on this node" if address == "auto" else f"at {address}"
    return (
        f"no Ray cluster answers {where}: start one (ray start --head), or give the address that it printed; "
        "without --ray-address a Ray of this machine is used"
    )


def _runs(items: Sequence[Any], step: int) -> Iterator[bytes]:
    from ray import cloudpickle

    for first in range(0, len(items), step):
        yield cloudpickle.dumps(list(items[first : first + step]))


def _shipped(version: str, mismatch: str) -> Callable[..., Any]:
    """What a worker is sent. A function within a function goes by value, so that it runs where ftlint is
    another or missing, and everything else is unpickled after it has looked."""

    def task(sent: Any, name: str, folder: str, *arguments: Any) -> Any:
        from importlib import import_module
        from socket import gethostname

        try:
            found = import_module("ftlint").__version__
        except ImportError:
            found = ""
        if found != version:
            raise RuntimeError(mismatch, found, gethostname())
        return import_module("ftlint.engine.ray").perform(sent, name, folder, *arguments)

    return task


_WORK: dict[str, Callable[..., Any]] = {}


def perform(sent: Any, name: str, folder: str, *arguments: Any) -> Any:
    """In a worker: do the work that `sent` pickles. The last one stays, with its compiled patterns.

    `folder` is the driver's working folder: relative paths mean the same here where the node has it.
    """
    if os.path.isdir(folder):
        os.chdir(folder)
    if name not in _WORK:
        _WORK.clear()
        _WORK[name] = pickle.loads(sent)  # noqa: S301  # from the driver, as all that a Ray worker runs
    return _WORK[name](*arguments)


def _map_run(work: Callable[[Any], Any], run: bytes) -> list[Any]:
    return [work(item) for item in _items(run)]


def _items(run: bytes) -> Any:
    return pickle.loads(run)  # noqa: S301  # from the driver, as all that a Ray worker runs


def _write_run(write: Callable[[Any], list[bytes]], parts: int, run: bytes) -> Any:
    """The pieces of a run of items, by part."""
    rows = [pieces_of(write, parts, item) for item in _items(run)]
    pieces = [[row[part] for row in rows] for part in range(parts)]
    return pieces if parts > 1 else pieces[0]


def _read_part(read: Callable[[int, list[bytes]], Any], part: int, *runs: list[bytes]) -> Any:
    return read(part, [piece for run in runs for piece in run])
