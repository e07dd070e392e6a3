"""One fault is told once: by the rule that knows more, of a file as its command line completes it."""

from pathlib import Path

import pytest

from ftlint.engine.bind import bind
from ftlint.engine.lint import check
from ftlint.engine.plan import RuleSet
from ftlint.model import Severity, Training, TrainingConfig
from ftlint.model.project import Project
from ftlint.read.discover import discover
from ftlint.registry import rules, selected
from ftlint.rule import chat
from ftlint.settings import load
from ftlint.testing import lines

OWN = "ftlint: 1\nmethod: sft\ntuning: lora\nlora_rank: 16\nlearning_rate: 0.0002\ntrain_data: train.jsonl\n"
ROWS = lines([chat(f"Question {n}?", f"Answer {n}.") for n in range(200)])


def told(root: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> dict[str, set[Severity | None]]:
    """Code -> severities of what is found."""
    monkeypatch.chdir(root)
    for name, text in files.items():
        (root / name.replace("__", ".")).write_text(text)
    settings = load([str(root)])
    chosen = RuleSet(selected(settings))
    found = discover([str(root)], settings, documents=chosen.reads_documents)
    report = check(bind(found, settings), settings, chosen, today="2026-11-01")
    assert not report.failures
    codes: dict[str, set[Severity | None]] = {}
    for finding, _ in report.findings():
        codes.setdefault(finding.code, set()).add(finding.severity)
    return codes


def test_every_covered_code_is_of_a_rule_of_configs() -> None:
    known = rules()
    covering = {code: rule.covers for code, rule in known.items() if rule.covers}
    assert {"FIT001", "FIT011", "CFG095"} <= covering.keys()
    for code, others in covering.items():
        for other in (code, *others):
            assert known[other].subject in (TrainingConfig, Training, Project), other
        assert code not in others


@pytest.mark.parametrize(
    ("epochs", "settings", "said", "silent"),
    [
        (5, "", ("FIT001", Severity.WARNING), "CFG007"),
        (10, "", ("FIT001", Severity.WARNING), "CFG007"),
        (50, "", ("CFG007", Severity.ERROR), "FIT001"),
        (5, 'ignore = ["FIT001"]\n', ("CFG007", Severity.INFO), "FIT001"),
        (50, '[rules.too-many-epochs]\nseverity = "info"\n', ("FIT001", Severity.WARNING), "CFG007"),
    ],
)
def test_the_more_severe_is_told_and_of_two_alike_the_one_that_covers(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    epochs: int,
    settings: str,
    said: tuple[str, Severity],
    silent: str,
) -> None:
    files = {"lora__yaml": f"{OWN}epochs: {epochs}\n", "train__jsonl": ROWS, "ftlint__toml": settings}
    found = told(tmp_path, monkeypatch, **files)
    assert found[said[0]] == {said[1]}
    assert silent not in found


def test_other_places_are_not_covered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each config has a finding of its own rule: the policy's covers that of its own file alone."""
    policy = "[policy]\nmax-epochs = 7\n"
    files = {"a__yaml": f"{OWN}epochs: 6\n", "b__yaml": f"{OWN}epochs: 9\n", "ftlint__toml": policy}
    found = told(tmp_path, monkeypatch, **files)
    assert found["CFG095"] == {Severity.ERROR}
    assert found["CFG007"] == {Severity.WARNING}


TRL = (
    "model_name_or_path: Qwen/Qwen2.5-7B\ndataset_name: me/rows\nlearning_rate: 2.0e-4\nlora_r: 16\n"
    "num_train_epochs: 2\nper_device_train_batch_size: 4\nmax_length: 1024\noutput_dir: out\n"
)


@pytest.mark.parametrize(
    ("script", "inert"),
    [
        ("", True),
        ("trl sft --config sft.yaml --use_peft --learning_rate 2e-4\n", False),
        ("trl sft --config other.yaml --use_peft --learning_rate 2e-4\n", True),
        (
            "trl sft --config sft.yaml --use_peft --learning_rate 2e-4\n"
            "trl sft --config sft.yaml --learning_rate 2e-5\n",
            True,
        ),
    ],
)
def test_what_every_command_line_adds_holds_for_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, inert: bool
) -> None:
    found = told(tmp_path, monkeypatch, sft__yaml=TRL, run__sh=script)
    assert ("CFG018" in found) is inert
