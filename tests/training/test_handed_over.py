"""A training that is handed over to TRL by `ftlint config convert --lock`, and comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import models
import pytest

from ftlint.cli.main import main
from ftlint.evaluate.run_folder import base_of, read_run
from ftlint.settings import load

CONFIG = """\
ftlint: 1
base_model: base
method: sft
tuning: lora
lora_rank: 4
learning_rate: 2.0e-4
epochs: 1
micro_batch_size: 4
gradient_accumulation: 2
sequence_length: 256
precision: fp32
seed: 3
train_data: train.jsonl
eval_data: val.jsonl
eval_strategy: steps
eval_steps: 5
output_dir: out
"""
SETTINGS = """\
[[dataset]]
name = "tickets"
train = "train.jsonl"
validation = "val.jsonl"
test = "test.jsonl"

[[training]]
name = "tickets"
dataset = "tickets"
config = "lora.yaml"

[audit]
log = "ftlint.audit"

[reasons]
no-general-data = "this test asks for the narrow task alone"
"""
WAIVED = ("too-few-steps", "tiny-held-out", "learning-rate-too-low")


def written(path: Path, rows: list[dict[str, list[dict[str, str]]]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_trl_trains_the_converted_config_and_the_run_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FTLINT_USER", "Ada <ada@example.com>")
    models.random_model(tmp_path / "base")
    for name, count, seed in (("train", 120, 0), ("val", 10, 1), ("test", 10, 2)):
        written(tmp_path / f"{name}.jsonl", models.tickets(count, seed))
    (tmp_path / "lora.yaml").write_text(CONFIG)
    (tmp_path / "ftlint.toml").write_text(SETTINGS)
    waived = [word for name in WAIVED for word in ("--waive", f"{name}=a test")]
    assert main(["approve", "lora.yaml", *waived]) == 0, capsys.readouterr()
    assert main(["config", "convert", "lora.yaml", "--to", "trl", "--lock", "-o", "trl.yaml"]) == 0

    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(tmp_path / "hf"),
        "OMP_NUM_THREADS": "1",
    }
    trl = Path(sys.executable).with_name("trl")
    done = subprocess.run(
        [trl, "sft", "--config", "trl.yaml"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]

    assert main(["config", "returned", "trl.yaml", "out"]) == 0
    settings = load([str(tmp_path)])
    run = read_run("out", settings)
    assert (run.manifest.tool, run.manifest.status, run.manifest.trained.steps) == ("trl", "finished", 15)
    assert run.manifest.precision.adapter == "float32"
    assert Path(base_of(run, settings.root).folder) == tmp_path / "base"
    assert (run.manifest.plan["alpha"], run.manifest.plan["targets"]) == (8, ["all-linear"])
    assert main(["export", "out", "--to", "card"]) == 0
    card = Path("out/export/card/README.md").read_text()
    assert "- trained by trl (taken back by ftlint " in card
    assert "0 of them trained on" not in card
    assert "that it was given these data and settings was not watched" in card
    assert "It could not be told all that was approved: eval_data, eval_steps, eval_strategy, " in card
    assert main(["logs", "show", "out"]) == 0
    assert main(["audit", "verify"]) == 0
    told = capsys.readouterr().out
    assert "2 marks of ftlint.lock, out/run.json" in told
