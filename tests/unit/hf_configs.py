"""Configs of the dialects on top of the Hugging Face trainer, and how tests read them."""

from __future__ import annotations

from ftlint.dialects.detect import read_config
from ftlint.model import TrainingConfig
from ftlint.read.config_text import parse

AXOLOTL = """\
base_model: Qwen/Qwen3-8B
datasets: [{path: data/train.jsonl, type: chat_template}]
sequence_len: 2048
micro_batch_size: 2
num_epochs: 3
learning_rate: 2e-4
"""
FACTORY = """\
model_name_or_path: Qwen/Qwen3-8B
stage: sft
do_train: true
template: qwen
dataset: identity,alpaca_en_demo
learning_rate: 1.0e-4
"""
TRL = """\
model_name_or_path: Qwen/Qwen3-8B
dataset_name: trl-lib/Capybara
learning_rate: 2.0e-5
num_train_epochs: 1
output_dir: out
"""
HANDBOOK = """\
model_name_or_path: mistralai/Mistral-7B-v0.1
torch_dtype: bfloat16
learning_rate: 2.0e-05
lr_scheduler_type: cosine
num_train_epochs: 1
"""
V1 = """\
model: Qwen/Qwen3-4B
train_dataset: data/v1_sft_demo.yaml
micro_batch_size: 1
learning_rate: 1.0e-4
"""


def config(text: str, path: str = "config.yaml", **versions: str) -> TrainingConfig:
    found = maybe(text, path, **versions)
    assert found is not None
    return found


def maybe(text: str, path: str = "config.yaml", **versions: str) -> TrainingConfig | None:
    written = parse(text.encode(), path)
    assert written is not None
    return read_config(written, path, {package: (version, "test") for package, version in versions.items()})
