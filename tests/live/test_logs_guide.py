"""What docs/logs.md says of commands and settings holds."""

from __future__ import annotations

import re
import shlex
from math import exp
from pathlib import Path

import pytest

from ftlint.cli.main import main
from ftlint.live.command import PREFIX, environment
from ftlint.live.stopping import STOPS
from ftlint.live.verdicts import Verdict
from ftlint.model import Severity
from ftlint.registry import rules
from ftlint.runlogs.detect import READERS
from ftlint.runlogs.recorder import Recorder

PAGE = Path(__file__).parents[2] / "docs" / "logs.md"
TEXT = PAGE.read_text()


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = [line.split(" #")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("ftlint ")]


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, rate in (("lora", 2e-4), ("lr-1e-4", 1e-4), ("lr-2e-4", 2e-4)):
        folder = tmp_path / "outputs" / name
        folder.mkdir(parents=True)
        rows = "".join(
            f'{{"current_steps": {step}, "total_steps": 600, "lr": {rate}, "percentage": {step / 6}, '
            f'"{"loss" if step % 50 else "eval_loss"}": {0.5 + exp(-step * rate * 100)}}}\n'
            for step in range(10, 610, 10)
        )
        (folder / "trainer_log.jsonl").write_text(rows)


@pytest.mark.parametrize("command", commands())
@pytest.mark.usefixtures("outputs")
def test_commands_run(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = shlex.split(command)[1:]
    assert main(arguments) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out or "-o" in arguments


def test_settings_that_are_shown_are_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = blocks("toml")
    assert shown
    for block in shown:
        (tmp_path / "ftlint.toml").write_text(block)
        assert main(["settings", "show"]) == 0


def test_every_rule_of_runs_is_named() -> None:
    codes = {code for code in rules() if code.startswith("RUN")}
    linked = set(re.findall(r"rules/(RUN\d{3})\.md", TEXT))
    for first, last in re.findall(r"\[(RUN\d{3})\]\([^)]*\) to \[(RUN\d{3})\]", TEXT):
        linked |= {code for code in codes if first <= code <= last}
    assert linked == codes
    for name, code in re.findall(r"\[([a-z-]+)\]\(rules/(RUN\d{3})\.md\)", TEXT):
        assert rules()[code].name == name


def test_what_stops_and_what_a_command_is_told_is_listed() -> None:
    table = TEXT.partition("**What stops.**")[2].partition("`--stop-on RULE`")[0]
    assert set(
        re.findall(r"`([a-z]+-?[a-z]+)`", "".join(re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)))
    ) == set(STOPS)
    verdict = Verdict("RUN001", "overfitting", Severity.WARNING, "said")
    variables = environment(verdict, Recorder("out", "trainer-state").log())
    table = TEXT.partition("| `FTLINT_VERDICT_` | is |")[2].partition("**The end.**")[0]
    told = re.findall(r"`([A-Z_]+)`", "".join(re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)))
    assert {PREFIX + name for name in told} == set(variables)


def test_who_writes_what_is_read_is_listed() -> None:
    """Each kind of log that there is has a word on the page."""
    words = {
        "trainer-state": "trainer_state.json",
        "log-history": "log_history",
        "llamafactory": "trainer_log.jsonl",
        "all-results": "all_results.json",
        "json": "JSON rows",
        "jsonl": "JSON Lines",
        "csv": "CSV",
        "openai-events": "OpenAI",
        "together-events": "Together",
        "fireworks-metrics": "Fireworks",
        "mistral-job": "Mistral",
        "openai-csv": "results as CSV",
        "tensorboard": "TensorBoard",
        "lightning-csv": "Lightning",
        "keras-csv": "Keras",
        "text": "what was printed",
        "mlflow": "MLflow",
        "wandb-json": "exported history",
        "wandb-csv": "chart",
        "wandb-offline": "run-ID.wandb",
    }
    assert set(words) == set(READERS)
    section = TEXT.partition("## What is read")[2].partition("## Rules")[0]
    assert [word for word in words.values() if word not in section] == []
