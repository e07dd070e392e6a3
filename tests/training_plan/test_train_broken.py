"""How `ftlint train` ends where a training breaks: exit code 2, and an end in the audit log. No torch."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ftlint.cli import train
from ftlint.model import FtlintError
from ftlint.train.signals import Signalled

ARGUMENTS = Namespace(
    file="my lora.yaml",
    resume=False,
    max_steps=30,
    price_per_hour=2.5,
    no_baseline=True,
    dialect="",
    config="",
    isolated=False,
)


def ended(monkeypatch: pytest.MonkeyPatch, error: BaseException, verdicts: list[str]) -> int:
    """The exit code of a training that an error ends once it has begun; what went to the audit log."""

    def broken(*arguments: Any, on_start: Any, **named: Any) -> Any:
        on_start()
        raise error

    def record(*arguments: Any, verdict: str, **named: Any) -> None:
        verdicts.append(verdict)
        if verdict == "failed":
            raise FtlintError("the audit log cannot be written: its disk is the same")

    monkeypatch.setattr("ftlint.train.run.run", broken)
    monkeypatch.setattr("ftlint.gate.audit.record", record)
    monkeypatch.setattr("ftlint.gate.lock.lock_hash", lambda approval: "0" * 64)
    given: Any = SimpleNamespace(config="my lora.yaml", sha256="0" * 64)
    approval: Any = SimpleNamespace(config=given)
    nothing: Any = SimpleNamespace(refuse_model=None)
    return train._trained(ARGUMENTS, given, nothing, nothing, approval, nothing, nothing)


def test_what_nobody_foresaw_is_no_rule_that_stopped_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    verdicts: list[str] = []
    assert ended(monkeypatch, OSError(5, "Input/output error"), verdicts) == 2
    told = capsys.readouterr().err
    assert "Traceback" in told
    again = "ftlint train 'my lora.yaml' --resume --max-steps 30 --price-per-hour 2.5 --no-baseline"
    assert f"Input/output error; from the last checkpoint: {again}" in told
    assert verdicts == ["started", "failed"]


def test_a_mistake_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts: list[str] = []
    with pytest.raises(FtlintError, match="the disk is full"):
        ended(monkeypatch, FtlintError("the disk is full"), verdicts)
    assert verdicts == ["started", "failed"]


def test_a_signal_before_the_first_step_has_the_exit_code_of_shells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verdicts: list[str] = []
    assert ended(monkeypatch, Signalled(15), verdicts) == 143
    assert verdicts == ["started", "interrupted"]


def test_an_interrupt_is_in_the_audit_log(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        ended(monkeypatch, KeyboardInterrupt(), verdicts)
    assert verdicts == ["started", "interrupted"]


def test_a_runs_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    from ftlint.train.resume import occupied

    (tmp_path / "runs").write_text("a file")
    with (
        pytest.raises(FtlintError, match="the run's folder cannot be written") as error,
        occupied(tmp_path / "runs" / "lora"),
    ):
        pass
    assert error.value.path == str(tmp_path / "runs" / "lora")
