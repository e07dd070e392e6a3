"""The audit log: what is recorded, and that nothing of it can be changed unseen."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ftlint.gate import audit_entry
from ftlint.gate.audit import ready, record
from ftlint.gate.audit_entry import VARIABLE, canonical, signed
from ftlint.gate.audit_marks import Mark, marks_of
from ftlint.gate.audit_read import parsed
from ftlint.gate.audit_verify import Verified, verify
from ftlint.model import FtlintError
from ftlint.settings import Settings
from ftlint.settings.training import AuditSettings

KEY = "3f9c" * 4 + "a871be02d65c40f1"
HASH = "ab" * 32


@pytest.fixture(autouse=True)
def who(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTLINT_USER", "Ada Lovelace <ada@example.com>")
    monkeypatch.delenv(VARIABLE, raising=False)


def settings_in(root: Path, key_file: str = "") -> Settings:
    return Settings(root=str(root), audit=AuditSettings(log="ftlint.audit", key_file=key_file))


def filled(root: Path, count: int = 6, key: str = "") -> Path:
    """A log of `count` entries."""
    if key:
        (root / "key").write_text(key)
        (root / "key").chmod(0o600)
    settings = settings_in(root, "key" if key else "")
    for index in range(count):
        record(settings, "check", subject=f"data/{index}.jsonl", hashes={"d": HASH}, verdict="clean")
    return root / "ftlint.audit"


def kinds(found: Verified) -> list[str]:
    return [fault.kind for fault in found.faults]


def test_nothing_is_done_without_a_log(tmp_path: Path) -> None:
    assert record(Settings(root=str(tmp_path)), "check", subject="x", hashes={}, verdict="clean") is None
    assert list(tmp_path.iterdir()) == []


def test_an_entry_says_who_what_and_when(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    mark = record(
        settings,
        "approve",
        subject="lora.yaml",
        hashes={"lora.yaml": HASH},
        verdict="approved",
        details={"n": 2},
    )
    entry = json.loads((tmp_path / "ftlint.audit").read_bytes())
    assert mark is not None
    assert (mark.seq, mark.hash) == (0, entry["hash"])
    assert entry["by"] == {"name": "Ada Lovelace", "email": "ada@example.com"}
    assert (entry["event"], entry["subject"], entry["verdict"]) == ("approve", "lora.yaml", "approved")
    assert (entry["hashes"], entry["details"], entry["previous"]) == ({"lora.yaml": HASH}, {"n": 2}, "0" * 64)
    assert json.loads((tmp_path / "ftlint.audit.head").read_bytes()) == {"seq": 0, "hash": entry["hash"]}


def test_an_untouched_log_is_intact(tmp_path: Path) -> None:
    found = verify(str(filled(tmp_path)))
    assert (found.faults, len(found.entries), found.head, found.signed) == ([], 6, True, 0)


def edit(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2].replace(b'"clean"', b'"dirty"'), *lines[3:]]


def space(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[2].replace(b'":', b'": ', 1), *lines[3:]]


def rehashed(lines: list[bytes]) -> list[bytes]:
    entry = parsed(lines[2])
    assert entry is not None
    return [*lines[:2], canonical(signed(dict(entry) | {"verdict": "dirty"}, None)) + b"\n", *lines[3:]]


CHANGES: list[tuple[str, Callable[[list[bytes]], list[bytes]], list[tuple[str, int | None]]]] = [
    ("an edit", edit, [("edited", 3)]),
    ("a space", space, [("edited", 3)]),
    ("an edit whose own hash was made to fit", rehashed, [("broken-chain", 4)]),
    (
        "two entries swapped",
        lambda x: [x[0], x[2], x[1], *x[3:]],
        [("missing", 2), ("out-of-order", 3), ("missing", 4)],
    ),
    ("one removed", lambda x: [*x[:2], *x[3:]], [("missing", 3)]),
    ("the first removed", lambda x: x[1:], [("missing", 1)]),
    ("one twice", lambda x: [*x[:3], *x[2:]], [("out-of-order", 4)]),
    ("the last removed", lambda x: x[:-1], [("truncated", None)]),
    ("all removed", lambda x: [], [("truncated", None)]),
    ("half of the last one", lambda x: [*x[:-1], x[-1][:40]], [("not-an-entry", 6), ("truncated", None)]),
    ("a foreign line", lambda x: [*x[:3], b"{}\n", *x[3:]], [("not-an-entry", 4)]),
    ("a key written twice", lambda x: [b'{"seq":0,' + x[0][1:], *x[1:]], [("edited", 1)]),
]


@pytest.mark.parametrize(("change", "faults"), [pytest.param(*each[1:], id=each[0]) for each in CHANGES])
def test_a_change_is_found_at_its_line(
    tmp_path: Path,
    change: Callable[[list[bytes]], list[bytes]],
    faults: Sequence[tuple[str, int | None]],
) -> None:
    log = filled(tmp_path)
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(change(lines)))
    assert [(fault.kind, fault.line) for fault in verify(str(log)).faults] == list(faults)


def test_every_single_byte_counts(tmp_path: Path) -> None:
    log = filled(tmp_path, 1)
    whole = log.read_bytes()
    for at in range(len(whole)):
        log.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert verify(str(log)).faults, whole[max(0, at - 20) : at + 20]
        log.write_bytes(whole[:at] + whole[at + 1 :])
        assert verify(str(log)).faults or at == len(whole) - 1


def test_a_log_written_anew_is_known_by_a_mark_alone(tmp_path: Path) -> None:
    """Who may write the log and its head can make a chain that fits; not the entry that a mark names."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    old = verify(str(filled(tmp_path / "a"))).entries
    other = settings_in(tmp_path / "b")
    for _ in range(6):
        record(other, "check", subject="forged", hashes={}, verdict="clean")
    forged = str(tmp_path / "b" / "ftlint.audit")
    assert verify(forged).faults == []
    mark = Mark("ftlint.lock", old[3]["seq"], old[3]["hash"])
    assert kinds(verify(forged, marks=[mark])) == ["mark"]
    assert kinds(verify(forged, marks=[Mark("run.json", 9, HASH)])) == ["mark"]
    assert verify(str(tmp_path / "a" / "ftlint.audit"), marks=[mark]).faults == []


def test_a_key_tells_a_log_written_anew_without_it(tmp_path: Path) -> None:
    log = filled(tmp_path, 4, KEY)
    key = KEY.encode()
    assert verify(str(log), key).faults == []
    assert verify(str(log)).faults == []
    entries = [dict(entry) for entry in verify(str(log)).entries]
    previous, lines = entries[0]["previous"], []
    for entry in entries:
        signature = entry.pop("signature")
        made = signed(entry | {"previous": previous, "verdict": "forged"}, None)
        lines.append(canonical(made | {"signature": signature}) + b"\n")
        previous = made["hash"]
    log.write_bytes(b"".join(lines))
    (tmp_path / "ftlint.audit.head").write_bytes(audit_entry.head(3, previous, None))
    assert verify(str(log)).faults == []
    assert kinds(verify(str(log), key)) == ["signature"] * 4 + ["head"]


def test_signatures_cannot_be_left_out(tmp_path: Path) -> None:
    log = filled(tmp_path, 3, KEY)
    record(settings_in(tmp_path), "check", subject="x", hashes={}, verdict="clean")
    assert kinds(verify(str(log), KEY.encode())) == ["unsigned", "head"]
    (tmp_path / "ftlint.audit").unlink()
    (tmp_path / "ftlint.audit.head").unlink()
    record(settings_in(tmp_path), "check", subject="x", hashes={}, verdict="clean")
    assert "unsigned" in kinds(verify(str(log), KEY.encode()))


def test_a_key_taken_up_later_vouches_for_what_is_before(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    log = filled(tmp_path, 1, KEY)
    assert verify(str(log), KEY.encode()).faults == []
    assert len(verify(str(log)).entries) == 4


def test_a_key_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FtlintError, match="there is no key at"):
        record(settings_in(tmp_path, "key"), "check", subject="x", hashes={}, verdict="clean")
    (tmp_path / "key").write_text("short")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(FtlintError, match="32 characters"):
        ready(settings_in(tmp_path, "key"))
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(FtlintError, match="other people"):
        ready(settings_in(tmp_path, "key"))
    assert not (tmp_path / "ftlint.audit").exists()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda x: x[:-1], id="truncated"),
        pytest.param(lambda x: [], id="emptied"),
        pytest.param(lambda x: [*x[:-1], x[-1].replace(b"clean", b"dirty")], id="edited"),
        pytest.param(lambda x: [*x[:-1], rehashed([b"", b"", x[-1]])[2]], id="made to fit"),
    ],
)
def test_nothing_is_added_to_a_log_that_was_changed(
    tmp_path: Path, damage: Callable[[list[bytes]], list[bytes]]
) -> None:
    log = filled(tmp_path)
    log.write_bytes(b"".join(damage(log.read_bytes().splitlines(keepends=True))))
    before = log.read_bytes()
    with pytest.raises(FtlintError, match="the audit log was changed"):
        record(settings_in(tmp_path), "check", subject="x", hashes={}, verdict="clean")
    assert log.read_bytes() == before


def test_a_head_that_is_gone_is_told(tmp_path: Path) -> None:
    log = filled(tmp_path)
    (tmp_path / "ftlint.audit.head").unlink()
    assert kinds(verify(str(log))) == ["head"]
    with pytest.raises(FtlintError, match=r"ftlint\.audit\.head, which names its end, is gone"):
        ready(settings_in(tmp_path))


def test_what_a_killed_writer_left_is_dropped(tmp_path: Path) -> None:
    log = filled(tmp_path)
    with log.open("ab") as out:
        out.write(b'{"at":"2026-11-28T')
    assert kinds(verify(str(log))) == ["not-an-entry"]
    record(settings_in(tmp_path), "check", subject="x", hashes={}, verdict="clean")
    assert verify(str(log)).faults == []
    assert len(verify(str(log)).entries) == 7


def test_a_writer_killed_before_the_head_was_written(tmp_path: Path) -> None:
    log, head = filled(tmp_path), tmp_path / "ftlint.audit.head"
    kept = head.read_bytes()
    filled(tmp_path, 1)
    head.write_bytes(kept)
    found = verify(str(log))
    assert (found.faults, len(found.notes)) == ([], 1)
    filled(tmp_path, 1)
    assert verify(str(log)).notes == []


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = filled(tmp_path)
    before, write = log.read_bytes(), os.write

    def half(handle: int, data: bytes) -> int:
        if len(data) < 60:
            raise OSError(28, "No space left on device")
        return write(handle, data[:50])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        with pytest.raises(FtlintError, match="No space left on device"):
            record(settings_in(tmp_path), "check", subject="x", hashes={}, verdict="clean")
    assert log.read_bytes() == before
    record(settings_in(tmp_path), "check", subject="x", hashes={}, verdict="clean")
    assert verify(str(log)).faults == []


def test_a_head_that_cannot_be_written_leaves_the_log_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = filled(tmp_path)
    before, replace = log.read_bytes(), os.replace

    def fails(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    def interrupted(source: str, target: str) -> None:
        replace(source, target)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fails)
        with pytest.raises(FtlintError, match="No space left on device"):
            record(settings_in(tmp_path), "check", subject="x", hashes={}, verdict="clean")
        assert log.read_bytes() == before
        assert verify(str(log)).faults == []
        patch.setattr(os, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            record(settings_in(tmp_path), "check", subject="x", hashes={}, verdict="clean")
    assert (verify(str(log)).faults, len(verify(str(log)).entries)) == ([], 7)


def many(root: str, worker: int) -> None:
    for index in range(25):
        record(settings_in(Path(root)), "check", subject=f"{worker} {index}", hashes={}, verdict="clean")


def test_processes_record_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=many, args=(str(tmp_path), worker)) for worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found = verify(str(tmp_path / "ftlint.audit"))
    assert (found.faults, found.notes) == ([], [])
    expected = {f"{worker} {index}" for worker in range(4) for index in range(25)}
    assert {entry["subject"] for entry in found.entries} == expected
    assert len(found.entries) == 100


KILLED = """
import sys
from ftlint.gate.audit import record
from ftlint.settings import Settings
from ftlint.settings.training import AuditSettings
settings = Settings(root=sys.argv[1], audit=AuditSettings(log="ftlint.audit"))
index = 0
while True:
    mark = record(settings, "train", subject=str(index), hashes={}, verdict="clean")
    print(mark.seq, flush=True)
    index += 1
"""


def test_what_was_recorded_survives_a_kill(tmp_path: Path) -> None:
    told = -1
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        for _ in range(12):
            told = int(child.stdout.readline())
        child.kill()
        told = max([told, *map(int, child.stdout.read().split())])
        child.wait()
        child.stdout.close()
    record(settings_in(tmp_path), "train", subject="last", hashes={}, verdict="clean")
    found = verify(str(tmp_path / "ftlint.audit"))
    assert (found.faults, found.notes) == ([], [])
    assert len(found.entries) >= told + 2


def test_marks_are_found_in_lock_and_runs(tmp_path: Path) -> None:
    (tmp_path / "out" / "lora").mkdir(parents=True)
    (tmp_path / "node_modules").mkdir()
    mark = {"audit": {"seq": 4, "hash": HASH}}
    (tmp_path / "ftlint.lock").write_text(
        json.dumps({"ftlint_lock": 1, "approvals": [mark, {"audit": None}]})
    )
    (tmp_path / "out" / "lora" / "run.json").write_text(json.dumps({"ftlint_run": 1, **mark}))
    (tmp_path / "node_modules" / "run.json").write_text(json.dumps(mark))
    (tmp_path / "run.json").write_text("no json")
    found = marks_of(settings_in(tmp_path))
    assert found == [Mark("ftlint.lock", 4, HASH), Mark("out/lora/run.json", 4, HASH)]


def test_the_page_verifies_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Path(__file__).parents[2] / "docs" / "audit.md"
    program = page.read_text().partition("```python\n")[2].partition("```")[0]
    log = filled(tmp_path, key=KEY)
    monkeypatch.chdir(tmp_path)
    exec(program, {})
    log.write_bytes(log.read_bytes().replace(b'"data/3.jsonl"', b'"data/4.jsonl"'))
    with pytest.raises(AssertionError, match="3"):
        exec(program, {})
