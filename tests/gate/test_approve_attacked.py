"""What somebody puts beside, behind or in place of what was approved."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from pathlib import Path

import pytest
from gate_project import AT, CONFIG, WHO, approved, outcome, project, settings_of

from ftlint.cli.approve import training_of
from ftlint.gate.approve import approve, keep
from ftlint.gate.configs import read_config
from ftlint.gate.verify import approval_for, breaches, held_approval
from ftlint.model import FtlintError
from ftlint.weights.places import foreign_code, model_files


def edited(file: Path, **more: object) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **more}))


def test_an_adapter_put_into_the_models_folder(tmp_path: Path) -> None:
    """transformers would load it with the model, and train on top of it."""
    root = project(tmp_path)
    approval = approved(root)
    (root / "base/adapter_config.json").write_text('{"peft_type": "LORA", "base_model_name_or_path": "x"}')
    (told,) = breaches(approval, settings_of(root))
    assert told.field == "model"
    assert "an adapter lies in the base model's folder" in told.message
    with pytest.raises(FtlintError, match="an adapter lies in"):
        outcome(root)


def test_weights_that_config_json_names_are_locked(tmp_path: Path) -> None:
    root = project(tmp_path)
    edited(root / "base/config.json", transformers_weights="mine.safetensors")
    (root / "base/mine.safetensors").write_bytes(b"1" * 64)
    approval = approved(root)
    assert "mine.safetensors" in [each.path for each in approval.model.files]
    (root / "base/mine.safetensors").write_bytes(b"2" * 64)
    (told,) = breaches(approval, settings_of(root))
    assert told.path == "base/mine.safetensors"


@pytest.mark.parametrize("said", ["../other/model.safetensors", "/model.safetensors", "", 3])
def test_weights_outside_the_folder(tmp_path: Path, said: object) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"transformers_weights": said}))
    with pytest.raises(FtlintError, match="names no file of the model's folder"):
        model_files(str(tmp_path))


def test_an_index_of_weights_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"transformers_weights": "a.safetensors.index.json"}')
    with pytest.raises(FtlintError, match="cannot be read"):
        model_files(str(tmp_path))


def test_code_in_inner_folders_is_locked(tmp_path: Path) -> None:
    (tmp_path / "layers/deep").mkdir(parents=True)
    (tmp_path / "__pycache__").mkdir()
    for name in (
        "modeling.py",
        "layers/attention.py",
        "layers/deep/norm.py",
        "__pycache__/x.py",
        "README.md",
    ):
        (tmp_path / name).write_text("")
    assert model_files(str(tmp_path)) == ["layers/attention.py", "layers/deep/norm.py", "modeling.py"]


def test_code_of_another_repository(tmp_path: Path) -> None:
    root = project(tmp_path, trust_remote_code=True)
    edited(root / "base/config.json", auto_map={"AutoModelForCausalLM": "evil/code--modeling.Model"})
    assert foreign_code(str(root / "base")) == "evil/code"
    with pytest.raises(FtlintError, match="runs code of evil/code, of which a lock holds nothing"):
        outcome(root)


def asked(root: Path, file: str, **more: str) -> Namespace:
    return Namespace(**{"file": str(root / file), "dialect": "", "config": "", "isolated": False, **more})


def test_another_launch_of_an_approved_script(tmp_path: Path) -> None:
    """The only approval of a script is that of one line: another line is not approved by it."""
    root = project(tmp_path)
    trl = "trl sft --model_name_or_path base --dataset_name data/train.jsonl --use_peft --learning_rate 1e-4"
    (root / "train.sh").write_text(
        f"{trl} --bf16 --output_dir runs/a\n{trl} --bf16 --lora_r 64 --output_dir runs/b\n"
    )
    settings = settings_of(root)
    first, second = (training_of(asked(root, f"train.sh:{line}"))[0] for line in (1, 2))
    made = approve(first, settings, waive={}, who=WHO, at=AT)
    told = [(each.code, each.headline) for each in made.blocking]
    assert made.approval is not None, told
    keep(made.approval, settings)
    assert approval_for(first, settings).config.line == 1
    with pytest.raises(FtlintError, match=r"is not approved \(ftlint.lock holds train.sh:1\).*train.sh:2"):
        approval_for(second, settings)


def test_another_reading_of_the_approved_bytes(tmp_path: Path) -> None:
    root = project(tmp_path)
    approved(root)
    settings = settings_of(root)
    # on the command line `--dialect` is for what cannot be told: the gate's reading is what trains
    config, _ = training_of(asked(root, CONFIG, dialect="trl"))
    assert config.dialect == "ftlint"
    with pytest.raises(FtlintError, match=r"config\.dialect: was approved as ftlint, and is read as trl"):
        approval_for(config._replace(dialect="trl"), settings)


@pytest.mark.parametrize(
    "name", ["data/train.jsonl", CONFIG, "base/model.safetensors", "base/tokenizer_config.json"]
)
def test_what_is_written_between_verifying_and_reading(tmp_path: Path, name: str) -> None:
    """Other bytes of the same size and time, while the file is read."""
    root = project(tmp_path)
    approved(root)
    settings = settings_of(root)
    _, held = held_approval(read_config(CONFIG, settings), settings)
    held.refuse_data()
    file = root / name
    known = file.stat()
    data = file.read_bytes()
    file.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
    os.utime(file, ns=(known.st_atime_ns, known.st_mtime_ns))
    with pytest.raises(FtlintError, match="changed after it was verified") as error:
        held.refuse_data()
    assert error.value.path.endswith(name)
    if name.startswith("base/"):
        with pytest.raises(FtlintError, match="changed after it was verified"):
            held.refuse_model()
    else:
        held.refuse_model()


def test_the_test_split_is_not_watched(tmp_path: Path) -> None:
    root = project(tmp_path)
    approved(root)
    settings = settings_of(root)
    _, held = held_approval(read_config(CONFIG, settings), settings)
    assert not [each for each in held.data if each.endswith("test.jsonl")]


def test_another_version_of_the_dialect_has_other_defaults(tmp_path: Path) -> None:
    """A pin beside the config changes the learning rate that nobody wrote."""
    root = project(tmp_path)
    (root / "train.sh").write_text(
        "trl sft --model_name_or_path base --dataset_name data/train.jsonl --use_peft --bf16\n"
    )
    settings = settings_of(root)
    config, _ = training_of(asked(root, "train.sh"))
    made = approve(config, settings, waive={"CFG003": "the default is wanted"}, who=WHO, at=AT)
    assert made.approval is not None
    (root / "requirements.txt").write_text("trl==0.9.6\n")
    told = {each.field: each.message for each in breaches(made.approval, settings)}
    assert told["config.version"] == "took the defaults of trl the newest known, and now of 0.9.6"
