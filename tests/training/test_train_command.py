"""`ftlint train` as a person runs it: approved, interrupted, resumed, refused."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import models
import pytest
from trainings import written

TOML = """\
[[dataset]]
name = "tickets"
format = "openai-chat"
train = "data/train.jsonl"
validation = "data/val.jsonl"
general = "data/general.jsonl"

[[training]]
name = "tickets-lora"
dataset = "tickets"
config = "lora.yaml"
general-share = 0.2

[audit]
log = "audit.jsonl"
"""
YAML = """\
ftlint: 1
base_model: ./base
method: sft
tuning: lora
lora_rank: 8
lora_alpha: 16
lora_targets: [all-linear]
learning_rate: 2.0e-4
lr_scheduler: cosine
warmup_ratio: 0.05
epochs: 2
micro_batch_size: 4
gradient_accumulation: 2
sequence_length: 256
precision: fp32
seed: 7
train_data: data/train.jsonl
eval_data: data/val.jsonl
general_data: data/general.jsonl
general_share: 0.2
output_dir: out
"""


def distinct(rows: list[dict[str, list[dict[str, str]]]]) -> list[dict[str, list[dict[str, str]]]]:
    return list({row["messages"][0]["content"]: row for row in rows}.values())


def command(folder: Path, *words: str) -> subprocess.Popen[str]:
    settings = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "FTLINT_USER": "Ana <ana@example.org>"}
    return subprocess.Popen(
        [sys.executable, "-m", "ftlint", *words],
        cwd=folder,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(folder: Path, *words: str) -> tuple[int, str, str]:
    process = command(folder, *words)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An approved training."""
    folder = tmp_path_factory.mktemp("project")
    data = folder / "data"
    data.mkdir()
    tickets, questions = distinct(models.tickets(1500, 3)), distinct(models.questions(2000, 4))
    written(data / "train.jsonl", tickets[:240])
    written(data / "val.jsonl", tickets[240:280])
    written(data / "general.jsonl", questions[:150])
    (folder / "ftlint.toml").write_text(TOML)
    (folder / "lora.yaml").write_text(YAML)
    models.random_model(folder / "base")
    code, out, err = said(folder, "approve", "lora.yaml")
    assert code == 0, out + err
    return folder


def test_interrupted_resumed_and_refused(project: Path) -> None:
    run = project / "out"
    process = command(project, "train", "lora.yaml")
    log = run / "log.jsonl"
    until = time.monotonic() + 200
    while not (log.exists() and log.read_text().count('"loss"') >= 3):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 128 + signal.SIGTERM, out + err
    assert "SIGTERM: the step is finished and saved" in err
    assert "RUN022" not in err  # too few evaluations is what an end shows, and this is none
    assert out.startswith("interrupted by SIGTERM · step ")
    assert "go on: ftlint train lora.yaml --resume" in out
    baseline = (run / "baseline.json").read_bytes()

    code, out, err = said(project, "train", "lora.yaml", "--resume", "--price-per-hour", "2.5")
    assert code == 0, out + err
    assert out.startswith("finished · ")
    assert "next: ftlint eval --run out --split validation" in out
    assert "cost 0.0" in err
    assert (run / "baseline.json").read_bytes() == baseline  # measured once
    manifest = json.loads((run / "run.json").read_text())
    assert [each["ended"] for each in manifest["attempts"]] == ["SIGTERM", "finished"]
    assert manifest["attempts"][1]["from_step"] == manifest["attempts"][0]["to_step"]
    assert manifest["by"] == {"name": "Ana", "email": "ana@example.org"}
    assert manifest["data"]["general_share"] == pytest.approx(0.2, abs=0.02)
    events = [json.loads(line) for line in (project / "audit.jsonl").read_text().splitlines()]
    verdicts = [each["verdict"] for each in events if each["event"] == "train"]
    assert verdicts == ["started", "interrupted", "started", "finished"]
    assert manifest["audit"]["hash"] == next(each["hash"] for each in events if each["event"] == "train")

    code, out, err = said(project, "train", "lora.yaml", "--resume")  # again: nothing is left to do
    assert (code, out.startswith("finished · ")) == (0, True)
    code, out, err = said(project, "train", "lora.yaml")
    assert (code, "holds a run already" in err) == (2, True)
    code, out, err = said(project, "logs", "show", "out")
    assert "out/log.jsonl" in out.splitlines()[0]  # one run, not one for each of its logs

    data = project / "data/train.jsonl"
    before = data.read_bytes()
    data.write_bytes(before.replace(b"lamp", b"lamb", 1))
    code, out, err = said(project, "train", "lora.yaml", "--resume")
    assert (code, "data/train.jsonl" in err) == (2, True), err
    data.write_bytes(before)


def test_a_signal_before_the_first_step_is_in_the_audit_log(project: Path) -> None:
    shutil.rmtree(project / "out", ignore_errors=True)
    audit = project / "audit.jsonl"
    before = audit.read_text().count('"started"')
    process = command(project, "train", "lora.yaml", "--resume")
    until = time.monotonic() + 200
    while audit.read_text().count('"started"') == before:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 128 + signal.SIGTERM, out + err
    assert "SIGTERM while the base model was measured: nothing was trained yet" in err
    last = json.loads(audit.read_text().splitlines()[-1])
    assert (last["event"], last["verdict"]) == ("train", "interrupted")
    assert not (project / "out/run.json").exists()


def test_a_dry_run_loads_no_torch(project: Path) -> None:
    program = (
        "import sys; from ftlint.cli.main import main; code = main(['train', 'lora.yaml', '--dry-run']);"
        "print('torch' in sys.modules, 'transformers' in sys.modules); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "False False"
    assert "first batch" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--max-steps", "0"), "a number of steps from 1 on"),
        (("--price-per-hour", "nan"), "what an hour costs"),
        (("--lock", "0" * 64), "was approved anew"),
    ],
)
def test_what_is_given_wrong_is_told(project: Path, words: tuple[str, ...], told: str) -> None:
    code, _, err = said(project, "train", "lora.yaml", *words)
    assert (code, told in err) == (2, True), err
