"""`--fix` where something is in the way: links, no room, other writers, orders to end. Nothing is lost."""

from __future__ import annotations

import glob
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ftlint.cli.fixing import Check
from ftlint.engine.bind import Binding, bind
from ftlint.engine.lint import check
from ftlint.engine.mending import Mending, mended
from ftlint.engine.plan import RuleSet
from ftlint.fix.output import state
from ftlint.fix.work_folder import WorkFolder, put_in_place
from ftlint.model import FtlintError
from ftlint.model.report import Report
from ftlint.read.discover import discover
from ftlint.registry import selected
from ftlint.settings import load, override

Run = subprocess.CompletedProcess[str]
Ftlint = Callable[..., Run]
Write = Callable[[str, Any], Path]

FIX = ("check", ".", "--isolated", "--select", "FMT009,CHAT005,DUP001,LEAK001", "--fix")
MARK = b"\xef\xbb\xbf"


def rows(first: int, last: int, role: str = "assistant") -> bytes:
    said = (
        [
            {"role": "user", "content": f"What follows {number}?"},
            {"role": role, "content": f"{number + 1} follows {number}."},
        ]
        for number in range(first, last)
    )
    return b"".join(json.dumps({"messages": each}).encode() + b"\n" for each in said)


@pytest.mark.parametrize("kind", ["link to a folder", "file"])
def test_the_work_folder_is_a_folder_of_its_own(
    ftlint: Ftlint, write: Write, tmp_path: Path, kind: str
) -> None:
    file = write("project/train.jsonl", MARK + rows(0, 8))
    project = file.parent
    (tmp_path / "mine/work-0123456789ab").mkdir(parents=True)
    if kind == "file":
        (project / ".ftlint").write_text("")
    else:
        (project / ".ftlint").symlink_to(tmp_path / "mine")
    done = ftlint(*FIX, cwd=project)
    assert done.returncode == 2
    assert ".ftlint: is no folder: move it away" in done.stderr
    assert file.read_bytes() == MARK + rows(0, 8)
    assert os.listdir(tmp_path / "mine") == ["work-0123456789ab"]
    # what is only shown is prepared elsewhere
    assert ftlint(*FIX[:-1], "--diff", cwd=project).returncode == 1
    piped = ftlint("check", "-", *FIX[2:], "--quiet", cwd=project, input=(MARK + rows(0, 8)).decode())
    assert piped.stdout == rows(0, 8).decode()


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_the_log_is_a_plain_file(ftlint: Ftlint, write: Write, tmp_path: Path, kind: str) -> None:
    file = write("project/train.jsonl", MARK + rows(0, 8))
    mine = write("mine", "mine\n")
    log = file.parent / ".ftlint/changes.jsonl"
    log.parent.mkdir()
    if kind == "link":
        log.symlink_to(mine)
    else:
        os.mkfifo(log)
    (log.parent / ".gitignore").symlink_to(tmp_path / "new")
    done = ftlint(*FIX, cwd=file.parent)
    assert done.returncode == 2
    assert ".ftlint/changes.jsonl is no plain file" in done.stdout
    assert file.read_bytes() == MARK + rows(0, 8)
    assert mine.read_text() == "mine\n"
    assert not (tmp_path / "new").exists()
    assert sorted(os.listdir(log.parent)) == [".gitignore", "changes.jsonl"]


@pytest.mark.parametrize("room", [8 << 10, 55 << 10])
def test_where_there_is_no_room_nothing_changes(write: Write, tmp_path: Path, room: int) -> None:
    data = MARK + rows(0, 1000)
    file = write("train.jsonl", data)
    done = subprocess.run(
        [sys.executable, "-m", "ftlint", *FIX, "--no-cache", "--unsafe-fixes"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert done.returncode == 2
    assert "cannot write: File too large: nothing was changed" in done.stderr
    assert file.read_bytes() == data
    assert os.listdir(tmp_path) == ["train.jsonl"]


def test_names_that_are_long_or_no_text(ftlint: Ftlint, write: Write, tmp_path: Path) -> None:
    names = [b"n" * 249 + b".jsonl", b"caf\xe9.jsonl"]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(MARK + rows(0, 8))
    os.symlink("nowhere", tmp_path / os.fsdecode(b"d\xe9.txt"))
    done = ftlint(*FIX, "--show-fixes")
    assert done.returncode == 0, done.stderr
    assert "caf\\xe9.jsonl" in done.stdout
    for name in names:
        assert (tmp_path / os.fsdecode(name)).read_bytes() == rows(0, 8)
    assert ftlint(*FIX[:-1], "--fix-only").returncode == 0


def test_an_order_to_end_leaves_nothing_behind(write: Write, tmp_path: Path) -> None:
    data = rows(0, 20_000, "bot")
    file = write("train.jsonl", data)
    with subprocess.Popen(
        [sys.executable, "-m", "ftlint", *FIX, "--no-cache"], cwd=tmp_path, stdout=subprocess.DEVNULL
    ) as running:
        while not glob.glob(str(tmp_path / ".ftlint/work-*")):
            assert running.poll() is None
        running.send_signal(signal.SIGTERM)
    assert running.returncode == 128 + signal.SIGTERM
    assert file.read_bytes() == data
    assert os.listdir(tmp_path) == ["train.jsonl"]


def test_a_file_in_another_state_is_left_and_not_logged(tmp_path: Path) -> None:
    original, copy, told = tmp_path / "a.jsonl", tmp_path / "copy", tmp_path / "told"
    for file, text in ((original, "old\n"), (copy, "new\n"), (told, '{"rule": "X"}\n')):
        file.write_text(text)
    known = state(original.stat())
    home = tmp_path / ".ftlint"

    def put() -> None:
        put_in_place(str(copy), str(original), known, str(home), {"path": "a.jsonl"}, str(told))

    put()
    assert original.read_text() == "new\n"
    log = (home / "changes.jsonl").read_text()
    original.write_text("other\n")
    with pytest.raises(FtlintError, match="changed by someone else meanwhile"):
        put()
    assert original.read_text() == "other\n"
    assert (home / "changes.jsonl").read_text() == log
    # a log that was cut short by a crash is not written on in the middle of a line
    known = state(original.stat())
    (home / "changes.jsonl").write_text(log + '{"rule": "Y", "na')
    put()
    assert (home / "changes.jsonl").read_text().splitlines()[2:4] != []
    assert json.loads((home / "changes.jsonl").read_text().splitlines()[-1]) == {"rule": "X"}


def checked_with(root: Path, meanwhile: Callable[[], None]) -> tuple[list[Binding], Check]:
    """What is checked under `root`, and a check after whose first run something else happens."""
    settings = override(load([str(root)], isolated=True), select=("DUP001", "LEAK001", "FMT009"))
    rules = RuleSet(selected(settings))
    bindings = bind(discover([str(root)], settings), settings)
    runs: list[Report] = []

    def run(standing_in: Sequence[Binding]) -> Report:
        runs.append(check(standing_in, settings, rules))
        if len(runs) == 1:
            meanwhile()
        return runs[-1]

    return bindings, run


def fixed(root: Path, meanwhile: Callable[[], None], work: WorkFolder) -> Mending:
    bindings, run = checked_with(root, meanwhile)
    return mended(bindings, run, work, lambda finding: finding.fix is not None)


def test_a_row_does_not_go_for_one_that_is_gone_meanwhile(write: Write, tmp_path: Path) -> None:
    write("train.jsonl", rows(0, 10))
    test = write("test.jsonl", rows(4, 14))
    with WorkFolder(str(tmp_path)) as work:
        mending = fixed(tmp_path, lambda: None, work)
        assert mending.files.keys() == {_only(mending, "train.jsonl")}
        assert mending.changed_meanwhile(_only(mending, "train.jsonl")) == ""
        test.write_bytes(rows(9, 14))
        assert mending.changed_meanwhile(_only(mending, "train.jsonl")).endswith("test.jsonl")


def test_a_file_that_goes_meanwhile_ends_the_run(write: Write, tmp_path: Path) -> None:
    file = write("train.jsonl", rows(0, 10) + rows(3, 4))
    other = write("other.jsonl", MARK + rows(20, 30))
    with WorkFolder(str(tmp_path)) as work, pytest.raises(FtlintError, match="cannot read"):
        fixed(tmp_path, file.unlink, work)
    assert os.listdir(tmp_path) == [other.name]
    assert other.read_bytes() == MARK + rows(20, 30)


def _only(mending: Mending, name: str) -> str:
    return next(each.path for each in mending.bindings if each.path.endswith(name))
