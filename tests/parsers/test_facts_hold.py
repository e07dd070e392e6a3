"""The dated tables of defaults and renames, against the libraries they speak of."""

from __future__ import annotations

import dataclasses
from importlib.metadata import version
from typing import Any

import pytest

from ftlint.facts.dialects import dialect_facts, parts

CONFIGS = {
    "sft": "SFTConfig",
    "dpo": "DPOConfig",
    "kto": "KTOConfig",
    "grpo": "GRPOConfig",
    "rloo": "RLOOConfig",
    "reward": "RewardConfig",
}

KEYS = {
    "learning_rate": "learning_rate",
    "epochs": "num_train_epochs",
    "micro_batch_size": "per_device_train_batch_size",
    "eval_batch_size": "per_device_eval_batch_size",
    "gradient_accumulation": "gradient_accumulation_steps",
    "lr_scheduler": "lr_scheduler_type",
    "weight_decay": "weight_decay",
    "max_grad_norm": "max_grad_norm",
    "seed": "seed",
    "optimizer": "optim",
    "eval_strategy": "eval_strategy",
    "save_strategy": "save_strategy",
    "save_steps": "save_steps",
    "gradient_checkpointing": "gradient_checkpointing",
    "sequence_length": "max_length",
    "packing": "packing",
    "beta": "beta",
    "num_generations": "num_generations",
    "max_completion_length": "max_completion_length",
    "load_best_model": "load_best_model_at_end",
}


def default_of(kind: Any, key: str) -> Any:
    field = kind.__dataclass_fields__.get(key)
    if field is None:
        return ...
    if field.default is not dataclasses.MISSING:
        value = field.default
    elif field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
    else:
        return ...
    return getattr(value, "value", value)


@pytest.mark.parametrize("method", CONFIGS)
def test_defaults_of_trl(method: str) -> None:
    """Every default that the table gives for the newest version is the one of the installed config class."""
    trl = pytest.importorskip("trl", reason="needs the group parsers: make test-parsers")
    if method not in ("sft", "dpo", "grpo", "rloo", "reward") and not hasattr(trl, CONFIGS[method]):
        pytest.skip(f"{CONFIGS[method]} is not in trl {version('trl')}")
    kind = getattr(trl, CONFIGS[method])
    table = dialect_facts("trl")
    fields = {"method": method, "tuning": "lora"}
    told: dict[str, Any] = {}
    for default in table.defaults:
        if default.field in KEYS and default.field not in told and default.holds("", fields):
            told[default.field] = default.value
    assert {"learning_rate", "epochs", "micro_batch_size"} <= set(told)
    for field, value in told.items():
        real = default_of(kind, KEYS[field])
        assert real is not ..., (method, field, KEYS[field])
        if field == "optimizer":
            real = real.removesuffix("_fused")  # torch's version decides that, as the table's source says
        assert real == value, (method, field, value, real)


def test_renamed_keys_of_transformers_are_gone_and_their_new_names_are_there() -> None:
    transformers = pytest.importorskip("transformers", reason="needs the group parsers: make test-parsers")
    pytest.importorskip("torch", reason="needs the group parsers: make test-parsers")
    known = set(transformers.TrainingArguments.__dataclass_fields__)
    installed = parts(version("transformers"))
    checked = 0
    for renamed in dialect_facts("transformers").renamed:
        if renamed.package != "transformers" or "." in renamed.key:
            continue
        gone = bool(renamed.removed) and parts(renamed.removed) <= installed
        assert (renamed.key in known) is not gone, (renamed.key, renamed.removed)
        if renamed.to and "." not in renamed.to:
            assert renamed.to in known, (renamed.key, renamed.to)
        checked += 1
    assert checked >= 8


def test_defaults_of_peft() -> None:
    peft = pytest.importorskip("peft", reason="needs the group parsers: make test-parsers")
    names = {
        "lora_rank": "r",
        "lora_alpha": "lora_alpha",
        "lora_dropout": "lora_dropout",
        "use_rslora": "use_rslora",
    }
    told = 0
    for default in dialect_facts("peft-adapter").defaults:
        if default.field in names:
            assert default_of(peft.LoraConfig, names[default.field]) == default.value, default.field
            told += 1
    assert told or not dialect_facts("peft-adapter").defaults
