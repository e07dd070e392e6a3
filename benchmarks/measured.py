"""CPU seconds and peak memory of a whole process, as the operating system accounts for them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

KEPT = 200_000
"""Bytes of output kept; the rest is read and dropped."""


UNSET = ("PYTHONDONTWRITEBYTECODE",)
"""Where this is set, every run would compile its modules again, which an installed tool does once."""


@dataclass(frozen=True)
class Run:
    cpu: float
    wall: float
    peak_mb: float
    code: int
    output: str = ""
    timed_out: bool = False


def run(
    command: Sequence[str | Path],
    cwd: Path | None = None,
    timeout: float = 1800,
    environment: Mapping[str, str] | None = None,
) -> Run:
    """One run of a command, its children's CPU time and memory counted in; killed at the timeout."""
    began = time.perf_counter()
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd,
        env={**{name: os.environ[name] for name in os.environ if name not in UNSET}, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        memory = Memory(process.pid)
        memory.start()
        late = threading.Event()
        timer = threading.Timer(timeout, _kill, (process.pid, late))
        timer.start()
        assert process.stdout is not None
        output = process.stdout.read(KEPT)
        while process.stdout.read(1 << 20):
            continue
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        timer.cancel()
        peak = memory.stop(used.ru_maxrss)
    return Run(
        used.ru_utime + used.ru_stime,
        wall,
        peak,
        process.returncode,
        output.decode("utf-8", "replace"),
        late.is_set(),
    )


def finished(done: Run) -> Run:
    """The run itself, unless it broke down: its figures would be those of something else."""
    if done.code < 0 or done.timed_out or "Traceback (most recent call last)" in done.output:
        raise SystemExit(f"exit {done.code} after {done.wall:.1f} s:\n{done.output[-2000:]}")
    return done


def _kill(group: int, late: threading.Event) -> None:
    late.set()
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


class Memory(threading.Thread):
    """The most memory that a process and its children hold together, sampled where there is a /proc.

    `ru_maxrss` alone would not do: it starts from the memory of the process that measures, and knows only
    the largest of several processes.
    """

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.peak = 0.0
        self.ended = threading.Event()

    def run(self) -> None:
        pause = 0.002
        while not self.ended.wait(pause):
            running = list(family(self.process))
            sizes = [_kilobytes(f"/proc/{one}/status", b"VmHWM:") for one in running]
            shared = [_kilobytes(f"/proc/{one}/smaps_rollup", b"Pss:") for one in running if len(running) > 1]
            self.peak = max(self.peak, sum(shared), *sizes)
            pause = min(pause * 1.3, 0.05)

    def stop(self, maxrss: int) -> float:
        """MB at the peak; `maxrss` of the ended process counts where it is not the measuring one's."""
        self.ended.set()
        self.join()
        unit = 1024 if sys.platform == "darwin" else 1
        if not self.peak or maxrss > getrusage(RUSAGE_SELF).ru_maxrss:
            self.peak = max(self.peak, maxrss / unit)
        return self.peak / 1024


def family(process: int) -> Iterator[int]:
    """A process and all that stem from it."""
    yield process
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):
            for child in Path(f"/proc/{process}/task/{thread}/children").read_text().split():
                yield from family(int(child))


def _kilobytes(file: str, key: bytes) -> float:
    with suppress(OSError), open(file, "rb") as stream:
        for line in stream:
            if line.startswith(key):
                return float(line.split()[1])
    return 0.0


def median(command: Sequence[str | Path], runs: int = 5, cwd: Path | None = None) -> Run:
    """The run of median CPU time, after one that is not counted."""
    finished(run(command, cwd))
    done = sorted((finished(run(command, cwd)) for _ in range(runs)), key=lambda item: item.cpu)
    return done[len(done) // 2]


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table."""
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, ["-" * width for width in widths], *rows]:
        print(
            "| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        )


def python(*arguments: str | Path) -> list[str | Path]:
    return [sys.executable, *arguments]
