"""What a redacted file replaces, the backup that is kept of it, and the processes that do the work."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from ftlint.fix import output
from ftlint.fix.output import replacing
from ftlint.model import FtlintError
from ftlint.prepare.pool import in_order
from ftlint.prepare.targets import check_place


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    path.write_text("old")
    path.chmod(0o640)
    return path


def replaced(file: Path, meanwhile: Callable[[Path], Any] = str) -> None:
    with replacing(str(file), "", force=True, steady=True, backup=f"{file}.bak") as out:
        out.write(b"new")
        meanwhile(file)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def no_links(*_: Any, **__: Any) -> None:
    raise OSError(errno.EPERM, "no links here")


@pytest.mark.parametrize("has_links", [True, False])
def test_a_backup_is_the_original(file: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool) -> None:
    if not has_links:
        monkeypatch.setattr(output.os, "link", no_links)
    replaced(file)
    backup = file.with_name("a.jsonl.bak")
    assert (file.read_text(), backup.read_text()) == ("new", "old")
    assert backup.stat().st_mode & 0o777 == 0o640
    assert names(file.parent) == ["a.jsonl", "a.jsonl.bak"]


@pytest.mark.parametrize("has_links", [True, False])
def test_where_replacing_fails_no_backup_stays(
    file: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    def fails(*_: Any) -> None:
        raise OSError(errno.EACCES, "not allowed")

    monkeypatch.setattr(output.os, "replace", fails)
    if not has_links:
        monkeypatch.setattr(output.os, "link", no_links)
    with pytest.raises(FtlintError, match="cannot write: not allowed"):
        replaced(file)
    assert file.read_text() == "old"
    assert names(file.parent) == ["a.jsonl"]


def test_interrupted_once_the_original_is_replaced_the_backup_stays(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def interrupted(*paths: str) -> None:
        real(*paths)
        raise KeyboardInterrupt

    monkeypatch.setattr(output.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replaced(file)
    assert file.with_name("a.jsonl.bak").read_text() == "old"


@pytest.mark.parametrize("has_links", [True, False])
def test_a_backup_that_appears_meanwhile_is_left_alone(
    file: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    if not has_links:
        monkeypatch.setattr(output.os, "link", no_links)
    file.with_name("a.jsonl.bak").write_text("older")
    with pytest.raises(FtlintError, match="never written over"):
        replaced(file)
    assert (file.read_text(), file.with_name("a.jsonl.bak").read_text()) == ("old", "older")


def appended(file: Path) -> None:
    with file.open("a") as out:
        out.write(" and more")


def touched(file: Path) -> None:
    os.utime(file, ns=(1, 1))


def put_anew(file: Path) -> None:
    other = file.with_name("other")
    other.write_text("old")
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    other.replace(file)


@pytest.mark.parametrize("change", [appended, touched, put_anew])
def test_what_somebody_changes_meanwhile_is_not_lost(file: Path, change: Any) -> None:
    with pytest.raises(FtlintError, match="changed by someone else"):
        replaced(file, change)
    assert file.read_text().startswith("old")
    assert names(file.parent) == ["a.jsonl"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    for place in ("b.jsonl", "new", "new/"):
        check_place(str(tmp_path / place))
    check_place("b.jsonl")
    for place in ("nowhere/b.jsonl", "nowhere/new/"):
        with pytest.raises(FtlintError, match="make it first"):
            check_place(str(tmp_path / place))
    (tmp_path / "file").touch()
    with pytest.raises(FtlintError, match="make it first"):
        check_place(str(tmp_path / "file" / "b.jsonl"))


def whose(item: int) -> tuple[int, int]:
    return item, os.getpid()


def numbers() -> Iterable[int]:
    return range(7)


def test_work_that_starts_threads_is_never_done_before_the_processes_part() -> None:
    shared = list(in_order(whose, numbers(), 2))
    apart = list(in_order(whose, numbers(), 2, forks_bare=True))
    assert [item for item, _ in shared] == [item for item, _ in apart] == list(range(7))
    assert [process == os.getpid() for _, process in shared] == [True] + [False] * 6
    assert all(process != os.getpid() for _, process in apart)
    assert {process for _, process in in_order(whose, numbers(), 1, forks_bare=True)} == {os.getpid()}
