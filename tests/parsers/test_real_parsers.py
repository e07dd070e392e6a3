"""What `ftlint config convert` writes is read by the parsers it is written for.

Needs the group `parsers` (`make test-parsers`): transformers, TRL and PEFT on torch for the CPU; OmegaConf.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ftlint.dialects.writing import convert
from ftlint.engine.configs import configs_of
from ftlint.model import TrainingConfig
from ftlint.testing import config_text


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks no hub. Not for longer than a test: others, in the same process, have a hub of their own."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


SFT = {
    "base_model": "Qwen/Qwen3-8B",
    "method": "sft",
    "tuning": "qlora",
    "load_in_4bit": True,
    "quantization": "bnb",
    "lora_rank": 32,
    "lora_alpha": 16,
    "lora_dropout": 0.05,
    "lora_targets": ("q_proj", "k_proj", "v_proj", "o_proj"),
    "learning_rate": 2e-4,
    "lr_scheduler": "cosine",
    "warmup_ratio": 0.03,
    "epochs": 2.0,
    "micro_batch_size": 2,
    "gradient_accumulation": 8,
    "optimizer": "adamw_torch",
    "weight_decay": 0.01,
    "max_grad_norm": 0.3,
    "sequence_length": 4096,
    "packing": True,
    "packing_isolated": True,
    "precision": "bf16",
    "gradient_checkpointing": True,
    "eval_strategy": "steps",
    "eval_steps": 50,
    "save_strategy": "steps",
    "save_steps": 100,
    "seed": 7,
    "output_dir": "out",
    "loggers": ("none",),
}
FULL = {
    **{key: value for key, value in SFT.items() if not key.startswith(("lora", "load_in", "quant"))},
    "tuning": "full",
    "learning_rate": 1e-5,
    "precision": "fp32",
    "packing": False,
}
DPO = {**FULL, "method": "dpo", "learning_rate": 5e-7, "beta": 0.1, "sequence_length": 2048}
GRPO = {
    **{key: value for key, value in FULL.items() if not key.startswith(("sequence", "packing"))},
    "method": "grpo",
    "learning_rate": 1e-6,
    "beta": 0.04,
    "num_generations": 8,
    "max_completion_length": 512,
}
CASES = {"sft": SFT, "full": FULL, "dpo": DPO, "grpo": GRPO}


def written(fields: dict[str, Any], folder: Path, to: str) -> tuple[TrainingConfig, Path]:
    """The config as read from ftlint's own dialect, and the file in the other dialect."""
    data = 'train_data: "data/train.jsonl"\n'
    source = folder / "source.yaml"
    source.write_text(config_text(fields) + data)
    (config,) = configs_of(str(source), "source.yaml")
    file = folder / f"{to}.yaml"
    file.write_text(convert(config, to).text)
    return config, file


@pytest.mark.parametrize("name", CASES)
def test_trl_takes_every_key_and_reads_every_value(name: str, tmp_path: Path) -> None:
    trl = pytest.importorskip("trl", reason="needs the group parsers: make test-parsers")
    arguments = {"sft": "SFTConfig", "full": "SFTConfig", "dpo": "DPOConfig", "grpo": "GRPOConfig"}[name]
    config, file = written(CASES[name], tmp_path, "trl")
    parser = trl.TrlParser(
        (trl.ScriptArguments, getattr(trl, arguments), trl.ModelConfig, trl.DatasetMixtureConfig)
    )
    _, training, model, mixture = parser.parse_args_and_config(["--config", str(file), "--use_cpu", "true"])
    assert training.learning_rate == config.get("learning_rate")
    assert training.num_train_epochs == config.get("epochs")
    assert training.per_device_train_batch_size == config.get("micro_batch_size")
    assert training.gradient_accumulation_steps == config.get("gradient_accumulation")
    assert training.seed == 7
    assert training.max_grad_norm == config.get("max_grad_norm")
    assert training.warmup_steps == config.get("warmup_ratio")
    assert training.lr_scheduler_type == "cosine"
    assert training.bf16 is (config.get("precision") == "bf16")
    assert (training.eval_strategy, training.save_steps) == ("no", 100)  # files have no held-out split there
    assert training.report_to == []
    assert model.model_name_or_path == config.get("base_model")
    assert [entry.data_files for entry in mixture.datasets] == ["data/train.jsonl"]
    peft = trl.get_peft_config(model)
    if name == "sft":
        assert peft.r == 32
        assert peft.lora_alpha == 16
        assert set(peft.target_modules) == {"q_proj", "k_proj", "v_proj", "o_proj"}
        assert model.load_in_4bit is True
        assert (training.max_length, training.packing) == (4096, True)
    else:
        assert peft is None
    if name == "dpo":
        assert (training.beta, training.max_length) == (0.1, 2048)
    if name == "grpo":
        assert (training.beta, training.num_generations, training.max_completion_length) == (0.04, 8, 512)


@pytest.mark.parametrize("to", ["trl", "llamafactory", "ms-swift"])
def test_training_arguments_take_the_trainers_part(to: str, tmp_path: Path) -> None:
    """The keys that a dialect shares with the Hugging Face trainer, through its own YAML reader."""
    transformers = pytest.importorskip("transformers", reason="needs the group parsers: make test-parsers")
    pytest.importorskip("torch", reason="needs the group parsers: make test-parsers")
    config, file = written(FULL, tmp_path, to)
    shared = set(transformers.TrainingArguments.__dataclass_fields__)
    part = {key: value for key, value in yaml.safe_load(file.read_text()).items() if key in shared}
    part |= {"use_cpu": True}
    part.pop("warmup_ratio", None)
    only = tmp_path / "part.yaml"
    only.write_text(yaml.safe_dump(part))
    (training,) = transformers.HfArgumentParser(transformers.TrainingArguments).parse_yaml_file(str(only))
    assert training.learning_rate == config.get("learning_rate")
    assert training.num_train_epochs == config.get("epochs")
    assert training.weight_decay == config.get("weight_decay")
    assert training.per_device_train_batch_size == config.get("micro_batch_size")
    assert len(part) >= 15


@pytest.mark.parametrize("to", ["torchtune", "llamafactory"])
@pytest.mark.parametrize("name", ["sft", "full"])
def test_omegaconf_reads_the_same_values(to: str, name: str, tmp_path: Path) -> None:
    omegaconf = pytest.importorskip("omegaconf", reason="needs omegaconf")
    config, file = written(CASES[name], tmp_path, to)
    loaded = omegaconf.OmegaConf.to_container(omegaconf.OmegaConf.load(file), resolve=True)
    assert loaded == yaml.safe_load(file.read_text()), "every loader reads the same"
    rate = loaded["optimizer"]["lr"] if to == "torchtune" else loaded["learning_rate"]
    assert rate == config.get("learning_rate")
    assert isinstance(rate, float)


def test_peft_reads_an_adapter_as_we_do(tmp_path: Path) -> None:
    peft = pytest.importorskip("peft", reason="needs the group parsers: make test-parsers")
    made = peft.LoraConfig(
        r=64, lora_alpha=32, lora_dropout=0.1, target_modules=["q_proj", "v_proj"], use_rslora=True,
        base_model_name_or_path="Qwen/Qwen3-8B", task_type="CAUSAL_LM",
    )  # fmt: skip
    made.save_pretrained(tmp_path)
    (config,) = configs_of(str(tmp_path / "adapter_config.json"), "adapter_config.json")
    assert config.dialect == "peft-adapter"
    assert (config.get("lora_rank"), config.get("lora_alpha"), config.get("use_rslora")) == (64, 32, True)
    assert set(config.get("lora_targets")) == {"q_proj", "v_proj"}
    assert config.get("base_model") == "Qwen/Qwen3-8B"


def test_the_yaml_1_1_trap_is_what_we_say_it_is(tmp_path: Path) -> None:
    """`2e-4` through the reader that does not cast is a text there, and a float after the fix."""
    transformers = pytest.importorskip("transformers", reason="needs the group parsers: make test-parsers")
    pytest.importorskip("torch", reason="needs the group parsers: make test-parsers")
    file = tmp_path / "arguments.yaml"
    file.write_text("output_dir: out\nlearning_rate: 2e-4\nuse_cpu: true\n")
    try:
        (training,) = transformers.HfArgumentParser(transformers.TrainingArguments).parse_yaml_file(str(file))
        read: Any = training.learning_rate
    except TypeError:
        read = "refused"
    assert read in ("2e-4", "refused")
    file.write_text("output_dir: out\nlearning_rate: 2.0e-4\nuse_cpu: true\n")
    (training,) = transformers.HfArgumentParser(transformers.TrainingArguments).parse_yaml_file(str(file))
    assert training.learning_rate == 2e-4
