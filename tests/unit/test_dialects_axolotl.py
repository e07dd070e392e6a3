"""What axolotl configs say, and where they say it."""

from __future__ import annotations

from typing import Any

import pytest
from hf_configs import AXOLOTL, config


@pytest.mark.parametrize(
    ("more", "field", "value", "key"),
    [
        ("", "method", "sft", "datasets"),
        ("rl: dpo\n", "method", "dpo", "rl"),
        ("rl: gdpo\n", "method", "gdpo", "rl"),
        ("rl: dpo\ndpo_loss_type: [ipo]\n", "method", "ipo", "dpo_loss_type"),
        ("rl: ${RL}\n", "method", None, "rl"),
        ("reward_model: true\n", "method", "reward", "reward_model"),
        ("kd_trainer: true\n", "method", "distillation", "kd_trainer"),
        ("pretraining_dataset: allenai/c4\ndatasets:\n", "method", "pretrain", "pretraining_dataset"),
        ("adapter: lora\n", "tuning", "lora", "adapter"),
        ("adapter: lora\nload_in_4bit: true\n", "tuning", "qlora", "adapter"),
        ("adapter: qlora\n", "tuning", "qlora", "adapter"),
        ("adapter: lora\ngptq: true\n", "tuning", None, "adapter"),
        ("adapter:\nunfrozen_parameters: [lm_head]\n", "tuning", "freeze", "unfrozen_parameters"),
        ("bf16: true\nfp16: true\n", "precision", "bf16", "bf16"),
        ("bf16: full\n", "precision", "bf16", "bf16"),
        ("bf16: auto\n", "precision", None, "bf16"),
        ("bf16: auto\nflash_attention: true\n", "precision", "bf16", "bf16"),
        ("bf16: auto\nfp16: true\n", "precision", "fp16", "fp16"),
        ("bf16: false\n", "precision", "fp32", "bf16"),
        ("bf16: false\nload_in_8bit: true\n", "model_dtype", "fp16", "load_in_8bit"),
        ("fp8: true\nbf16: true\n", "precision", "fp8", "fp8"),
        ("flash_attention: true\n", "attention", "flash_attention_2", "flash_attention"),
        (
            "lora_target_linear: true\nlora_target_modules: [lm_head]\n",
            "lora_targets",
            ("all-linear", "lm_head"),
            "",
        ),
        ("evals_per_epoch: 4\nval_set_size: 0.1\n", "eval_steps", 1 / 12, "evals_per_epoch"),
        ("evals_per_epoch: 4\nval_set_size: 0\n", "eval_strategy", "no", "val_set_size"),
        ("batch_size: 8\n", "gradient_accumulation", 4, "batch_size"),
        ("dpo_beta: 0.2\n", "beta", 0.2, "dpo_beta"),
        ("cosine_min_lr_ratio: 0.1\n", "min_learning_rate", 2e-5, "cosine_min_lr_ratio"),
        ("wandb_project: x\nuse_tensorboard: true\n", "loggers", ("wandb", "tensorboard"), "wandb_project"),
        ("wandb_project:\n", "loggers", ("none",), ""),
        ("hub_model_id: a/b\n", "push_to_hub", True, "hub_model_id"),
        (
            "tokens: ['<a>']\nspecial_tokens: {additional_special_tokens: ['<b>']}\n",
            "new_tokens",
            ("<a>", "<b>"),
            "",
        ),
        ("special_tokens: {pad_token: '<|pad|>'}\n", "pad_token", "<|pad|>", "special_tokens.pad_token"),
        ("fsdp_config: {offload_params: true}\n", "cpu_offload", True, "fsdp_config.offload_params"),
        (
            "deepspeed: {zero_optimization: {stage: 3}}\n",
            "zero_stage",
            3,
            "deepspeed.zero_optimization.stage",
        ),
        ("max_steps: -1\n", "max_steps", None, ""),
        ("save_strategy: no\n", "save_strategy", "no", "save_strategy"),
    ],
)
def test_axolotl(more: str, field: str, value: Any, key: str) -> None:
    read = config(f"{AXOLOTL}{more}")
    assert read.get(field) == pytest.approx(value) if isinstance(value, float) else read.get(field) == value
    assert not key or read.field(field).key == key


@pytest.mark.parametrize(
    ("more", "version", "isolated"),
    [
        ("flash_attention: true\n", "", True),
        ("", "", False),
        ("attn_implementation: sdpa\n", "", True),
        ("sdp_attention: true\n", "0.10", True),
        ("attn_implementation: sdpa\n", "0.17", False),
        ("attn_implementation: eager\n", "0.17", False),
        ("attn_implementation: eager\n", "0.18", True),
        ("flash_attention: ${FA}\n", "", None),
    ],
)
def test_axolotl_packing(more: str, version: str, isolated: bool | None) -> None:
    read = config(f"{AXOLOTL}sample_packing: true\n{more}", axolotl=version)
    assert read.get("packing_isolated") is isolated


@pytest.mark.parametrize(("version", "strategy"), [("0.9", "epoch"), ("0.10", "no"), ("", "no")])
def test_axolotl_evaluates_by_itself_in_old_releases_only(version: str, strategy: str) -> None:
    read = config(f"{AXOLOTL}val_set_size: 0.1\n", axolotl=version)
    assert (read.get("eval_strategy"), read.written("eval_strategy")) == (strategy, False)


def test_axolotl_data() -> None:
    rows = """\
base_model: a/b
sequence_len: 512
micro_batch_size: 1
num_epochs: 1
datasets:
  - {path: openai/gsm8k, name: main, split: 'train[:1000]', type: chat_template, field_messages: turns}
  - {ds_type: json, data_files: [x.jsonl, y.jsonl], type: {field_instruction: q, field_output: a}}
  - {path: json, data_files: {train: z.json}}
  - {path: s3://bucket/rows.jsonl}
  - {path: '${DATA}'}
test_datasets: [{path: val.jsonl, ds_type: json}]
"""
    read = config(rows)
    found = [(ref.name, ref.kind, ref.split, ref.format, ref.limit) for ref in read.get("train_data")]
    assert found == [
        ("openai/gsm8k", "hub", "train[:1000]", "chat_template", 1000),
        ("x.jsonl", "file", "", "custom", None),
        ("y.jsonl", "file", "", "custom", None),
        ("z.json", "file", "", "", None),
        ("s3://bucket/rows.jsonl", "remote", "", "", None),
        ("${DATA}", "unknown", "", "", None),
    ]
    assert [(ref.name, ref.kind) for ref in read.get("eval_data")] == [("val.jsonl", "file")]
    assert read.get("columns") == ("turns", "q", "a")
    assert read.get("train_data")[1].range.line == 7
