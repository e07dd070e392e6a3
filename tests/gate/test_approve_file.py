"""`ftlint.lock` as a file: what is none and where, two at once, a full disk; who approves."""

from __future__ import annotations

import errno
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from gate_project import CONFIG, approved, project

from ftlint.gate.identity import identity, now
from ftlint.gate.lock import NAME, Approval, Lock, read_lock, write_lock
from ftlint.gate.lock_file import change, laid_out
from ftlint.model import FtlintError


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lock")
    approved(project(root))
    return root


@pytest.fixture
def root(whole: Path, tmp_path: Path) -> Path:
    shutil.copy(whole / NAME, tmp_path / NAME)
    return tmp_path


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if words in line)


BROKEN = {
    "no JSON": ('"ftlint_lock": 1', '"ftlint_lock" 1', "not valid JSON", '"ftlint_lock" 1'),
    "two sides": ('      "method"', '<<<<<<< HEAD\n      "method"', "two sides of a merge", "<<<<<<<"),
    "a newer one": ('"ftlint_lock": 1', '"ftlint_lock": 2', "update ftlint", "ftlint_lock"),
    "true is not 1": ('"ftlint_lock": 1', '"ftlint_lock": true', "update ftlint", "ftlint_lock"),
    "a key of nobody": (
        '"method": "sft"',
        '"method": "sft",\n      "more": 1',
        r"approvals\[0\].more",
        '"more"',
    ),
    "a hash that is none": ('"method": "sft"', '"method": 3', r"approvals\[0\].method", '"method"'),
    "a key twice": (
        '"method": "sft"',
        '"method": "sft",\n      "method": "dpo"',
        "'method' stands twice",
        '"dpo"',
    ),
    "a number of 5,000 digits": ('"count": ', f'"count": {"9" * 5000}, "x": ', "thousands of digits", ""),
    "a time that steers a terminal": ('"at": "20', '"at": "\\u001b[31m20', r"approvals\[0\].at", '"at"'),
    "a size as a text": ('"count": ', '"count": "9" , "x": ', r"rules.count", '"count"'),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_lock_is_told_with_its_line(root: Path, what: str) -> None:
    old, new, told, place = BROKEN[what]
    text = (root / NAME).read_text().replace(old, new, 1)
    (root / NAME).write_text(text)
    with pytest.raises(FtlintError, match=told) as error:
        read_lock(str(root))
    assert error.value.line == (line_of(text, place) if place else None)
    assert error.value.path.endswith(NAME)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"null", b"\xff\xfe", b"[" * 100_000, b'{"ftlint_lock": NaN}']
)
def test_odd_files(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(FtlintError):
        read_lock(str(tmp_path))


def test_no_file_is_no_approval_and_a_folder_is_a_mistake(tmp_path: Path) -> None:
    assert read_lock(str(tmp_path)).approvals == []
    (tmp_path / NAME).mkdir()
    with pytest.raises(FtlintError, match="cannot be read"):
        read_lock(str(tmp_path))


def test_one_config_twice(root: Path) -> None:
    approval = read_lock(str(root)).approvals[0]
    (root / NAME).write_text(
        json.dumps(Lock(ftlint_lock=1, approvals=[approval, approval]).model_dump(mode="json"))
    )
    with pytest.raises(FtlintError, match="is approved twice"):
        read_lock(str(root))


def named(approval: Approval, path: str) -> Approval:
    return approval.model_copy(update={"config": approval.config.model_copy(update={"path": path})})


def test_writing_and_reading_give_the_same(root: Path) -> None:
    approval = read_lock(str(root)).approvals[0]
    lock = Lock(ftlint_lock=1, approvals=[named(approval, "z.yaml"), named(approval, "a.yaml")])
    write_lock(str(root), lock)
    assert read_lock(str(root)).approvals == [lock.approvals[1], lock.approvals[0]]
    text = (root / NAME).read_text()
    assert text.endswith("}\n")
    assert json.loads(text) == json.loads(laid_out(json.loads(text)))
    before = os.stat(root / NAME).st_mtime_ns
    write_lock(str(root), lock)
    assert os.stat(root / NAME).st_mtime_ns == before


def test_approvals_at_once_all_stay(root: Path) -> None:
    approval = read_lock(str(root)).approvals[0]

    def add(number: int) -> None:
        more = named(approval, f"{number}.yaml")
        change(str(root), lambda lock: Lock(ftlint_lock=1, approvals=[*lock.approvals, more]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(16)))
    assert {each.config.path for each in read_lock(str(root)).approvals} == {
        CONFIG,
        *(f"{n}.yaml" for n in range(16)),
    }


def test_a_full_disk_leaves_the_lock_as_it_was(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (root / NAME).read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FtlintError, match="No space left on device: nothing was changed"):
        change(str(root), lambda lock: Lock(ftlint_lock=1, approvals=[]))
    assert (root / NAME).read_bytes() == before
    assert [each.name for each in root.iterdir()] == [NAME]


def test_who_approves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FTLINT_USER", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    with pytest.raises(FtlintError, match=r"git config user\.name"):
        identity(str(tmp_path))
    assert identity(str(tmp_path), required=False).name
    (tmp_path / "gitconfig").write_text("[user]\nname = Bo Ek\nemail = bo@example.org\n")
    assert identity(str(tmp_path)).model_dump() == {"name": "Bo Ek", "email": "bo@example.org"}
    monkeypatch.setenv("FTLINT_USER", "Cem \x1b[31m<cem@example.org>")
    assert identity(str(tmp_path)).model_dump() == {"name": "Cem [31m", "email": "cem@example.org"}
    monkeypatch.setenv("FTLINT_USER", "<cem@example.org>")
    with pytest.raises(FtlintError, match="FTLINT_USER must be"):
        identity(str(tmp_path))


def test_the_time_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", now())
