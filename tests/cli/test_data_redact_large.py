"""`ftlint data redact` when files are large, when it is killed, and when the disk is full.

`FTLINT_REDACT_MB=300` measures memory on a file of that size.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

COMMAND = [sys.executable, "-m", "ftlint", "data", "redact"]
MEGABYTES = int(os.environ.get("FTLINT_REDACT_MB", "40"))
MOST = 300 << 20
PATIENCE = 60.0
KEY = {**os.environ, "FTLINT_KEY": "0123456789abcdef" * 2}


def made(path: Path, size: int, seed: int = 1) -> int:
    """A file of `size` bytes; how many addresses are in it."""
    draw = random.Random(seed)
    words = ["parcel", "neighbour", "Tuesday", "address", "courier", "window", "garden", "refund", "week"]
    count = written = 0
    with path.open("w") as out:
        while written < size:
            text = " ".join(draw.choices(words, k=150)) + "\n"
            if draw.random() < 0.03:
                count += 1
                text += f"Write to ann.lee{draw.randrange(10**6)}@norfolkpaper.io."
            written += out.write(json.dumps({"text": text, "id": "x"}) + "\n")
    return count


def hidden(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.name.endswith(".ftlint-tmp")]


def until(true: Callable[[], Any], process: subprocess.Popen[bytes] | None = None) -> None:
    """Looks until it is so."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        assert process is None or process.poll() is None


def workers(process: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def begun(folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Waits until some of the file is written, and workers are at the rest."""
    until(lambda: sum(file.stat().st_size for file in hidden(folder)) >= 1 << 16, process)
    until(lambda: len(workers(process.pid)) > 1, process)
    size = sum(file.stat().st_size for file in hidden(folder))
    until(lambda: sum(file.stat().st_size for file in hidden(folder)) > size, process)


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_any_number_of_jobs_gives_the_same(ftlint: Run, tmp_path: Path) -> None:
    count = made(tmp_path / "a.jsonl", 10 << 20)
    reports = []
    for jobs in ("1", "2", "3"):
        done = ftlint(
            "data", "redact", "a.jsonl", "-o", f"{jobs}.jsonl", "-j", jobs, "--mode", "pseudonym",
            "--report", "r.json", env=KEY,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        report = json.loads((tmp_path / "r.json").read_text().replace(f"{jobs}.jsonl", "out"))
        reports.append(report)
    assert reports[0]["kinds"][0]["values"] == count
    assert reports[0] == reports[1] == reports[2]
    one = (tmp_path / "1.jsonl").read_bytes()
    assert (tmp_path / "2.jsonl").read_bytes() == one
    assert (tmp_path / "3.jsonl").read_bytes() == one
    assert one.count(b"@example.com") == count
    assert b"norfolkpaper" not in one


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(
    "flags", [("a.jsonl", "--in-place"), ("a.jsonl", "-o", "a.gz.jsonl"), ("a.jsonl", "-o", "b.jsonl.gz")]
)
def test_killed_midway_it_leaves_the_original_and_no_half_file(
    tmp_path: Path, flags: tuple[str, ...]
) -> None:
    made(tmp_path / "a.jsonl", 24 << 20)
    before = (tmp_path / "a.jsonl").read_bytes()
    process = subprocess.Popen([*COMMAND, *flags, "-j", "2"], cwd=tmp_path, stdout=subprocess.DEVNULL)
    begun(tmp_path, process)
    helpers = workers(process.pid)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    left = hidden(tmp_path)
    assert [file.stat().st_mode & 0o777 for file in left] == [0o600]
    assert [file.name for file in tmp_path.iterdir() if file not in left] == ["a.jsonl"]
    assert (tmp_path / "a.jsonl").read_bytes() == before
    until(lambda: not any(map(is_alive, helpers)))
    # the next run clears up
    (tmp_path / "a.jsonl").write_bytes(before[: 1 << 20].rpartition(b"\n")[0] + b"\n")
    assert subprocess.run([*COMMAND, *flags, "-q"], cwd=tmp_path, check=False).returncode == 0
    assert hidden(tmp_path) == []
    target = tmp_path / ("a.jsonl" if "--in-place" in flags else flags[-1])
    raw = target.read_bytes()
    assert b"norfolkpaper" not in (gzip.decompress(raw) if target.suffix == ".gz" else raw)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_removes_what_it_began(tmp_path: Path, number: signal.Signals) -> None:
    made(tmp_path / "a.jsonl", 24 << 20)
    process = subprocess.Popen(
        [*COMMAND, "a.jsonl", "-o", "b.jsonl", "-j", "2"], cwd=tmp_path, stderr=subprocess.PIPE
    )
    begun(tmp_path, process)
    process.send_signal(number)
    told = process.communicate(timeout=PATIENCE)[1]
    assert process.returncode in (130, 128 + number)
    assert b"Traceback" not in told
    assert [file.name for file in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_run_leaves_the_file_of_another_alone(ftlint: Run, tmp_path: Path) -> None:
    """What is locked is being written; what is not was left behind."""
    import fcntl

    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n')
    with (tmp_path / ".b.jsonl.0123456789ab.ftlint-tmp").open("w") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)
        (tmp_path / ".b.jsonl.ba9876543210.ftlint-tmp").touch()
        (tmp_path / ".c.jsonl.ba9876543210.ftlint-tmp").touch()
        assert ftlint("data", "redact", "a.jsonl", "-o", "b.jsonl").returncode == 0
        names = sorted(file.name for file in hidden(tmp_path))
        assert names == [".b.jsonl.0123456789ab.ftlint-tmp", ".c.jsonl.ba9876543210.ftlint-tmp"]


def test_a_full_disk_is_told_and_leaves_nothing(ftlint: Run, tmp_path: Path) -> None:
    made(tmp_path / "a.jsonl", 4 << 20)
    if Path("/dev/full").exists():
        done = ftlint("data", "redact", "a.jsonl", "-o", "/dev/full")
        assert (done.returncode, done.stderr) == (2, "")
        assert "No space left" in done.stdout

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    before = (tmp_path / "a.jsonl").read_bytes()
    for flags in (("-o", "b.jsonl"), ("--in-place",)):
        limited = ftlint("data", "redact", "a.jsonl", *flags, preexec_fn=small)
        assert limited.returncode == 2
        assert "cannot write: File too large" in limited.stdout
        assert [file.name for file in tmp_path.iterdir()] == ["a.jsonl"]
    assert (tmp_path / "a.jsonl").read_bytes() == before


MEASURED = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
"""What a process held before it became another program counts as that program's: this one holds little."""


def peak(path: Path, *flags: str) -> int:
    """The most bytes that the command or one of its workers held in memory."""
    command = [*COMMAND, path.name, "-o", "out.jsonl", "--force", "-q", *flags]
    told = subprocess.run(
        [sys.executable, "-c", MEASURED, *command],
        cwd=path.parent, env=KEY, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return int(told.stdout) * (1 if sys.platform == "darwin" else 1024)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    made(tmp_path / "small.jsonl", 4 << 20)
    made(tmp_path / "large.jsonl", MEGABYTES << 20)
    small = peak(tmp_path / "small.jsonl", "-j", "1")
    large = [peak(tmp_path / "large.jsonl", "-j", jobs, "--mode", "pseudonym") for jobs in ("1", "2")]
    assert max(large) < MOST
    assert max(large) < small + (60 << 20)


def test_memory_of_an_array_and_of_a_table(tmp_path: Path) -> None:
    made(tmp_path / "a.jsonl", 24 << 20)
    rows = (tmp_path / "a.jsonl").read_text().splitlines()
    (tmp_path / "a.json").write_text("[\n" + ",\n".join(rows) + "\n]\n")
    (tmp_path / "a.csv").write_text(
        "text,id\n" + "".join('"{text}",{id}\n'.format(**json.loads(row)) for row in rows)
    )
    for name in ("a.json", "a.csv"):
        assert peak(tmp_path / name, "-j", "1", "-o", f"out-{name}") < 200 << 20, name
        assert b"norfolkpaper" not in (tmp_path / f"out-{name}").read_bytes()
