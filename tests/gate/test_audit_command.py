"""`ftlint audit`, and what checks and redactions record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftlint.cli.main import main
from ftlint.gate.audit import record
from ftlint.settings import load

HASH = "ab" * 32


@pytest.fixture(autouse=True)
def who(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTLINT_USER", "Ada Lovelace <ada@example.com>")
    monkeypatch.delenv("FTLINT_AUDIT_KEY", raising=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ftlint.toml").write_text('[audit]\nlog = "ftlint.audit"\n')
    (tmp_path / "train.jsonl").write_text(
        '{"prompt": "write to jo.weber@kontor-weber.de", "completion": "done, Ada"}\n' * 3
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_check_and_a_redaction_are_recorded(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check", "train.jsonl", "--select", "DUP"])
    main(["check", "train.jsonl", "--select", "DUP", "--fix", "--unsafe-fixes"])
    assert main(["data", "redact", "train.jsonl", "--in-place"]) == 0
    capsys.readouterr()
    assert main(["audit", "verify"]) == 0
    assert "intact" in capsys.readouterr().out
    entries = [json.loads(line) for line in (project / "ftlint.audit").read_bytes().splitlines()]
    assert [entry["event"] for entry in entries] == ["check", "check", "redact"]
    first, fixed, redacted = entries
    assert (first["verdict"], first["details"]["rows"]) == ("findings" if code else "clean", 3)
    assert first["hashes"] == fixed["hashes"]
    assert list(fixed["details"]["fixed"].values()) == list(redacted["hashes"].values())
    written = list(redacted["details"]["written"].values())
    assert written != list(redacted["hashes"].values())
    assert b"jo.weber@" not in (project / "ftlint.audit").read_bytes()
    assert main(["check", "train.jsonl", "--select", "DUP"]) in {0, 1}
    last = json.loads((project / "ftlint.audit").read_bytes().splitlines()[-1])
    assert list(last["hashes"].values()) == written


def test_a_check_is_not_run_on_a_log_that_was_cut(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "train.jsonl", "-q"])
    (project / "ftlint.audit").write_bytes(b"")
    capsys.readouterr()
    assert main(["check", "train.jsonl", "-q"]) == 2
    assert "the audit log was changed" in capsys.readouterr().err
    assert main(["audit", "verify"]) == 1
    assert "truncated" in capsys.readouterr().out


def test_reports(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = load([str(project)])
    record(settings, "train", subject="lora\x1b[31m.yaml|`x`", hashes={"a|b": HASH}, verdict="finished")
    record(settings, "eval", subject="run", hashes={}, verdict="better", details={"rows": 40})
    assert main(["audit", "report", "--event", "train"]) == 0
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "lora\\x1b[31m.yaml" in text
    assert "better" not in text
    assert main(["audit", "report", "--output-format", "json", "--last", "1", "-o", "out.json"]) == 0
    loaded = json.loads((project / "out.json").read_text())
    assert (loaded["intact"], loaded["entries"], len(loaded["recorded"])) == (True, 2, 1)
    assert main(["audit", "report", "--output-format", "markdown"]) == 0
    told = capsys.readouterr().out
    assert "**Intact**" in told
    assert HASH in told
    assert main(["audit", "verify", "nothing.audit"]) == 2
    assert "there is no audit log here" in capsys.readouterr().err


def test_a_log_that_is_gone_is_missed_where_a_mark_names_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "run.json").write_text(json.dumps({"audit": {"seq": 4, "hash": HASH}}))
    assert main(["audit", "verify"]) == 2
    assert "run.json was written at entry 4 of one: it was deleted" in capsys.readouterr().err
    (project / "run.json").unlink()
    assert main(["audit", "verify"]) == 2
    assert "there is no audit log here" in capsys.readouterr().err
