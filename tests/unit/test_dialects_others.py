"""Dialects besides axolotl, LLaMA-Factory and TRL: how they are known, and what their keys say together."""

from pathlib import Path
from typing import Any

import pytest
from other_configs import (
    AUTOTRAIN,
    LITGPT,
    LUDWIG,
    MEGATRON,
    MISTRAL,
    MLX,
    OPEN_INSTRUCT,
    OUMI,
    SWIFT,
    TORCHTUNE,
    UNSLOTH,
)

from ftlint.engine.configs import configs_of
from ftlint.model import TrainingConfig


def read(folder: Path, text: str, name: str = "config.yaml") -> list[TrainingConfig]:
    file = folder / name
    file.write_text(text)
    return configs_of(str(file), name)


def one(folder: Path, text: str, name: str = "config.yaml") -> TrainingConfig:
    [config] = read(folder, text, name)
    return config


SAID: list[tuple[str, str, dict[str, Any]]] = [
    (
        "torchtune",
        TORCHTUNE,
        {
            "method": "sft",
            "tuning": "lora",
            "base_model": "/models/Llama-3.1-8B",
            "lora_targets": ("q_proj", "v_proj", "o_proj"),
            "learning_rate": 3e-4,
            "optimizer": "paged_adamw_8bit",
            "lr_scheduler": "cosine",
            "max_steps": 300,
            "packing": True,
            "packing_isolated": True,
            "data_format": "alpaca",
            "eval_strategy": "no",
            "loggers": ("wandb",),
            "lora_dropout": 0.0,
            "precision": "bf16",
        },
    ),
    (
        "litgpt",
        LITGPT,
        {
            "method": "sft",
            "tuning": "qlora",
            "quant_type": "nf4",
            "lora_targets": ("q_proj", "v_proj", "gate_proj", "up_proj", "down_proj"),
            "gradient_accumulation": 4,
            "world_size": 2,
            "learning_rate": 2e-4,
            "warmup_steps": 100,
            "lora_alpha": 16,
            "train_on_inputs": False,
            "eval_split": 0.05,
            "min_learning_rate": None,
            "loggers": ("wandb",),
        },
    ),
    (
        "ms-swift",
        SWIFT,
        {
            "method": "sft",
            "tuning": "qlora",
            "load_in_4bit": True,
            "learning_rate": 1e-4,
            "zero_stage": 3,
            "cpu_offload": True,
            "packing_isolated": True,
            "precision": "bf16",
            "eval_strategy": "steps",
            "lora_alpha": 32,
            "weight_decay": 0.1,
            "train_on_inputs": False,
        },
    ),
    (
        "ms-swift",
        MEGATRON,
        {
            "method": "rloo",
            "tuning": "lora",
            "lora_rank": 8,
            "world_size": 4,
            "learning_rate": 5e-5,
            "max_steps": 100,
            "epochs": None,
            "micro_batch_size": 2,
            "max_prompt_length": 4096,
            "sequence_length": None,
            "beta": 0.04,
            "optimizer": "adam",
        },
    ),
    (
        "oumi",
        OUMI,
        {
            "method": "sft",
            "tuning": "qlora",
            "lora_rank": 64,
            "lora_alpha": 8,
            "quant_type": "fp4",
            "packing_isolated": False,
            "save_strategy": "epoch",
            "zero_stage": 3,
            "loggers": ("wandb", "tensorboard"),
            "precision": "bf16",
            "epochs": 3,
        },
    ),
    (
        "unsloth-studio",
        UNSLOTH,
        {
            "method": "sft",
            "tuning": "lora",
            "data_format": "sharegpt",
            "train_on_inputs": False,
            "max_steps": None,
            "micro_batch_size": 2,
            "loggers": ("wandb",),
        },
    ),
    (
        "autotrain",
        AUTOTRAIN,
        {
            "method": "dpo",
            "tuning": "qlora",
            "load_in_4bit": True,
            "beta": 0.1,
            "eval_strategy": "epoch",
            "load_best_model": True,
            "gradient_accumulation": 4,
            "columns": ("chosen",),
        },
    ),
    (
        "mlx-lm",
        MLX,
        {
            "method": "sft",
            "tuning": "qlora",
            "lora_alpha": 80.0,
            "learning_rate": 3e-5,
            "min_learning_rate": 1e-7,
            "lr_scheduler": "cosine",
            "warmup_steps": 50,
            "max_steps": 250,
            "epochs": None,
        },
    ),
    (
        "mistral-finetune",
        MISTRAL,
        {
            "method": "sft",
            "tuning": "lora",
            "lora_alpha": 128.0,
            "learning_rate": 6e-5,
            "eval_strategy": "no",
            "save_steps": 100,
            "packing": True,
            "eval_data": None,
            "loggers": ("wandb",),
        },
    ),
    (
        "ludwig",
        LUDWIG,
        {
            "method": "sft",
            "tuning": "qlora",
            "lora_alpha": 32,
            "eval_split": 0.15,
            "global_batch_size": None,
            "epochs": 100,
            "columns": ("instruction", "output"),
        },
    ),
    (
        "open-instruct",
        OPEN_INSTRUCT,
        {
            "method": "dpo",
            "tuning": "full",
            "attention": "flash_attention_2",
            "epochs": 3,
            "save_strategy": "epoch",
            "loggers": ("none",),
            "max_grad_norm": 0.0,
        },
    ),
]


@pytest.mark.parametrize(("dialect", "text", "said"), SAID, ids=[case[0] for case in SAID])
def test_what_a_config_says(tmp_path: Path, dialect: str, text: str, said: dict[str, Any]) -> None:
    config = one(tmp_path, text)
    assert (config.dialect, config.purpose) == (dialect, "train")
    assert {name: config.get(name) for name in said} == said


@pytest.mark.parametrize(
    ("text", "name", "key", "line"),
    [
        (TORCHTUNE, "tuning", "model._component_", 3),
        (TORCHTUNE, "max_steps", "max_steps_per_epoch", 19),
        (LITGPT, "tuning", "quantize", 4),
        (LITGPT, "gradient_accumulation", "train.global_batch_size", 14),
        (SWIFT, "tuning", "quant_bits", 3),
        (MEGATRON, "method", "advantage_estimator", 2),
        (MEGATRON, "tuning", "train.tuner_type", 14),
        (OUMI, "tuning", "peft.q_lora", 22),
        (UNSLOTH, "tuning", "training.load_in_4bit", 6),
        (AUTOTRAIN, "tuning", "params.peft", 13),
        (MLX, "lora_alpha", "lora_parameters.scale", 13),
        (MLX, "learning_rate", "lr_schedule.arguments", 18),
        (MISTRAL, "lora_alpha", "lora.rank", 6),
        (LUDWIG, "tuning", "quantization.bits", 4),
        (OPEN_INSTRUCT, "method", "beta", 10),
    ],
)
def test_where_it_says_so(tmp_path: Path, text: str, name: str, key: str, line: int) -> None:
    field = one(tmp_path, text).field(name)
    assert field.written
    assert field.key == key
    assert field.range is not None
    assert field.range.line == line


@pytest.mark.parametrize(
    ("text", "train", "held"),
    [
        (TORCHTUNE, [("yahma/alpaca-cleaned", "hub", None, None)], []),
        (LITGPT, [("data/train.json", "file", None, None)], []),
        (
            SWIFT,
            [
                ("AI-ModelScope/alpaca-gpt4-data-en", "hub", None, 500),
                ("tatsu-lab/alpaca", "hub", None, None),
            ],
            [],
        ),
        (MEGATRON, [("data/train.jsonl", "file", None, 2000)], []),
        (OUMI, [("yahma/alpaca-cleaned", "hub", 0.75, None), ("data/train.jsonl", "file", None, None)], []),
        (UNSLOTH, [("data/train.jsonl", "file", None, None)], []),
        (AUTOTRAIN, [("data/train.*", "file", None, None)], [("data/dev.*", "file", None, None)]),
        (MLX, [("data/train.jsonl", "file", None, None)], [("data/valid.jsonl", "file", None, None)]),
        (MISTRAL, [("/data/a", "file", 2.0, None), ("/data/b.jsonl", "file", 1, None)], []),
        (
            OPEN_INSTRUCT,
            [("allenai/tulu-3-prefs", "hub", 1.0, None), ("allenai/extra", "hub", None, 2000)],
            [],
        ),
    ],
)
def test_data(tmp_path: Path, text: str, train: list[Any], held: list[Any]) -> None:
    config = one(tmp_path, text)
    for name, wanted in (("train_data", train), ("eval_data", held)):
        refs = config.get(name) or ()
        assert [(ref.name, ref.kind, ref.weight, ref.limit) for ref in refs] == wanted


def test_a_command_line_may_name_the_model_of_mlx(tmp_path: Path) -> None:
    config = one(tmp_path, MLX.partition("\n")[2] + "val_batches: 25\nsteps_per_report: 10\n")
    assert config.dialect == "mlx-lm"
    assert (config.get("learning_rate"), config.get("lora_rank")) == (3e-5, 8)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (TORCHTUNE, "max_steps"),
        (LITGPT, "quant_type"),
        (MLX, "lora_alpha"),
        (MISTRAL, "lora_alpha"),
        (AUTOTRAIN, "eval_strategy"),
        (AUTOTRAIN, "tuning"),
        (OUMI, "quantization"),
        (SWIFT, "quantization"),
        (LUDWIG, "quantization"),
    ],
)
def test_a_derived_value_has_no_text_that_a_fix_may_replace(tmp_path: Path, text: str, name: str) -> None:
    field = one(tmp_path, text).field(name)
    assert field.written
    assert (field.raw, field.loaded) == ("", None)
    assert field.range is not None


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        (
            "model:\n  _component_: torchtune.models.llama3.llama3_8b\ncheckpointer:\n"
            "  _component_: torchtune.training.FullModelHFCheckpointer\n  checkpoint_dir: /m\n"
            "tasks: [truthfulqa_mc2]\nbatch_size: 8\n",
            "evaluate",
        ),
        (
            "model:\n  model_name: org/model\ngeneration:\n  max_new_tokens: 64\nengine: VLLM\n",
            "inference",
        ),
        (LUDWIG.partition("trainer:")[0], "inference"),
        (MLX.replace("train: true", "train: false\ntest: true"), "evaluate"),
        ("model: org/m\nadapters: [out/ckpt]\nmerge_lora: true\ninfer_backend: vllm\nlora_x: 1\n", "merge"),
    ],
)
def test_what_is_no_training(tmp_path: Path, text: str, purpose: str) -> None:
    config = one(tmp_path, text)
    assert config.purpose == purpose
    assert config.get("tuning") is None


@pytest.mark.parametrize(
    ("lines", "version"),
    [
        ("sft_type: lora\nmodel_id_or_path: a/b\nlora_target_modules: ALL\n", "2.6.1"),
        ("train_type: lora\nmodel: a/b\n", "3.12.6"),
        ("tuner_type: lora\nmodel: a/b\n", "4.6.0"),
    ],
)
def test_the_names_of_its_keys_tell_the_version_of_swift(tmp_path: Path, lines: str, version: str) -> None:
    config = one(tmp_path, f"{lines}dataset: a/data\nlearning_rate: 1e-4\nbf16: true\n")
    assert (config.dialect, config.version) == ("ms-swift", version)
    assert config.version_from == ""
    assert config.get("epochs") == (1 if version < "3" else 3)
    assert config.get("lora_targets") == ("all-linear",)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (TORCHTUNE.replace("torchtune.models.llama3_1.lora_llama3_1_8b", "${model}"), "tuning"),
        (SWIFT.replace("tuner_type: lora", "tuner_type: ${TUNER}"), "tuning"),
        (OUMI.replace("use_peft: true", "use_peft: ${peft}"), "tuning"),
        (OUMI.replace("TRL_SFT", "${trainer}"), "method"),
        (LUDWIG.replace("0.0003", "auto"), "learning_rate"),
        (MISTRAL.replace("rank: 64", "rank: ${RANK}"), "lora_alpha"),
        (UNSLOTH.replace("unsloth/Qwen3-8B", "unsloth/whisper-large-v3\naudio_type: whisper"), "method"),
        (AUTOTRAIN.replace("llm-dpo", "seq2seq"), "method"),
    ],
)
def test_what_cannot_be_told_is_unknown(tmp_path: Path, text: str, name: str) -> None:
    field = one(tmp_path, text).field(name)
    assert field.unknown
    assert field.value is None


def test_full_training_has_no_adapter(tmp_path: Path) -> None:
    for text in (
        OUMI.replace("use_peft: true", "use_peft: false"),
        SWIFT.replace("tuner_type: lora", "tuner_type: full\nlora_rank: 8"),
        MISTRAL.replace("rank: 64", "rank: 64\n  enable: false"),
        AUTOTRAIN.replace("peft: true", "peft: false\n  lora_r: 8"),
    ):
        config = one(tmp_path, text)
        assert config.get("tuning") == "full"
        assert config.get("lora_rank") is None
        assert config.get("lora_alpha") is None


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: finetune\nspec:\n  replicas: 1\n",
        "on: push\njobs:\n  train:\n    runs-on: ubuntu-latest\n    steps: [{run: oumi train -c a.yaml}]\n",
        "model: resnet\ndataset: cifar10\nlearning_rate: 0.1\nepochs: 90\nbatch_size: 128\n",
        "merge_method: linear\nmodels:\n  - model: a/b\n    parameters: {weight: 1.0}\nbase_model: a/b\n",
        "model:\n  name: unet\ntraining:\n  learning_rate: 1e-4\n  max_steps: 100\nlora: {r: 8}\n",
        "learning_rate:\n  value: 0.1\nmodel:\n  value: a/b\ntuner_type:\n  value: lora\n",
        "task: classification\nmodel: bert\nparams:\n  learning_rate: 1e-5\n",
        "data:\n  data: x.csv\noptim:\n  lr: 1e-3\nbatch_size: 4\nseed: 0\nlora: {}\n",
    ],
)
def test_other_files_are_left_alone(tmp_path: Path, text: str) -> None:
    mine = {"torchtune", "litgpt", "ms-swift", "oumi", "unsloth-studio", "autotrain", "mlx-lm", "ludwig"}
    found = {config.dialect for config in read(tmp_path, text)}
    assert not found & (mine | {"mistral-finetune", "open-instruct"})
