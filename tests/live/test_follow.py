"""The log of a run is followed wherever it goes: new files, files written anew, runs that start later."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftlint.live.follow import Followed
from ftlint.model import FtlintError

Write = Callable[[str, Any], Path]


def state(last: int, planned: int = 100) -> str:
    rows = [{"step": step, "epoch": step / 50, "loss": 3.0 / step} for step in range(10, last + 1, 10)]
    return json.dumps({"global_step": last, "max_steps": planned, "log_history": rows}, indent=2)


def rows(first: int, last: int) -> str:
    return "".join(
        json.dumps({"current_steps": step, "total_steps": 100, "loss": 3.0 / step, "percentage": step}) + "\n"
        for step in range(first, last + 1, 10)
    )


def later(file: Path, seconds: float) -> None:
    """Lets a file have been written to so much later than another that was written just now."""
    told = file.stat()
    os.utime(file, (told.st_atime + seconds, told.st_mtime + seconds))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_log_that_appears_grows_and_is_read_once(here: Path, write: Write) -> None:
    followed = Followed("out")
    assert followed.look() == (None, ())
    file = write("out/trainer_log.jsonl", rows(10, 30))
    seen = followed.look()
    assert seen.notes == (f"watching {Path('out/trainer_log.jsonl')}",)
    assert seen.log is not None
    assert (seen.log.path, seen.log.last_step, seen.log.planned_steps) == ("out/trainer_log.jsonl", 30, 100)
    assert followed.look() == (None, ())
    with file.open("a") as stream:
        stream.write(rows(40, 50)[:-20])
    seen = followed.look()
    assert seen.log is not None
    assert (seen.log.last_step, len(seen.log.series["loss"]), seen.notes) == (40, 4, ())


def test_checkpoints_come_and_go(here: Path, write: Write) -> None:
    followed = Followed("out")
    write("out/checkpoint-20/trainer_state.json", state(20))
    log = followed.look().log
    assert log is not None
    assert log.last_step == 20
    write("out/checkpoint-40/trainer_state.json", state(40))
    (here / "out/checkpoint-20/trainer_state.json").unlink()
    (here / "out/checkpoint-20").rmdir()
    seen = followed.look()
    assert seen.log is not None
    assert (seen.log.last_step, seen.log.checkpoints) == (40, (40,))
    assert seen.notes == ()  # each save is a new checkpoint: that is no news
    write("out/trainer_state.json", state(100))
    seen = followed.look()
    assert seen.log is not None
    assert (seen.log.last_step, seen.log.finished) == (100, True)


def test_a_state_that_is_half_written_is_waited_for(here: Path, write: Write) -> None:
    whole = state(60)
    half = whole[: len(whole) // 2]
    followed = Followed("out")
    file = write("out/trainer_state.json", half)
    assert followed.look().log is None
    file.write_text(whole)
    log = followed.look().log
    assert log is not None
    assert (log.last_step, log.damaged) == (60, ())
    # while it is written anew, what was read before stands
    file.write_text(half)
    log = followed.look().log
    assert log is None or (log.last_step, log.damaged) == (60, ())
    # one that stays so from the first look on is what there is
    followed = Followed("out")
    assert followed.look().log is None
    log = followed.look().log
    assert log is not None
    assert [each.kind for each in log.damaged] == ["truncated"]
    assert 0 < log.last_step < 60


def test_a_log_written_anew_is_read_anew(here: Path, write: Write) -> None:
    followed = Followed("out/trainer_log.jsonl")
    file = write("out/trainer_log.jsonl", rows(10, 80))
    followed.look()
    os.replace(file, here / "out/trainer_log.jsonl.1")
    assert followed.look().log is None
    write("out/trainer_log.jsonl", rows(10, 20))
    log = followed.look().log
    assert log is not None
    assert (log.last_step, len(log.series["loss"])) == (20, 2)


def test_of_several_runs_the_last_written_to_is_followed(here: Path, write: Write) -> None:
    write("runs/a/trainer_log.jsonl", rows(10, 80))
    second = write("runs/b/trainer_log.jsonl", rows(10, 20))
    later(second, 5)
    followed = Followed("runs")
    seen = followed.look()
    assert seen.notes == ("watching runs/b/trainer_log.jsonl, the last written to of 2 runs there",)
    assert seen.log is not None
    assert seen.log.last_step == 20
    third = write("runs/c/trainer_log.jsonl", rows(10, 30))
    later(third, 10)
    seen = followed.look()
    assert seen.notes == ("the log goes on in runs/c/trainer_log.jsonl",)
    assert seen.log is not None
    assert seen.log.last_step == 30


def test_a_pointer_is_refused(here: Path, write: Write) -> None:
    write(
        "out/trainer_state.json",
        "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n",
    )
    with pytest.raises(FtlintError, match="git lfs"):
        Followed("out").look()
