"""`ftlint approve` in a process of its own: what is printed, exit codes, the lock that is left."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from gate_project import CONFIG, FIELDS, SETTINGS, config_text, project

from ftlint.cli.main import main
from ftlint.gate.lock import NAME, read_lock

Run = Callable[..., "Done"]
WHO = "Ana <ana@example.org>"


class Done(NamedTuple):
    """What a command left: as of a process."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def approve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process: a process costs a second, and importing is not the point."""
    project(tmp_path)
    monkeypatch.setenv("FTLINT_USER", WHO)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments: str, cwd: Path = tmp_path) -> Done:
        monkeypatch.chdir(cwd)
        capfd.readouterr()
        return Done(main(["approve", *arguments]), *capfd.readouterr())

    return run


def test_in_a_process_of_its_own(ftlint: Callable[..., Any], tmp_path: Path) -> None:
    project(tmp_path)
    done = ftlint("approve", CONFIG, env={"FTLINT_USER": WHO})
    assert (done.returncode, done.stderr) == (0, "")
    assert "approved by Ana <ana@example.org>" in done.stdout
    assert len(read_lock(str(tmp_path)).approvals) == 1


def test_approved_checked_refused_waived_removed(approve: Run, tmp_path: Path) -> None:
    done = approve(CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test        data/test.jsonl · openai-chat · 60 rows" in done.stdout
    assert "approved by Ana <ana@example.org> · ftlint.lock · lock " in done.stdout
    checked = approve("--check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith(f"{CONFIG}: as approved by Ana")
    assert "unchanged since it was approved on" in approve(CONFIG).stdout

    with (tmp_path / "data/val.jsonl").open("a") as stream:
        stream.write("\n")
    lock = (tmp_path / NAME).read_bytes()
    told = approve("--check")
    assert told.returncode == 1
    (line,) = told.stdout.splitlines()
    assert line.startswith("data/val.jsonl: data.validation[0]: changed (")
    github = approve("--check", "--output-format", "github", "--output-format", "json=out.json")
    assert github.stdout.startswith("::error file=data/val.jsonl,title=not as approved::data.validation[0]")
    report = json.loads((tmp_path / "out.json").read_text())
    assert (report["ok"], report["approvals"][0]["breaches"][0]["field"]) == (False, "data.validation[0]")

    refused = approve(CONFIG)
    assert refused.returncode == 1
    assert "not approved: FMT016 blank-line" in refused.stdout
    assert '--waive blank-line="WHY"' in " ".join(refused.stdout.split())
    assert (tmp_path / NAME).read_bytes() == lock
    waived = approve(CONFIG, "--waive", "blank-line=the export writes them")
    assert waived.returncode == 0, waived.stdout
    assert "FMT016 blank-line (1) in data/val.jsonl: the export writes them [command-line]" in waived.stdout
    assert approve("--check", "--rules").returncode == 0

    (tmp_path / CONFIG).unlink()
    gone = approve("--check")
    assert gone.returncode == 1
    assert gone.stdout.startswith(f"{CONFIG}: config: can no longer be read")
    removed = approve(CONFIG, "--remove")
    assert removed.returncode == 0, removed.stderr
    assert read_lock(str(tmp_path)).approvals == []
    nothing = approve("--check")
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "holds no approval" in nothing.stderr


def test_what_is_shown_of_many_findings_and_how_to_mend_them(approve: Run, tmp_path: Path) -> None:
    with (tmp_path / "data/val.jsonl").open("a") as stream:
        stream.write("\n")
    assert "mend it (ftlint check --fix), or" in " ".join(approve(CONFIG).stdout.split())
    first = (tmp_path / "data/val.jsonl").read_text().splitlines()[:5]
    with (tmp_path / "data/val.jsonl").open("a") as stream:
        stream.writelines(f"{line}\n" for line in first)
    few = " ".join(approve(CONFIG).stdout.split())
    assert f"… 2 more: ftlint approve {CONFIG} --max-per-rule 0 " in few
    assert "(ftlint check --fix --unsafe-fixes), or" in few
    every = " ".join(approve(CONFIG, "--max-per-rule", "0").stdout.split())
    assert "more: ftlint" not in every
    assert every.count("as an earlier row") == 5


def test_that_no_test_split_is_named_is_told(approve: Run, tmp_path: Path) -> None:
    (tmp_path / "ftlint.toml").write_text(SETTINGS.replace('test = "data/test.jsonl"\n', ""))
    assert "test        none, so the end result has no rows of its own" in approve(CONFIG).stdout


def test_from_elsewhere_and_without_settings(
    approve: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert approve("lora.yaml", cwd=tmp_path / "configs").returncode == 0
    assert [each.config.path for each in read_lock(str(tmp_path)).approvals] == [CONFIG]
    bare = tmp_path_factory.mktemp("bare")
    project(bare, settings="", general_data=["data/general.jsonl"], general_share=0.2)
    os.makedirs(bare / "deep")
    done = approve(CONFIG, cwd=bare)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (bare / NAME).exists()
    assert approve("--check", f"../{CONFIG}", "--isolated", cwd=bare / "deep").returncode == 0


def test_a_launch_line_of_a_script(approve: Run, tmp_path: Path) -> None:
    flags = (
        "--model_name_or_path base --dataset_name data/train.jsonl --use_peft --lora_r 8 --lora_alpha 16 "
        "--learning_rate 2e-4 --num_train_epochs 3 --max_length 256 --seed 7 --output_dir runs/x --bf16"
    )
    (tmp_path / "train.sh").write_text(f"#!/bin/sh\ntrl sft {flags}\n\ntrl sft {flags} --lora_dropout 0.1\n")
    both = approve("train.sh")
    assert both.returncode == 2
    assert "name one by its line: train.sh:2, train.sh:4" in both.stderr
    reasons = "".join(
        f'{name} = "it is a script of the tests"\n'
        for name in ("chat-data-without-template", "no-eval-data", "config-names-other-data")
        if name in approve("train.sh:4").stdout
    )
    (tmp_path / "ftlint.toml").write_text(f"{SETTINGS}[reasons]\n{reasons}")
    done = approve("train.sh:4")
    if done.returncode:
        names = {
            line.split()[2]
            for line in done.stdout.splitlines()
            if line.lstrip()[:1].isdigit() and ":" in line
        }
        pytest.fail(f"{names}\n{done.stdout}")
    assert [each.config.line for each in read_lock(str(tmp_path)).approvals] == [4]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "name the training config to approve, or --check"),
        (["nowhere.yaml"], "no such file"),
        (["data/train.jsonl"], "holds no training config"),
        ([CONFIG, "--waive", "blank-line"], "write why it may stand"),
        ([CONFIG, "--waive", "blank-line=a b", "--waive", "blank-line=c d"], "two reasons"),
        ([CONFIG, "--waive", "blank-lin=it is so"], "did you mean"),
        ([CONFIG, "--output-format", "jsn"], "unknown output format"),
        (["--check", "--waive", "x=y"], "--check writes nothing"),
        (["--rules", CONFIG], "go with --check"),
        (["--remove"], "--remove needs the config"),
    ],
)
def test_mistakes(approve: Run, tmp_path: Path, arguments: list[str], told: str) -> None:
    done = approve(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / NAME).exists()


def test_a_config_for_something_else(approve: Run, tmp_path: Path) -> None:
    (tmp_path / "configs/zero.json").write_text(json.dumps({"zero_optimization": {"stage": 2}}))
    done = approve("configs/zero.json")
    assert done.returncode == 2
    assert "something else" in done.stderr


def test_an_unapproved_training_is_told(approve: Run, tmp_path: Path) -> None:
    assert approve(CONFIG).returncode == 0
    (tmp_path / "configs/b.yaml").write_text(config_text(FIELDS))
    shutil.copy(tmp_path / "ftlint.toml", tmp_path / "old.toml")
    done = approve("--check", "configs/b.yaml")
    assert done.returncode == 1
    assert done.stdout == "configs/b.yaml: config: is not approved: ftlint approve configs/b.yaml\n"


def test_what_train_would_refuse_is_told(approve: Run, tmp_path: Path) -> None:
    assert "would not run" not in approve(CONFIG).stderr
    (tmp_path / CONFIG).write_text(config_text({**FIELDS, "merge_adapter": True}))
    done = approve(CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"note: ftlint train would not run it: {CONFIG}:" in done.stderr
    assert "merge_adapter" in done.stderr
