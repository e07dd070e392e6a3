"""The test split is opened once: the lock knows of each time, and forgets none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from gate_project import AT, CONFIG, SETTINGS, WHO, approved, project, row, settings_of

from ftlint.gate.lock import NAME, Approval, read_lock, unsealed
from ftlint.gate.opening import may_open, open_test, record_result
from ftlint.model import FtlintError

RUN, RESULT = "a" * 64, "b" * 64
LATER = "2026-12-01T08:00:00Z"


def opened(root: Path, approval: Approval | None = None, reason: str = "", at: str = AT) -> Approval:
    known = approval or read_lock(str(root)).approvals[0]
    return open_test(settings_of(root), known, run=RUN, who=WHO, at=at, reason=reason)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    approved(project(tmp_path))
    return tmp_path


def test_once_and_then_only_with_a_reason(root: Path) -> None:
    first = opened(root)
    assert [each.at for each in read_lock(str(root)).approvals[0].openings] == [AT]
    assert first == read_lock(str(root)).approvals[0]
    with pytest.raises(FtlintError, match="opened once before"):
        may_open(settings_of(root), first)
    with pytest.raises(FtlintError, match="write why it is opened again"):
        opened(root, reason="x")
    may_open(settings_of(root), first, "the disk was full")
    with pytest.raises(
        FtlintError, match=r"opened once before, last on 2026-11-28 by Ana, and no result"
    ) as error:
        opened(root)
    assert "--reopen" in str(error.value)
    again = opened(root, reason="the disk was\nfull", at=LATER)
    assert [each.reason for each in again.openings] == ["", "the disk was full"]
    assert not unsealed(again)


def test_the_result_goes_to_its_opening(root: Path) -> None:
    first = opened(root)
    second = opened(root, reason="again", at=LATER)
    done = record_result(settings_of(root), first, RESULT)
    assert [each.result for each in done.openings] == [RESULT, ""]
    done = record_result(settings_of(root), second, "c" * 64)
    assert [each.result for each in done.openings] == [RESULT, "c" * 64]
    with pytest.raises(FtlintError, match="waits for this result"):
        record_result(settings_of(root), second, RESULT)
    assert not unsealed(read_lock(str(root)).approvals[0])


def test_a_new_approval_does_not_make_it_forgotten(root: Path) -> None:
    opened(root)
    (root / CONFIG).write_text((root / CONFIG).read_text().replace("lora_rank: 8", "lora_rank: 16"))
    assert len(approved(root).openings) == 1
    with pytest.raises(FtlintError, match="opened once before"):
        opened(root)
    with (root / "data/test.jsonl").open("a") as stream:  # nor do other test rows
        stream.write(json.dumps(row("One row more?", "Yes.")) + "\n")
    approved(root)
    with pytest.raises(FtlintError, match="opened once before"):
        opened(root)


def test_another_config_with_the_same_test_rows(root: Path) -> None:
    opened(root)
    shutil.copy(root / CONFIG, root / "configs/other.yaml")
    (root / "ftlint.toml").write_text(f"""{SETTINGS}
[[training]]
name = "other"
dataset = "tickets"
config = "configs/other.yaml"
general-share = 0.2
""")
    other = approved(root, "configs/other.yaml")
    assert other.openings == []
    with pytest.raises(FtlintError, match=f"by Ana for {CONFIG}"):
        opened(root, other)
    assert opened(root, other, reason="the second of two candidates").openings[0].reason


def test_an_opening_that_somebody_removes_from_the_lock(root: Path) -> None:
    opened(root)
    plain = json.loads((root / NAME).read_text())
    plain["approvals"][0]["openings"] = []
    (root / NAME).write_text(json.dumps(plain))
    with pytest.raises(FtlintError, match="openings: was edited in the lock itself"):
        opened(root)


def test_the_rows_are_those_of_the_lock(root: Path) -> None:
    file = root / "data/test.jsonl"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(FtlintError, match=r"data.test\[0\]: changed") as error:
        opened(root)
    assert error.value.path == "data/test.jsonl"
    assert read_lock(str(root)).approvals[0].openings == []


def test_no_test_split(tmp_path: Path) -> None:
    root = project(tmp_path, settings=SETTINGS.replace('test = "data/test.jsonl"\n', ""))
    approved(root)
    with pytest.raises(FtlintError, match="no test split is locked"):
        opened(root)


def test_of_two_at_once_one_is_the_first(root: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    known = read_lock(str(root)).approvals[0]

    def attempt(_: int) -> bool:
        try:
            opened(root, known)
        except FtlintError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
