"""The dialects on top of the Hugging Face trainer: what each config says, and where it was told."""

from __future__ import annotations

from typing import Any

import pytest
from hf_configs import AXOLOTL, FACTORY, HANDBOOK, TRL, V1, config, maybe

from ftlint.dialects.method_names import method_of_name


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        (AXOLOTL, "axolotl"),
        ("input:\n  args:\n" + "".join(f"    {line}\n" for line in AXOLOTL.splitlines()), "axolotl"),
        (FACTORY, "llamafactory"),
        (
            "backend: x\nllamafactory:\n" + "".join(f"  {line}\n" for line in FACTORY.splitlines()),
            "llamafactory",
        ),
        ("model_name_or_path: a\ntemplate: qwen\ninfer_backend: vllm\n", "llamafactory"),
        ("model_name_or_path: a\ntemplate: qwen\nexport_dir: out\nexport_size: 5\n", "llamafactory"),
        (V1 + "model_class: llm\n", "llamafactory-v1"),
        ("model: a\npeft_config: {name: lora, export_dir: out}\n", "llamafactory-v1"),
        (TRL, "trl"),
        (HANDBOOK + "dataset_mixer: {a/b: 1.0}\ndataset_splits: [train]\n", "alignment-handbook"),
        (HANDBOOK + "dataset_mixture: {datasets: [{id: a/b}]}\n", "alignment-handbook"),
    ],
)
def test_detects(text: str, dialect: str) -> None:
    assert config(text).dialect == dialect


@pytest.mark.parametrize(
    "text",
    [
        "base_model: a/b\nmerge_method: ties\nmodels: [{model: a/c}]\ndtype: bfloat16\n",
        "license: mit\nbase_model: a/b\ndatasets: [c/d]\ntags: [x]\nmodel_type: llama\n",
        "on: [push]\njobs: {train: {steps: [{run: make}]}}\n",
        "services: {web: {image: a, template: b}}\n",
        "learning_rate: {value: 0.1}\nnum_train_epochs: {value: 3}\nmodel_name_or_path: {value: a}\n"
        "output_dir: {value: b}\nseed: {value: 1}\n",
        "method: grid\nparameters: {learning_rate: {values: [0.1]}, model_name_or_path: {value: a}}\n",
        "log_history: []\nglobal_step: 3\nnum_train_epochs: 3\nmax_steps: 9\nlogging_steps: 1\n"
        "eval_steps: 5\nsave_steps: 5\n",
        "model: {name: a}\ntraining: {learning_rate: 2e-4}\nlora: {r: 8}\n",
        "model_path: a/b\nlearning_rate: 1e-6\nbatch_size: 4\nnum_epochs: 2\nwarmup_ratio: 0.1\n"
        "weight_decay: 0.0\nmax_grad_norm: 1.0\nseed: 1\noutput_dir: out\nlogging_steps: 5\nbeta: 0.04\n",
    ],
)
def test_leaves_others_alone(text: str) -> None:
    found = maybe(text)
    assert found is None or found.dialect not in (*DIALECTS, "alignment-handbook")


DIALECTS = ("axolotl", "llamafactory", "llamafactory-v1", "trl")


@pytest.mark.parametrize(
    ("more", "method"),
    [
        ("", None),
        ("packing: true\n", "sft"),
        ("max_seq_length: 2048\n", "sft"),
        ("beta: 0.1\n", None),
        ("loss_type: sigmoid\nbeta: 0.1\n", None),
        ("loss_type: ipo\n", "ipo"),
        ("loss_type: apo_zero\nbeta: 0.05\n", "apo"),
        ("rpo_alpha: 1.0\n", "dpo"),
        ("desirable_weight: 1.0\nbeta: 0.1\n", "kto"),
        ("simpo_gamma: 0.5\nbeta: 2.0\n", "simpo"),
        ("reward_funcs: [accuracy]\nnum_generations: 8\nbeta: 0.0\n", "grpo"),
        ("rloo_k: 2\n", "rloo"),
        ("num_ppo_epochs: 4\nkl_coef: 0.05\n", "ppo"),
        ("center_rewards_coefficient: 0.01\n", "reward"),
        ("teacher_model_name_or_path: a/b\nlmbda: 0.5\n", "distillation"),
    ],
)
def test_trl_method(more: str, method: str | None) -> None:
    assert config(f"{TRL}{more}").get("method") == method


@pytest.mark.parametrize(
    ("path", "more", "method"),
    [
        ("recipes/zephyr/orpo/config_full.yaml", "beta: 0.05\n", "orpo"),
        ("configs/dpo.yaml", "", "dpo"),
        ("configs/dpo.yaml", "packing: true\n", "sft"),
        ("recipes/gpt2/cpt/config.yaml", "max_seq_length: 512\n", "pretrain"),
        ("configs/sft.yaml", "train_file: a.jsonl\n", None),
    ],
)
def test_a_name_chooses_among_what_keys_leave_open(path: str, more: str, method: str | None) -> None:
    text = TRL if "train_file" not in more else TRL.replace("dataset_name: trl-lib/Capybara\n", "")
    assert config(f"{text}{more}", path).get("method") == method


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("sft/dpo.yaml", "dpo"),
        ("sft/config.yaml", "sft"),
        ("zephyr-7b-sft-dpo.yaml", ""),
        ("softmax/adpo.yaml", ""),
    ],
)
def test_method_of_name(path: str, method: str) -> None:
    assert method_of_name(path) == method


@pytest.mark.parametrize(
    ("more", "version", "field", "value"),
    [
        ("packing: true\n", "", "precision", "bf16"),
        ("packing: true\nfp16: true\n", "", "precision", "fp16"),
        ("packing: true\nbf16: false\n", "", "precision", "fp32"),
        ("packing: true\n", "0.18", "precision", None),
        ("packing: true\ntorch_dtype: bfloat16\n", "0.18", "precision", "bf16"),
        ("packing: true\n", "", "gradient_checkpointing", True),
        ("packing: true\n", "0.21", "gradient_checkpointing", False),
        ("reward_funcs: [a]\n", "0.18", "beta", 0.04),
        ("reward_funcs: [a]\n", "0.19", "beta", 0.0),
        ("reward_funcs: [a]\n", "1.9", "max_completion_length", 256),
        ("reward_funcs: [a]\n", "", "max_completion_length", 512),
        ("packing: true\n", "", "packing_isolated", True),
        ("packing: true\n", "0.24", "packing_isolated", False),
        ("packing: true\nattn_implementation: flash_attention_2\n", "0.24", "packing_isolated", True),
        ("packing: true\npacking_strategy: wrapped\n", "", "packing_isolated", False),
        ("packing: true\nmax_seq_length: 512\n", "", "packing_isolated", False),
        ("packing: true\nuse_peft: true\n", "", "tuning", "lora"),
        ("packing: true\nuse_peft: true\nload_in_4bit: true\n", "", "tuning", "qlora"),
        ("packing: true\nuse_peft: true\n", "", "lora_rank", 16),
        ("packing: true\nwarmup_steps: 0.1\n", "", "warmup_ratio", 0.1),
        ("packing: true\nwarmup_steps: 0.1\n", "", "warmup_steps", None),
        ("lr_scheduler_kwargs: {min_lr_rate: 0.1}\n", "", "min_learning_rate", 2e-6),
        ("eos_token: <|im_end|>\n", "", "eos_token", "<|im_end|>"),
        ("fsdp: full_shard offload\n", "", "cpu_offload", True),
        ("fsdp: ''\n", "", "fsdp", False),
        ("report_to: [wandb, comet_ml]\n", "", "loggers", ("wandb", "comet")),
        ("eval_strategy: no\n", "", "eval_strategy", "no"),
    ],
)
def test_trl(more: str, version: str, field: str, value: Any) -> None:
    assert config(f"{TRL}{more}", trl=version).get(field) == value


@pytest.mark.parametrize(
    ("more", "version", "rate"),
    [
        ("packing: true\n", "", 2e-5),
        ("packing: true\n", "0.11", 5e-5),
        ("loss_type: ipo\n", "", 1e-6),
        ("center_rewards_coefficient: 0.1\n", "", 1e-4),
        ("center_rewards_coefficient: 0.1\n", "0.23", 5e-5),
        ("", "", None),
    ],
)
def test_trl_learning_rate_is_its_trainers(more: str, version: str, rate: float | None) -> None:
    read = config(TRL.replace("learning_rate: 2.0e-5\n", "save_steps: 5\n") + more, trl=version)
    assert (read.get("learning_rate"), read.written("learning_rate")) == (rate, False)


def test_lora_keys_change_nothing_in_trl_without_use_peft() -> None:
    read = config(f"{TRL}lora_r: 64\nlora_alpha: 128\n")
    assert (read.get("tuning"), read.written("tuning"), read.get("lora_rank")) == ("full", False, 64)
    assert read.written("lora_rank")


def test_a_script_of_its_own_may_train_anything() -> None:
    read = config(f"{TRL}train_path: data/a.jsonl\nlora_rank: 8\n")
    assert (read.get("tuning"), read.casts, read.get("bf16")) == (None, None, False)
    assert config(TRL).casts is True


def test_trl_data() -> None:
    plain = config(f"{TRL}eval_strategy: steps\n")
    assert [(ref.name, ref.split) for ref in plain.get("train_data")] == [("trl-lib/Capybara", "train")]
    assert [(ref.name, ref.split) for ref in plain.get("eval_data")] == [("trl-lib/Capybara", "test")]
    assert config(TRL).get("eval_data") is None
    mixed = config(
        TRL.replace("dataset_name: trl-lib/Capybara\n", "")
        + "datasets: [{path: json, data_files: a.jsonl}, {path: b/c, split: extra, fraction: 0.2}]\n"
        "test_split_size: 0.1\n"
    )
    found = [(ref.name, ref.kind, ref.split, ref.weight) for ref in mixed.get("train_data")]
    assert found == [("a.jsonl", "file", "train", None), ("b/c", "hub", "extra", 0.2)]
    assert mixed.get("eval_split") == 0.1


def test_handbook_mixer_is_cast_by_nobody() -> None:
    read = config(
        f"{HANDBOOK}dataset_mixer:\n  a/b: 1.0\n  ./local: 0.5\n"
        "dataset_splits: [train_sft, test_sft]\ndo_eval: true\nbeta: 0.1\n"
    )
    found = [(ref.name, ref.kind, ref.split, ref.weight) for ref in read.get("train_data")]
    assert found == [("a/b", "hub", "train_sft", 1.0), ("./local", "file", "train_sft", 0.5)]
    assert [ref.split for ref in read.get("eval_data")] == ["test_sft", "test_sft"]
    assert (read.casts, read.get("method"), read.get("train_data")[1].range.line) == (False, "dpo", 8)


def test_handbook_mixture_is_split_as_a_whole() -> None:
    read = config(
        f"{HANDBOOK}max_length: 2048\npacking: false\ndataset_mixture:\n  datasets:\n"
        "    - {id: a/b, split: train_prefs, columns: [chosen, rejected], weight: 0.5}\n"
        "  test_split_size: 1000\n"
    )
    assert [(ref.name, ref.split, ref.weight) for ref in read.get("train_data")] == [
        ("a/b", "train_prefs", 0.5)
    ]
    assert (read.get("eval_split"), read.get("columns"), read.casts) == (1000, ("chosen", "rejected"), True)
