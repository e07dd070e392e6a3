"""CPU seconds and peak memory of a whole process, as the operating system accounts for them."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    cpu: float
    wall: float
    peak_mb: float
    code: int
    output: str = ""


def run(command: Sequence[str | Path], cwd: Path | None = None, timeout: float = 1800) -> Run:
    """One run of a command; children's time is counted, peak memory is the largest process's."""
    began = time.perf_counter()
    with subprocess.Popen(
        [str(word) for word in command], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        deadline = time.monotonic() + timeout
        assert process.stdout is not None
        output = process.stdout.read(200_000)
        while process.stdout.read(1 << 20) and time.monotonic() < deadline:
            continue
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    return Run(
        used.ru_utime + used.ru_stime,
        wall,
        used.ru_maxrss / 1024,
        process.returncode,
        output.decode("utf-8", "replace"),
    )


def median(command: Sequence[str | Path], runs: int = 5, cwd: Path | None = None) -> Run:
    """The run of median CPU time, after one that is not counted."""
    run(command, cwd)
    done = sorted((run(command, cwd) for _ in range(runs)), key=lambda item: item.cpu)
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


def spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"
