from __future__ import annotations

from typing import Any

import pytest

from ftlint.dialects.detect import read_config
from ftlint.model import TrainingConfig
from ftlint.read.config_text import parse
from ftlint.testing import config_text
from ftlint_rules.cfg.batch import batch
from ftlint_rules.cfg.figures import short
from ftlint_rules.cfg.optimizers import learning_free, of_adams_scale
from ftlint_rules.cfg.regime import regime
from ftlint_rules.cfg.warmup import warmup_share


def config(**fields: Any) -> TrainingConfig:
    written = parse(config_text({"output_dir": "out", **fields}).encode(), "config.yaml")
    assert written is not None
    read = read_config(written, "config.yaml")
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("fields", "kind", "adapter", "title"),
    [
        ({"method": "sft", "tuning": "lora"}, "sft", True, "SFT with LoRA"),
        ({"method": "sft", "tuning": "full"}, "sft", False, "full SFT"),
        ({"method": "dpo", "tuning": "qlora"}, "preference", True, "DPO with QLoRA"),
        ({"method": "simpo", "tuning": "full"}, "preference", False, "full SimPO"),
        ({"method": "reward", "tuning": "lora"}, "sft", True, "reward modelling with LoRA"),
        ({"method": "grpo", "tuning": "full"}, "reinforcement", False, "full GRPO"),
        ({"method": "pretrain", "tuning": "lora"}, "pretrain", True, "pretraining with LoRA"),
        ({"tuning": "lora"}, "sft", True, "LoRA of unknown method"),
    ],
)
def test_the_regime_follows_from_method_and_tuning(
    fields: dict[str, str], kind: str, adapter: bool, title: str
) -> None:
    found = regime(config(**fields))
    assert found is not None
    assert (found.kind, found.adapter, found.title, found.sure) == (kind, adapter, title, "method" in fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"method": "classification", "tuning": "lora"},
        {"method": "sft", "tuning": "other"},
        {"method": "sft", "tuning": "freeze"},
        {"method": "sft", "tuning": "full", "base_model": "google/flan-t5-base"},
        {"method": "sft", "tuning": "lora", "base_model": "openai/whisper-small"},
        {"method": "sft", "tuning": "full", "base_model": "BAAI/bge-m3"},
        {"method": "sft", "tuning": "full", "base_model": "Qwen/Qwen3-Embedding-0.6B"},
    ],
)
def test_what_no_figures_are_known_for_has_no_regime(fields: dict[str, str]) -> None:
    assert regime(config(**fields)) is None


@pytest.mark.parametrize(
    "name", ["Qwen/Qwen3-8B", "google/gemma-3-4b-it", "HuggingFaceH4/zephyr-7b-beta", "out/vitals-model"]
)
def test_language_models_are_judged(name: str) -> None:
    assert regime(config(method="sft", tuning="full", base_model=name)) is not None


@pytest.mark.parametrize(
    ("name", "adams", "free"),
    [
        ("adamw_torch_fused", True, False),
        ("paged_adamw_8bit", True, False),
        ("rmsprop", True, False),
        ("adafactor", False, False),
        ("torch.optim.SGD", False, False),
        ("schedule_free_adamw", False, False),
        ("lion_8bit", False, False),
        ("Prodigy", False, True),
    ],
)
def test_the_scale_of_an_optimizers_rate(name: str, adams: bool, free: bool) -> None:
    read = config(optimizer=name)
    assert (of_adams_scale(read), learning_free(read)) == (adams, free)


@pytest.mark.parametrize(
    ("fields", "examples", "world"),
    [
        ({"micro_batch_size": 2, "gradient_accumulation": 8}, 16, None),
        ({"micro_batch_size": 2, "gradient_accumulation": 8, "world_size": 4}, 64, 4),
        ({"micro_batch_size": 2}, 2, None),
        ({"global_batch_size": 128, "micro_batch_size": 2}, 128, 1),
    ],
)
def test_the_effective_batch(fields: dict[str, int], examples: int, world: int | None) -> None:
    found = batch(config(**fields))
    assert found is not None
    assert (found.examples, found.world) == (examples, world)


@pytest.mark.parametrize(
    "fields",
    [
        {"gradient_accumulation": 8},
        {"micro_batch_size": "${BATCH}", "gradient_accumulation": 8},
        {"micro_batch_size": 2, "gradient_accumulation": "auto"},
    ],
)
def test_a_batch_with_an_unknown_factor_is_unknown(fields: dict[str, Any]) -> None:
    assert batch(config(**fields)) is None


@pytest.mark.parametrize(
    ("fields", "share"),
    [
        ({"warmup_ratio": 0.1}, 0.1),
        ({"warmup_steps": 0.1}, 0.1),
        ({"warmup_steps": 50, "max_steps": 500}, 0.1),
        ({"warmup_steps": 50, "warmup_ratio": 0.5}, None),
        ({"warmup_steps": 0, "warmup_ratio": 0.03}, 0.03),
        ({"warmup_steps": 50, "max_steps": -1}, None),
    ],
)
def test_warmup_as_a_share_of_the_steps(fields: dict[str, Any], share: float | None) -> None:
    assert warmup_share(config(**fields)) == share


@pytest.mark.parametrize(
    ("value", "text"),
    [(2e-4, "2e-4"), (0.002, "0.002"), (1e-3, "0.001"), (3.5e-5, "3.5e-5"), (64, "64"), (1.0, "1"), (0, "0")],
)
def test_numbers_are_short_and_exact(value: float, text: str) -> None:
    assert short(value) == text
    assert float(short(value)) == value
