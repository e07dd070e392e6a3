"""Several processes run one command with the same losses: DDP and FSDP 2, on two processors with gloo."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import models
import preferences
import pytest
import torch
from safetensors.torch import load_file

from ftlint.cli.main import main
from ftlint.model import FtlintError
from ftlint.train.many import World, shared, world

SCRIPT = Path(__file__).with_name("sharded.py")
LAUNCH = ("--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no")
FSDP = (
    *("--use_fsdp", "--fsdp_version", "2", "--fsdp_auto_wrap_policy", "TRANSFORMER_BASED_WRAP"),
    *("--fsdp_state_dict_type", "FULL_STATE_DICT"),
)
CONFIG = """\
ftlint: 1
base_model: model
method: {method}
tuning: lora
lora_rank: 4
learning_rate: 2.0e-4
lr_scheduler: constant_with_warmup
warmup_ratio: 0.1
epochs: 1
micro_batch_size: 4
gradient_accumulation: 2
sequence_length: 128
precision: {precision}
train_data: {kind}-train.jsonl
eval_data: {kind}-val.jsonl
eval_steps: 6
save_steps: 4
output_dir: runs/{method}
"""
WAIVED = (
    "learning-rate-too-high",
    "tiny-held-out",
    "too-few-steps",
    "too-few-examples",
    "no-general-data",
    "bad-split",
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose trainings are approved and were run in one process: `runs/sft-one`, `runs/dpo-one`."""
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("many")
    models.random_model(root / "model")
    chats = list({json.dumps(row): row for row in models.tickets(300)}.values())
    pairs = list({json.dumps(row["prompt"]): row for row in preferences.rows(300, 0)}.values())
    for kind, rows in (("chats", chats), ("pairs", pairs)):
        preferences.write(root / f"{kind}-train.jsonl", rows[:117])  # the last step is not full
        preferences.write(root / f"{kind}-val.jsonl", rows[150:179])
    (root / "ftlint.toml").write_text("")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("FTLINT_USER", "Ana <ana@example.org>")
        for method, kind, precision in (("sft", "chats", "fp32"), ("dpo", "pairs", "bf16")):
            text = CONFIG.format(method=method, kind=kind, precision=precision)
            (root / f"{method}.yaml").write_text(text)
            approve(f"{method}.yaml")
            assert main(["train", f"{method}.yaml", "--no-baseline"]) == 0
            (root / "runs" / method).rename(root / "runs" / f"{method}-one")
    return root


def approve(config: str) -> None:
    import contextlib
    import io
    import re

    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        code = main(["approve", config])
    if code:
        found = [name for name in WAIVED if re.search(rf" {name}\b", told.getvalue())]
        waivers = [word for name in found for word in ("--waive", f"{name}=a test")]
        assert main(["approve", config, *waivers]) == 0


def launched(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "accelerate.commands.launch", *LAUNCH, *words],
        cwd=root,
        env=known | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def same(root: Path, method: str) -> None:
    """The run's log and adapter are those of one process; the folder is put away."""
    there, alone = root / "runs" / method, root / "runs" / f"{method}-one"
    logs = [
        [json.loads(row) for row in (run / "log.jsonl").read_text().splitlines()] for run in (there, alone)
    ]
    assert len(logs[1]) == 19  # 15 steps, evaluated at 0, 6, 12, 15
    for ours, theirs in zip(*logs, strict=True):
        assert ours.keys() == theirs.keys()
        for name in ours.keys() - {"seconds", "tokens_per_second", "tokens", "epoch"}:
            assert ours[name] == pytest.approx(theirs[name], rel=1e-5, abs=1e-6), name
    states = [load_file(run / "adapter" / "adapter_model.safetensors") for run in (there, alone)]
    assert states[0].keys() == states[1].keys()
    assert all(torch.allclose(states[0][name], states[1][name], atol=1e-6) for name in states[0])
    manifest = json.loads((there / "run.json").read_text())
    assert manifest["status"] == "finished"
    assert manifest["machine"]["processes"] == 2
    assert (manifest["plan"]["micro_batch"], manifest["plan"]["accumulation"]) == (4, 1)
    shutil.rmtree(there)


def test_two_processes_train_as_one(root: Path) -> None:
    """The first process alone measures the base, writes and prints."""
    ended = launched(root, "--multi_gpu", "-m", "ftlint", "train", "sft.yaml")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("finished · 15 steps") == 1
    assert json.loads((root / "runs/sft/baseline.json").read_text())["ftlint_baseline"] == 1
    same(root, "sft")


def test_sharded_weights_train_as_whole_ones_and_outlive_a_crash(root: Path) -> None:
    words = (*FSDP, str(SCRIPT), "train", "sft.yaml", "--no-baseline")
    ended = launched(root, *words, FTLINT_DIES_AT="checkpoint-8")
    assert ended.returncode != 0
    assert "held: True [((32, 32), (16, 32))]" in ended.stdout  # a half in each process
    assert (root / "runs/sft/checkpoint-6").is_dir()
    assert not (root / "runs/sft/checkpoint-8").exists()
    ended = launched(root, *words, "--resume")
    assert ended.returncode == 0, ended.stderr
    same(root, "sft")


def test_preferences_are_the_same_in_sixteen_bits(root: Path) -> None:
    """FSDP 2 as accelerate sets it up rounds outputs to bf16, sums of log-probabilities among them."""
    ended = launched(root, *FSDP, str(SCRIPT), "train", "dpo.yaml", "--no-baseline")
    assert ended.returncode == 0, ended.stderr
    same(root, "dpo")


def test_the_batch_stays_and_the_accumulation_is_shared(tmp_path: Path) -> None:
    plan = preferences.plan(tmp_path, "out", micro_batch=4, accumulation=6)
    divided = shared(plan, World(3))
    assert (divided.micro_batch, divided.accumulation, divided.world_size) == (4, 2, 3)
    assert divided.effective_batch == plan.effective_batch == 24
    smaller = shared(plan, World(12))
    assert (smaller.micro_batch, smaller.accumulation) == (2, 1)
    assert shared(plan, World()) == plan
    with pytest.raises(
        FtlintError, match=r"24 examples make one step .* 5 processes cannot share them evenly"
    ):
        shared(plan, World(5))


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"ACCELERATE_USE_DEEPSPEED": "true"}, "DeepSpeed, which ftlint train does not run"),
        ({"ACCELERATE_USE_FSDP": "true", "FSDP_VERSION": "1"}, "FSDP 1.*--fsdp_version 2"),
        ({"ACCELERATE_USE_FSDP": "true"}, "FSDP 1"),
        ({"PARALLELISM_CONFIG_TP_SIZE": "2"}, "PARALLELISM_CONFIG_TP_SIZE is set"),
        ({"RANK": "one"}, "RANK='one': not a number"),
    ],
)
def test_other_launches_are_refused(environment: dict[str, str], told: str) -> None:
    with pytest.raises(FtlintError, match=told):
        world({"WORLD_SIZE": "2", **environment})


def test_shared_weights_are_loaded_in_host_memory(tmp_path: Path) -> None:
    plan = preferences.plan(tmp_path, "out")
    assert World(2, sharding="fsdp").loads_on(plan, "cuda:1") == "cpu"
    assert World(2, sharding="ddp").loads_on(plan, "cuda:1") == "cuda:1"
    quantised = preferences.plan(tmp_path, "out", load_in_4bit=True)
    assert World(2, sharding="fsdp").loads_on(quantised, "cuda:1") == "cuda:1"


def test_what_the_launcher_says() -> None:
    given: dict[str, Any] = {"WORLD_SIZE": "8", "RANK": "5", "LOCAL_RANK": "1"}
    assert world(given) == World(8, 5, 1, "ddp")
    assert world(given | {"ACCELERATE_USE_FSDP": "true", "FSDP_VERSION": "2"}).sharding == "fsdp"
    assert not world(given).first
    assert world({}) == World()
    assert world({}).first
