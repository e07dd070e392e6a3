"""What LLaMA-Factory configs say, old schema and new, and where they say it."""

from __future__ import annotations

from typing import Any

import pytest
from hf_configs import FACTORY, V1, config


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        (FACTORY, "train"),
        (
            FACTORY.replace("do_train: true", "do_predict: true").replace("dataset:", "eval_dataset:"),
            "evaluate",
        ),
        (FACTORY.replace("do_train", "do_eval"), "train"),
        ("model_name_or_path: a\nstage: sft\ndo_predict: true\neval_dataset: b\ntemplate: c\n", "evaluate"),
        (
            "model_name_or_path: a\ntemplate: b\nadapter_name_or_path: c\nexport_dir: d\nexport_size: 5\n",
            "merge",
        ),
        ("model_name_or_path: a\ntemplate: b\ninfer_backend: vllm\n", "inference"),
        ("model_name_or_path: a\nadapter_name_or_path: c\ntemplate: b\nfinetuning_type: lora\n", "inference"),
        ("model_name_or_path: a\ntemplate: b\ntask: mmlu_test\nlang: en\nn_shot: 5\n", "evaluate"),
        (
            "model_name_or_path: a\nstage: sft\ndo_train: true\ntemplate: b\ndataset: c\ntokenized_path: d\n",
            "other",
        ),
    ],
)
def test_llamafactory_purpose(text: str, purpose: str) -> None:
    read = config(text)
    assert read.purpose == purpose
    assert (read.get("method") is None) == (purpose != "train")


@pytest.mark.parametrize(
    ("more", "field", "value", "key"),
    [
        ("", "tuning", "lora", "finetuning_type"),
        ("finetuning_type: full\n", "precision", "fp32", "bf16"),
        ("", "precision", None, ""),
        ("bf16: true\n", "precision", "bf16", "bf16"),
        ("pure_bf16: true\n", "precision", "bf16", "pure_bf16"),
        ("quantization_bit: 4\n", "tuning", "qlora", "finetuning_type"),
        ("quantization_bit: 8\n", "load_in_8bit", True, "quantization_bit"),
        ("quantization_bit: 4\nquantization_method: hqq\n", "quantization", "hqq", "quantization_method"),
        ("quantization_bit: ${BITS}\n", "tuning", None, ""),
        ("lora_rank: 16\n", "lora_alpha", 32, ""),
        ("lora_target: all\n", "lora_targets", ("all-linear",), "lora_target"),
        ("packing: true\n", "packing_isolated", False, "packing"),
        ("neat_packing: true\n", "packing_isolated", True, "neat_packing"),
        ("neat_packing: true\n", "packing", True, "neat_packing"),
        ("flash_attn: fa2\n", "attention", "flash_attention_2", "flash_attn"),
        ("disable_gradient_checkpointing: true\n", "gradient_checkpointing", False, ""),
        ("", "gradient_checkpointing", True, ""),
        ("add_tokens: <a>,<b>\n", "new_tokens", ("<a>", "<b>"), "add_tokens"),
        ("report_to: none\nuse_swanlab: true\n", "loggers", ("swanlab",), "use_swanlab"),
        ("fp8: true\nbf16: true\n", "precision", "fp8", "fp8"),
        ("deepspeed: ds_z3.json\n", "deepspeed", "ds_z3.json", "deepspeed"),
    ],
)
def test_llamafactory(more: str, field: str, value: Any, key: str) -> None:
    read = config(f"{FACTORY}{more}")
    assert read.get(field) == value
    assert not key or read.field(field).key == key


@pytest.mark.parametrize(
    ("stage", "more", "method"),
    [
        ("pt", "", "pretrain"),
        ("rm", "", "reward"),
        ("dpo", "", "dpo"),
        ("dpo", "pref_loss: orpo\n", "orpo"),
        ("dpo", "pref_loss: simpo\n", "simpo"),
        ("dpo", "pref_loss: hinge\n", "dpo"),
        ("grpo", "", "grpo"),
    ],
)
def test_llamafactory_method(stage: str, more: str, method: str) -> None:
    read = config(FACTORY.replace("stage: sft", f"stage: {stage}") + more)
    assert read.get("method") == method
    assert read.get("packing") is (stage == "pt")


def test_llamafactory_data_is_registered_by_name() -> None:
    text = f"{FACTORY}max_samples: 100\nmix_strategy: interleave_under\ninterleave_probs: '0.7,0.3'\n"
    found = [(ref.name, ref.kind, ref.weight, ref.limit) for ref in config(text).get("train_data")]
    assert found == [("identity", "registered", 0.7, 100), ("alpaca_en_demo", "registered", 0.3, 100)]
    online = config(f"{FACTORY}dataset_dir: ONLINE\n")
    assert {ref.kind for ref in online.get("train_data")} == {"hub"}


def test_a_quantised_base_makes_qlora_of_lora() -> None:
    awq = FACTORY.replace("Qwen/Qwen3-8B", "TechxGenus/Meta-Llama-3-8B-Instruct-AWQ")
    assert (config(awq).get("tuning"), config(awq).get("quantization")) == ("qlora", "awq")
    eight = FACTORY.replace("Qwen/Qwen3-8B", "Qwen/Qwen2.5-7B-Instruct-GPTQ-Int8")
    assert config(eight).get("tuning") == "lora"


@pytest.mark.parametrize(
    ("version", "length"), [("0.9.0", 1024), ("0.9.1", 2048), ("", 2048)], ids=("before", "from", "newest")
)
def test_llamafactory_length_by_version(version: str, length: int) -> None:
    assert config(FACTORY, llamafactory=version).get("sequence_length") == length


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        ("", "method", "sft"),
        ("", "tuning", "full"),
        ("", "lr_scheduler", "constant"),
        ("peft_config: {name: lora, r: 16}\n", "tuning", "lora"),
        ("peft_config: {name: lora}\nquant_config: {name: bnb}\n", "tuning", "qlora"),
        (
            "peft_config: {name: lora}\nquant_config: {name: auto, quantization_bit: 8}\n",
            "load_in_8bit",
            True,
        ),
        ("dist_config: {name: fsdp2, offload_params: true}\n", "cpu_offload", True),
        ("dist_config: {name: deepspeed, config_file: z3.json}\n", "deepspeed", "z3.json"),
        ("bf16: false\n", "precision", "fp32"),
    ],
)
def test_llamafactory_v1(more: str, field: str, value: Any) -> None:
    assert config(f"{V1}model_class: llm\n{more}").get(field) == value
