"""Configs that are handed over with the lock's hash inside, and runs of other trainers that come back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from gate_project import CONFIG, approved, project

from ftlint.cli.main import main
from ftlint.dialects.writing import convert
from ftlint.engine.configs import configs_of
from ftlint.gate.handed import handed, with_lock
from ftlint.gate.lock import lock_hash
from ftlint.gate.manifest import read_manifest
from ftlint.model import FtlintError

PEFT: dict[str, Any] = {
    "peft_type": "LORA",
    "base_model_name_or_path": "/elsewhere/base",
    "r": 8,
    "lora_alpha": 16,
    "use_rslora": False,
    "peft_version": "0.21.0",
}
STATE: dict[str, Any] = {
    "global_step": 150,
    "max_steps": 150,
    "epoch": 3.0,
    "best_metric": 0.4,
    "best_global_step": 120,
    "log_history": [{"step": 150, "loss": 0.3, "num_tokens": 5160}, {"step": 150, "train_runtime": 31.5}],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An approved project, and the hash of its approval."""
    root = project(tmp_path_factory.mktemp("made"))
    return root, lock_hash(approved(root))


@pytest.fixture
def root(made: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made[0], tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def converted(tool: str = "axolotl") -> str:
    assert main(["config", "convert", CONFIG, "--to", tool, "--lock", "-o", "handed.yml"]) == 0
    return "handed.yml"


def came_back(root: Path, peft: Any = PEFT, state: Any = STATE, checkpoint: str = "") -> Path:
    """A folder as a trainer leaves it: the adapter's weights are a header and four bytes."""
    run = root / "runs" / "back"
    (run / checkpoint).mkdir(parents=True)
    (run / "adapter_config.json").write_text(json.dumps(peft))
    header = json.dumps({"a.lora_A.weight": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    (run / "adapter_model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    (run / checkpoint / "trainer_state.json").write_text(json.dumps(state))
    return run


@pytest.mark.parametrize("tool", ["axolotl", "llamafactory", "trl", "torchtune", "ms-swift"])
def test_a_converted_config_holds_the_lock(root: Path, made: tuple[Path, str], tool: str) -> None:
    found = handed(converted(tool))
    assert (found.config, found.tool, found.lock) == (CONFIG, tool, made[1])
    assert {"general_data", "general_share"} <= set(found.lost)
    assert main(["config", "explain", "handed.yml"]) in {0, 2}


def test_an_edited_or_foreign_config_is_refused(root: Path) -> None:
    file = Path(converted())
    file.write_text(file.read_text().replace("seed: 7", "seed: 8"))
    with pytest.raises(FtlintError, match="was edited after it was converted"):
        handed(str(file))
    with pytest.raises(FtlintError, match="does not say which approval"):
        handed(CONFIG)


def test_line_ends_are_no_edit(tmp_path: Path) -> None:
    file = tmp_path / "handed.yml"
    file.write_bytes(with_lock("a: 1\nb: 2\n", "lora.yaml", "trl", "ab" * 32).replace("\n", "\r\n").encode())
    assert handed(str(file)).tool == "trl"


def test_only_what_is_approved_is_converted(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train = root / "data" / "train.jsonl"
    train.write_text(train.read_text().replace("Oslo", "Rome", 1))
    assert main(["config", "convert", CONFIG, "--to", "axolotl", "--lock"]) == 2
    said = capsys.readouterr()
    assert "data/train.jsonl" in said.err
    assert not said.out
    assert main(["config", "convert", CONFIG, "--to", "axolotl"]) == 0


@pytest.mark.parametrize("checkpoint", ["", "checkpoint-150"])
def test_a_run_comes_back(
    root: Path, made: tuple[Path, str], capsys: pytest.CaptureFixture[str], checkpoint: str
) -> None:
    file, run = converted(), came_back(root, checkpoint=checkpoint)
    (run / "checkpoint-9").mkdir()
    assert main(["config", "returned", file, "runs/back"]) == 0
    assert "next: ftlint eval --run runs/back" in capsys.readouterr().out
    manifest = read_manifest(str(run))
    assert (manifest.tool, manifest.lock, manifest.config) == ("axolotl", made[1], CONFIG)
    assert (manifest.status, manifest.trained.steps, manifest.trained.tokens) == ("finished", 150, 5160)
    assert (manifest.trained.best_step, manifest.trained.seconds) == (120, 31.5)
    assert (manifest.plan["rank"], manifest.plan["length"]) == (8, 256)
    assert (manifest.precision.compute, manifest.precision.adapter) == ("bfloat16", "bfloat16")
    assert [each.path for each in manifest.adapter] == ["adapter_model.safetensors", "adapter_config.json"]
    assert main(["config", "returned", file, "runs/back"]) == 2
    assert "--force writes over it" in capsys.readouterr().err


def test_a_run_that_ended_early_says_so(root: Path) -> None:
    file, run = converted(), came_back(root, state=STATE | {"global_step": 40})
    assert main(["config", "returned", file, "runs/back"]) == 0
    manifest = read_manifest(str(run))
    assert (manifest.status, manifest.trained.stopped_by) == ("interrupted", "ended at step 40 of 150")


@pytest.mark.parametrize(
    ("peft", "told"),
    [
        (PEFT | {"base_model_name_or_path": "other"}, "is an adapter of other: base was approved"),
        (PEFT | {"r": 64}, "has r 64: lora_rank 8 was approved"),
        (PEFT | {"lora_alpha": 8}, "lora_alpha 16 was approved"),
        ([], "is no JSON object"),
    ],
)
def test_an_adapter_of_something_else_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str], peft: Any, told: str
) -> None:
    file, run = converted(), came_back(root, peft=peft)
    assert main(["config", "returned", file, "runs/back"]) == 2
    assert told in capsys.readouterr().err
    assert not (run / "run.json").exists()


def test_what_is_missing_is_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, run = converted(), came_back(root)
    (run / "trainer_state.json").unlink()
    assert main(["config", "returned", file, "runs/back"]) == 2
    assert "no trainer_state.json" in capsys.readouterr().err
    assert main(["config", "returned", file, "runs"]) == 2
    assert "holds no adapter" in capsys.readouterr().err
    (root / "ftlint.lock").unlink()
    assert main(["config", "returned", file, "runs/back"]) == 2
    assert "that ftlint.lock does not hold" in capsys.readouterr().err


@pytest.mark.parametrize("split", ["", "eval_split: 0.1\n"])
def test_trl_is_not_told_to_evaluate_on_nothing(tmp_path: Path, split: str) -> None:
    """It does not start with a strategy and no held-out rows, and files have none beside a share."""
    text = (
        "ftlint: 1\nbase_model: base\ntuning: lora\ntrain_data: train.jsonl\neval_strategy: steps\n"
        f"eval_steps: 5\nload_best_model: true\n{split}"
    )
    (tmp_path / "lora.yaml").write_text(text)
    converted = convert(configs_of(str(tmp_path / "lora.yaml"), "lora.yaml")[0], "trl")
    said = yaml.safe_load(converted.text)
    names = {"eval_strategy", "eval_steps", "load_best_model"}
    assert ({each.field for each in converted.lost} & names) == (set() if split else names)
    assert ("eval_strategy" in said, "load_best_model_at_end" in said) == (bool(split), bool(split))
    assert (said["lora_alpha"], said["lora_dropout"], said["num_train_epochs"]) == (32, 0.0, 1)
