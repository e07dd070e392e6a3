"""Approvals and the audit log: a lock that somebody wrote and sealed by hand is not in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_project import CONFIG, SETTINGS, WHO, outcome, project, settings_of

from ftlint.gate.approve import keep
from ftlint.gate.audited import hashes, record_outcome
from ftlint.gate.lock import Approval, AuditMark, Lock, lock_hash, read_lock, sealed, write_lock
from ftlint.gate.verify import Breach, breaches

LOGGED = '[audit]\nlog = "audit.jsonl"\nkey-file = "audit.key"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project(tmp_path, settings=f"{SETTINGS}\n{LOGGED}")
    (tmp_path / "audit.key").write_text("0123456789abcdef" * 4)
    (tmp_path / "audit.key").chmod(0o600)
    return tmp_path


def approved(root: Path) -> Approval:
    made = outcome(root)
    assert made.approval is not None
    settings = settings_of(root)
    mark = record_outcome(settings, CONFIG, "approved", made, hashes(made.approval))
    return keep(made.approval, settings, mark)


def found(root: Path) -> list[Breach]:
    return breaches(read_lock(str(root)).approvals[0], settings_of(root))


def test_the_log_holds_the_hash_of_the_lock(root: Path) -> None:
    approval = approved(root)
    entry = json.loads((root / "audit.jsonl").read_text())
    assert entry["event"] == "approve"
    assert entry["hashes"]["lock"] == lock_hash(approval)
    assert entry["hashes"]["data/train.jsonl"] == approval.data["train"][0].sha256
    assert approval.audit is not None
    assert approval.audit.hash == entry["hash"]
    assert not found(root)


@pytest.mark.parametrize("field", ["waivers", "deferred", "not_run", "by", "at", "audit"])
def test_what_no_file_tells_the_log_tells(root: Path, field: str) -> None:
    approval = approved(root)
    forged = {
        "deferred": [],
        "waivers": [],
        "not_run": [{"code": "", "reason": "x"}],
        "by": {"name": "Somebody", "email": ""},
        "at": "2020-01-01T00:00:00Z",
        "audit": None,
    }[field]
    if field == "waivers":
        forged = [
            {
                "code": "X",
                "name": "x",
                "path": "",
                "count": 1,
                "reason": "y",
                "source": "comment",
                "sha256": "0" * 64,
            }
        ]
    plain = {**approval.model_dump(mode="json"), field: forged}
    fake = sealed(Approval.model_validate_json(json.dumps(plain)))
    write_lock(str(root), Lock(ftlint_lock=1, approvals=[fake]))
    assert [each.field for each in found(root)] == ["audit"]


def test_a_log_that_was_written_anew_without_the_key(root: Path) -> None:
    from ftlint.gate.audit_entry import canonical, signed

    approval = approved(root)
    fake = sealed(approval.model_copy(update={"by": WHO.model_copy(update={"name": "Somebody"})}))
    entry = json.loads((root / "audit.jsonl").read_text())
    entry["hashes"]["lock"] = lock_hash(fake)
    mine = signed({key: each for key, each in entry.items() if key not in ("hash", "signature")}, None)
    mine["signature"] = entry["signature"]
    (root / "audit.jsonl").write_bytes(canonical(mine) + b"\n")
    mark = AuditMark(seq=0, hash=mine["hash"])
    write_lock(str(root), Lock(ftlint_lock=1, approvals=[sealed(fake.model_copy(update={"audit": mark}))]))
    assert [each.field for each in found(root)] == ["audit"]


def test_without_the_log_nothing_is_said_of_it(root: Path) -> None:
    approved(root)
    (root / "audit.jsonl").unlink()  # the machine that trains need not have it
    assert not found(root)
