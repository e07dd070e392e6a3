"""The memory estimate: shapes of models, devices, its parts, and its error against published peaks."""

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ftlint.detect.memory import Estimate, estimate, setup
from ftlint.detect.memory.adapters import adapter_parameters
from ftlint.detect.memory.optimizers import kept
from ftlint.dialects.detect import read_config
from ftlint.facts.gpus import gpu, names
from ftlint.facts.models import Architecture, architecture, architectures, like
from ftlint.model.training_config import TrainingConfig
from ftlint.read.config_text import parse
from ftlint.testing import config_text

GIB = 1 << 30
BASE = {"base_model": "meta-llama/Llama-3.1-8B", "method": "sft", "precision": "bf16", "model_dtype": "bf16"}
FULL = {**BASE, "tuning": "full", "sequence_length": 2048, "micro_batch_size": 1, "packing": True}
LORA = {**FULL, "tuning": "lora", "lora_rank": 16, "lora_targets": ("all-linear",)}
ON = {"gradient_checkpointing": True}


def config(fields: dict[str, Any], dialect: str = "transformers") -> TrainingConfig:
    written = parse(config_text(fields).encode(), "config.yaml")
    assert written is not None
    read = read_config(written, "config.yaml", dialect="ftlint")
    assert read is not None
    return read._replace(dialect=dialect)


def need(fields: dict[str, Any], gpus: int = 1, longest: int | None = None, dialect: str = "hf") -> Estimate:
    made = estimate(config(fields, dialect), gpus, longest)
    assert made is not None
    return made


# --- shapes and devices


@pytest.mark.parametrize("model", architectures(), ids=lambda model: model.name)
def test_counted_parameters_are_the_published_ones(model: Architecture) -> None:
    allowed = 0.008 if model.name == "GPT-2" else 0.001  # GPT-2's positions are learnt
    assert abs((model.counted + model.other) / model.parameters - 1) < allowed


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("meta-llama/Meta-Llama-3.1-8B-Instruct", "Llama-3.1-8B"),
        ("/tmp/Meta-Llama-3.1-8B-Instruct/", "Llama-3.1-8B"),
        ("unsloth/Qwen2.5-7B-Instruct-bnb-4bit", "Qwen2.5-7B"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "Qwen2.5-32B"),
        ("Qwen/Qwen3-4B-Instruct-2507", "Qwen3-4B"),
        ("google/gemma-2-9b-it", "Gemma-2-9B"),
        ("codellama/CodeLlama-7b-hf", "Llama-2-7B"),
        ("mistralai/Devstral-Small-2507", "Mistral-Small-24B"),
        ("microsoft/phi-4", "Phi-4"),
        ("microsoft/Phi-4-multimodal-instruct", None),
        ("openai-community/gpt2-large", None),
        ("Qwen/Qwen1.5-7B", None),
        ("./out/merged", None),
    ],
)
def test_architecture_by_name(name: str, expected: str | None) -> None:
    found = architecture(name)
    assert (found.name if found else None) == expected


def test_a_stand_in_has_the_parameters_of_its_size() -> None:
    model = like(3.4)
    assert model.parameters == 3.4e9
    assert not model.exact
    assert model.hidden == 3072


@pytest.mark.parametrize(
    ("name", "memory", "bf16"),
    [
        ("NVIDIA A100-SXM4-40GB", 40.0, True),
        ("A100-80GB", 80.0, True),
        ("NVIDIA H100 80GB HBM3", 79.6, True),
        ("rtx 4090", 24.0, True),
        ("NVIDIA GeForce RTX 3090", 24.0, True),
        ("Tesla T4", 15.0, False),
        ("V100-32GB", 32.0, False),
        ("A10G", 22.5, True),
        ("MI300X", 192.0, True),
    ],
)
def test_gpu_by_name(name: str, memory: float, bf16: bool) -> None:
    found = gpu(name)
    assert found is not None
    assert (found.memory, found.bf16) == (memory, bf16)


def test_every_device_is_found_by_its_own_name_and_others_are_not() -> None:
    assert [found.name for name in names() if (found := gpu(name))] == list(names())
    assert Counter(names()).most_common(1)[0][1] == 1
    assert gpu("TPU v5e") is None
    assert gpu("H1000") is None


def test_a_name_that_several_sizes_share_is_taken_for_the_largest() -> None:
    found = gpu("A100")
    assert found is not None
    assert found.memory == 80.0
    assert found.sizes == (40.0, 80.0)


# --- parts


def test_full_tuning_in_bf16_keeps_eight_bytes_of_each_parameter() -> None:
    made = need({**FULL, **ON, "optimizer": "adamw_torch_fused"})
    parameters = 8_030_261_248
    assert made.weights == pytest.approx(2 * parameters / GIB)
    assert made.gradients == pytest.approx(2 * parameters / GIB)
    assert made.optimizer == pytest.approx(4 * parameters / GIB)
    assert made.moment == "step"


def test_full_tuning_in_mixed_precision_keeps_eighteen() -> None:
    made = need({**FULL, **ON, "model_dtype": "fp32", "gradient_accumulation": 2})
    held = made.total - made.overhead - made.activations - made.logits
    assert held == pytest.approx(18 * 8_030_261_248 / GIB, rel=0.01)


def test_deepspeed_keeps_a_master_copy_and_shards_it() -> None:
    one = need({**FULL, **ON, "zero_stage": 2})
    four = need({**FULL, **ON, "zero_stage": 2}, gpus=4)
    assert one.optimizer == pytest.approx(12 * 8_030_261_248 / GIB)
    assert four.optimizer == pytest.approx(one.optimizer / 4)
    assert four.gradients == pytest.approx(one.gradients / 4)
    assert four.weights == pytest.approx(one.weights)


@pytest.mark.parametrize(
    ("optimizer", "per_parameter", "paged"),
    [
        ("adamw_bnb_8bit", 2.0, False),
        ("paged_adamw_8bit", 2.0, True),
        ("paged_adamw_32bit", 8.0, True),
        ("adafactor", 0.0, False),
        ("bitsandbytes.optim.PagedAdamW8bit", 2.0, True),
        ("torch.optim.SGD", 0.0, False),
        ("lion_8bit", 1.0, False),
        ("adamw_torch_fused", 4.0, False),
    ],
)
def test_optimizer_states(optimizer: str, per_parameter: float, paged: bool) -> None:
    made = need({**FULL, **ON, "optimizer": optimizer})
    assert made.optimizer == pytest.approx(per_parameter * 8_030_261_248 / GIB)
    assert (made.pageable > 0) is (paged and per_parameter > 0)


def test_an_optimizer_nobody_knows_is_left_out_and_said() -> None:
    assert kept("shampoo_x") is None
    made = need({**FULL, **ON, "optimizer": "shampoo_x"})
    assert made.optimizer == 0
    assert any("optimizer" in note for note in made.notes)


def test_an_unfused_step_holds_one_more_copy() -> None:
    fused = need({**FULL, **ON, "optimizer": "adamw_torch_fused"})
    unfused = need({**FULL, **ON, "optimizer": "adamw_torch"})
    assert unfused.total - fused.total == pytest.approx(1.05 * 2 * 8_030_261_248 / GIB, rel=0.01)


def test_four_bit_weights_leave_embedding_and_head() -> None:
    nested = need({**LORA, **ON, "tuning": "qlora", "load_in_4bit": True, "use_double_quant": True})
    plain = need({**LORA, **ON, "tuning": "qlora", "load_in_4bit": True, "use_double_quant": False})
    blocks, rest = 6_979_321_856, 8_030_261_248 - 6_979_321_856
    assert nested.weights == pytest.approx((blocks * (0.5 + 0.127 / 8) + rest * 2) / GIB, rel=1e-3)
    assert plain.weights - nested.weights == pytest.approx(blocks * (0.5 - 0.127) / 8 / GIB, rel=1e-2)


def test_adapters_have_the_published_number_of_parameters() -> None:
    llama2 = architecture("meta-llama/Llama-2-7b-hf")
    llama3 = architecture("meta-llama/Llama-3.1-8B")
    phi = architecture("microsoft/phi-1_5")
    assert llama2 is not None
    assert llama3 is not None
    assert phi is not None
    assert adapter_parameters(llama2, 8, ("query", "value")) == 4_194_304  # LitGPT's table
    assert adapter_parameters(phi, 8, ("query", "value")) == 1_572_864  # the same
    assert adapter_parameters(llama3, 16, ("all-linear",)) == 41_943_040  # PEFT on Llama 3.1 8B
    assert adapter_parameters(llama2, 8, ()) == 4_194_304  # PEFT's default: q_proj, v_proj


def test_modules_trained_in_full_count() -> None:
    plain = need({**LORA, **ON})
    saved = need({**LORA, **ON, "modules_to_save": ("embed_tokens", "lm_head")})
    assert saved.adapter - plain.adapter == pytest.approx(2 * 128256 * 4096 * 4 / GIB)


def test_checkpointing_keeps_one_vector_of_each_token_and_layer() -> None:
    on, off = need({**LORA, **ON}), need({**LORA, "gradient_checkpointing": False})
    assert off.activations > 10 * on.activations
    assert on.activations < 1.5


def test_a_fused_loss_and_a_later_transformers_need_less_for_logits() -> None:
    eager = need({**LORA, **ON})
    assert need({**LORA, **ON, "use_liger_kernel": True}).logits < eager.logits / 10
    old = config({**LORA, **ON})._replace(versions={"transformers": "4.40"})
    older = estimate(old)
    assert older is not None
    assert older.logits == pytest.approx(1.5 * eager.logits)


def test_preference_pairs_double_the_tokens_and_full_tuning_holds_a_reference() -> None:
    sft, dpo = need({**FULL, **ON}), need({**FULL, **ON, "method": "dpo"})
    assert dpo.logits == pytest.approx(2 * sft.logits)
    assert dpo.weights == pytest.approx(2 * sft.weights)
    assert need({**LORA, **ON, "method": "dpo"}).weights == pytest.approx(need({**LORA, **ON}).weights)


def test_short_data_counts_unless_it_is_packed() -> None:
    loose = {**LORA, **ON, "packing": False}
    assert need(loose, longest=256).logits == pytest.approx(need(loose).logits / 8)
    assert need({**LORA, **ON}, longest=256).logits == pytest.approx(need({**LORA, **ON}).logits)


def test_what_is_not_known_is_taken_at_its_cheapest_and_said() -> None:
    made = need({"base_model": "meta-llama/Llama-3.1-8B", "tuning": "lora"})
    assert not made.complete
    assert made.activations == made.logits == made.adapter == 0
    assert {"its rank is not known: the adapter is left out", "weights are taken for 16 bit"} <= set(
        made.notes
    )


@pytest.mark.parametrize("name", ["./out/merged", "google/flan-t5-xl", "openai/whisper-large-v3", "support"])
def test_no_estimate_without_a_size_or_for_another_kind_of_model(name: str) -> None:
    assert setup(config({**LORA, "base_model": name})) is None


def test_rl_counts_states_alone() -> None:
    made = need({**LORA, **ON, "method": "grpo"})
    assert not made.complete
    assert any("RL" in note for note in made.notes)


# --- against published figures


def _compared() -> list[Any]:
    file = Path(__file__).parents[2] / "benchmarks" / "memory.py"
    spec = importlib.util.spec_from_file_location("memory_benchmark", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return list(module.compared())


def test_the_error_against_published_peaks_stays_within_what_the_page_says() -> None:
    rows = [row for row in _compared() if row.measure != "stated"]
    assert len(rows) >= 60
    whole = [row.error for row in rows if row.placed == "whole"]
    sharded = [row.error for row in rows if row.placed == "sharded"]
    assert max(whole) < 0.11
    assert sorted(map(abs, whole))[len(whole) // 2] < 0.05
    assert sorted(map(abs, whole))[int(len(whole) * 0.9)] < 0.16
    assert max(sharded) < 0.35
    assert sorted(row.error for row in rows)[len(rows) // 2] == pytest.approx(-0.03, abs=0.03)


def test_bounds_that_papers_state_hold() -> None:
    rows = [row for row in _compared() if row.source == "QLoRA paper"]
    assert len(rows) == 2
    assert all(row.estimated <= row.published for row in rows)
