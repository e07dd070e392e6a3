"""Jobs of services: what their files say in canonical fields."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from canonical import UNKNOWN, config, says

from ftlint.dialects.detect import read_config
from ftlint.model.training_config import TrainingConfig
from ftlint.read.config_text import parse

OWN = (
    *("peft-adapter", "deepspeed", "accelerate", "openai-job", "bedrock-job", "vertex-job", "together-job"),
    *("fireworks", "fireworks-job"),
)


def data(found: TrainingConfig, name: str) -> list[tuple[str, str]]:
    return [(ref.name, ref.kind) for ref in found.get(name) or ()]


# --- OpenAI


def test_openai_methods() -> None:
    hyper = {"n_epochs": 3, "batch_size": "auto", "learning_rate_multiplier": 0.1}
    for kind, method in (("supervised", "sft"), ("dpo", "dpo"), ("reinforcement", "rft")):
        more = {"beta": 0.2} if kind == "dpo" else {"eval_interval": 5} if kind == "reinforcement" else {}
        job = {
            "model": "gpt-4.1-mini",
            "training_file": "file-abc",
            "validation_file": "file-def",
            "seed": 7,
            "method": {"type": kind, kind: {"hyperparameters": hyper | more}},
        }
        found = config(job)
        assert (found.dialect, found.purpose) == ("openai-job", "train")
        says(
            found, method=method, epochs=3, global_batch_size=UNKNOWN, learning_rate_multiplier=0.1, seed=7,
            provider="openai", base_model="gpt-4.1-mini", beta=0.2 if kind == "dpo" else None,
            eval_steps=5 if kind == "reinforcement" else None,
        )  # fmt: skip
        assert data(found, "train_data") == [("file-abc", "remote")]
        assert data(found, "eval_data") == [("file-def", "remote")]


def test_openai_older_requests_and_wrappers() -> None:
    old = {
        "model": "gpt-3.5-turbo",
        "training_file": "data/train.jsonl",
        "hyperparameters": {"n_epochs": "auto"},
    }
    found = config(old)
    says(found, method="sft", epochs=UNKNOWN, learning_rate=None)
    assert data(found, "train_data") == [("data/train.jsonl", "file")]
    assert found.field("epochs").key == "hyperparameters.n_epochs"
    says(config({"custom_id": "1", "body": old}), base_model="gpt-3.5-turbo")
    extra = {"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": "auto"}}}}
    azure = {
        "model": "gpt-4o",
        "training_file": "<id>",
        "extra_body": extra | {"trainingType": "globalstandard"},
    }
    found = config(azure)
    says(found, method="dpo", beta=UNKNOWN, provider="azure")
    assert data(found, "train_data") == [("<id>", "unknown")]
    only = {"model": "gpt-4o", "training_file": "file-1", "integrations": [{"type": "wandb", "wandb": {}}]}
    says(config(only), method="sft", loggers=("wandb",))
    says(config({"model": "m", "training_file": "f", "method": {"type": "${KIND}"}} | old), method=UNKNOWN)


# --- Bedrock


def job(model: str, hyper: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "customizationType": "FINE_TUNING",
        "baseModelIdentifier": model,
        "hyperParameters": hyper,
        "trainingDataConfig": {"s3Uri": "s3://b/train.jsonl"},
        **more,
    }


def test_bedrock_numbers_are_texts() -> None:
    hyper = {"epochCount": "2", "batchSize": "1", "learningRate": "0.00005", "learningRateWarmupSteps": "0"}
    validators = {"validators": [{"s3Uri": "s3://b/val.jsonl"}, {"s3Uri": "<uri>"}]}
    found = config(job("amazon.nova-micro-v1:0:128k", hyper, validationDataConfig=validators))
    assert found.dialect == "bedrock-job"
    says(
        found, epochs=2, global_batch_size=1, learning_rate=5e-5, warmup_steps=0, method="sft",
        provider="bedrock", tuning=None,
    )  # fmt: skip
    assert found.field("learning_rate").loaded == "0.00005"
    assert data(found, "train_data") == [("s3://b/train.jsonl", "remote")]
    assert data(found, "eval_data") == [("s3://b/val.jsonl", "remote"), ("<uri>", "unknown")]


def test_bedrock_defaults_are_the_models() -> None:
    for model, epochs, rate in (
        ("amazon.nova-lite-v1:0", 2, 1e-5),
        ("amazon.titan-text-premier-v1:0", 2, 1e-6),
        ("amazon.titan-text-express-v1", 5, 1e-5),
        ("meta.llama3-1-8b-instruct-v1:0", 5, 1e-4),
        ("some.other-model", None, None),
    ):
        found = config(job(model, {}))
        says(found, epochs=epochs, learning_rate=rate)
        assert not found.written("epochs")


def test_bedrock_methods() -> None:
    rft = {"rftConfig": {"hyperParameters": {"epochCount": 3, "batchSize": 32, "learningRate": 1e-5}}}
    found = config(
        job(
            "amazon.nova-2-lite-v1:0",
            {},
            customizationType="REINFORCEMENT_FINE_TUNING",
            customizationConfig=rft,
        )
    )
    says(found, method="rft", epochs=3, global_batch_size=32, learning_rate=1e-5)
    says(config(job("m", {}, customizationType="CONTINUED_PRE_TRAINING")), method="pretrain")
    says(config(job("m", {}, customizationType="<type>")), method=UNKNOWN)
    teacher = {"teacherModelConfig": {"teacherModelIdentifier": "amazon.nova-pro-v1:0"}}
    found = config(
        job("m", {}, customizationType="DISTILLATION", customizationConfig={"distillationConfig": teacher})
    )
    says(found, method="distillation", teacher_model="amazon.nova-pro-v1:0")


# --- Vertex


def test_vertex_requests_and_arguments() -> None:
    spec = {
        "trainingDatasetUri": "gs://b/t.jsonl",
        "validationDatasetUri": "gs://b/v.jsonl",
        "hyperParameters": {
            "epochCount": "4",
            "learningRateMultiplier": 0.5,
            "adapterSize": "ADAPTER_SIZE_FOUR",
        },
    }
    found = config({"baseModel": "gemini-2.5-flash", "supervisedTuningSpec": spec})
    assert found.dialect == "vertex-job"
    says(
        found,
        method="sft",
        epochs=4,
        learning_rate_multiplier=0.5,
        lora_rank=4,
        tuning="lora",
        provider="vertex",
    )
    assert data(found, "train_data") == [("gs://b/t.jsonl", "remote")]
    assert data(found, "eval_data") == [("gs://b/v.jsonl", "remote")]

    hyper = {"epoch_count": 1, "beta": 0.1, "adapter_size": "SIXTEEN"}
    found = config(
        {"base_model": "gemini-2.5-flash", "preference_optimization_spec": {"hyper_parameters": hyper}}
    )
    says(found, method="dpo", epochs=1, beta=0.1, lora_rank=16)

    found = config(
        {
            "base_model": "gemini-2.5-pro",
            "training_dataset": {"gcs_uri": "gs://b/t.jsonl"},
            "config": {
                "epoch_count": 3,
                "adapter_size": 8,
                "method": "PREFERENCE_TUNING",
                "beta": 0,
                "validation_dataset": {"gcs_uri": "gs://b/v.jsonl"},
            },
        }
    )
    says(found, method="dpo", epochs=3, lora_rank=8, beta=0)
    assert data(found, "eval_data") == [("gs://b/v.jsonl", "remote")]
    full = {"base_model": "m", "training_dataset": {"gcs_uri": "gs://x"}, "config": {"tuning_mode": "FULL"}}
    says(config(full), tuning="full", epochs=None, learning_rate_multiplier=1.0)
    odd = {"baseModel": "g", "supervisedTuningSpec": {"hyperParameters": {"adapterSize": "${SIZE}"}}}
    says(config(odd), lora_rank=UNKNOWN)


# --- Together


def test_together() -> None:
    found = config(
        {
            "training_file": "file-19c6",
            "model": "meta-llama/Llama-3.2-1B-Instruct",
            "n_epochs": 3,
            "batch_size": "max",
            "lora": True,
            "lora_r": 32,
            "learning_rate": 1e-5,
            "train_on_inputs": "auto",
            "validation_file": "file-2",
            "n_evals": 0,
            "wandb_api_key": "<key>",
        }
    )
    assert found.dialect == "together-job"
    says(
        found, tuning="lora", lora_rank=32, lora_alpha=64, lora_targets=("all-linear",), epochs=3,
        global_batch_size=UNKNOWN, train_on_inputs=UNKNOWN, eval_strategy="no", loggers=("wandb",),
        method="sft", provider="together",
    )  # fmt: skip
    assert not found.written("lora_alpha")


def test_together_rest_form_and_defaults() -> None:
    found = config(
        {
            "training_file": "file-1",
            "model": "m",
            "n_epochs": 1,
            "training_type": {"type": "Full"},
            "training_method": {"method": "dpo", "dpo_beta": 0.1},
            "lr_scheduler": {"lr_scheduler_type": "cosine", "lr_scheduler_args": {"min_lr_ratio": 0.1}},
            "batch_size": 8,
        }
    )
    says(
        found, method="dpo", beta=0.1, tuning="full", lr_scheduler="cosine", global_batch_size=8,
        learning_rate=1e-5, eval_strategy="no", lora_rank=None,
    )  # fmt: skip
    assert not found.written("learning_rate")
    says(config({"training_file": "f", "from_checkpoint": "ft-1", "n_checkpoints": 1}), adapter_path="ft-1")
    says(config({"training_file": "f", "model": "m", "n_epochs": 2, "lora": "<lora>"}), tuning=UNKNOWN)


# --- Fireworks


def test_fireworks_recipe() -> None:
    text = """
defaults:
  - ../model/llama2-13b@_here_
micro_batch_size: 2
batch_size: 128
epochs: 8
learning_rate: 2.e-5
cutoff_len: 2048
lora_r: 4
flash_attention: True
load_in_4bit: %s
torch_dtype: bfloat16
bf16: True
"""
    found = config(text % "True")
    assert found.dialect == "fireworks"
    says(
        found, tuning="qlora", micro_batch_size=2, global_batch_size=128, epochs=8, learning_rate=2e-5,
        sequence_length=2048, precision="bf16", attention="flash_attention_2", provider=None, method="sft",
    )  # fmt: skip
    says(config(text % "False"), tuning="lora")


@pytest.mark.parametrize("camel", [True, False])
def test_fireworks_jobs(camel: bool) -> None:
    fields = {
        "baseModel": "accounts/fireworks/models/qwen3-8b",
        "dataset": "accounts/me/datasets/train",
        "evaluationDataset": "val",
        "epochs": 2,
        "learningRate": 1e-4,
        "loraRank": 16,
        "maxContextLength": 8192,
        "earlyStop": True,
        "batchSizeSamples": 32,
    }
    named = (
        fields
        if camel
        else {re.sub("[A-Z]", lambda sign: f"_{sign[0].lower()}", key): fields[key] for key in fields}
    )
    found = config(named)
    assert found.dialect == "fireworks-job"
    says(
        found, epochs=2, learning_rate=1e-4, lora_rank=16, tuning="lora", sequence_length=8192, method="sft",
        early_stopping=UNKNOWN, global_batch_size=32, provider="fireworks",
    )  # fmt: skip
    assert data(found, "train_data") == [("accounts/me/datasets/train", "remote")]
    assert data(found, "eval_data") == [("val", "remote")]


def test_fireworks_other_methods() -> None:
    inner = {"baseModel": "accounts/f/models/m", "epochs": 1, "loraRank": 8}
    says(
        config({"dataset": "d", "trainingConfig": inner, "lossConfig": {"method": "ORPO"}}),
        method="orpo",
        epochs=1,
    )
    says(config({"dataset": "d", "trainingConfig": inner}), method="dpo")
    rft = config({"dataset": "d", "trainingConfig": {"baseModel": "accounts/f/models/m"}, "evaluator": "e"})
    says(rft, method="rft", learning_rate=1e-4, lora_rank=8, epochs=1)
    assert not rft.written("learning_rate")


# --- what is none of these


@pytest.mark.parametrize(
    "other",
    [
        {"model": "gpt-4o", "messages": []},
        {"dataset": "d", "base_model": "m", "learning_rate": 1e-4},
        {"hyperparameters": {"n_epochs": 3}, "model": "m"},
        {"name": "x", "r": 1, "lora_alpha": 2},
        {"train_batch_size": 8, "learning_rate": 1e-4, "model": "cnn"},
        {"distributed_type": "x"},
        {"training_file": "f"},
    ],
)
def test_what_is_left_alone(other: dict[str, Any]) -> None:
    written = parse(json.dumps(other).encode(), "a.json")
    assert written is not None
    found = read_config(written, "a.json")
    assert found is None or found.dialect not in OWN
