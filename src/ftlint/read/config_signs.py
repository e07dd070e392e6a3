"""What tells by its bytes that a file may hold a training config, a launch line or a server: cheap tests that
come before anything is parsed.
"""

from __future__ import annotations

import re

from ftlint.read.files import opened

_HINT = re.compile(
    rb"learning_?rate|\blr\b|lora|model_name|base_?model|_component_|checkpoint_dir|per_device|micro_batch|"
    rb"num_train_epochs|n_epochs|epochCount|epoch_count|training_file|train_dataset|dataset_mixer|finetun|"
    rb"zero_optimization|train_micro_batch|distributed_type|peft_type|hyperparameters|trainer_type|"
    rb"chat_template|vllm|sglang|max_seq|cutoff_len|sequence_len|ftlint:|tuned_model|training_dataset|"
    rb"model_id_or_path|sft_type|tuner_type|train_type|rlhf_type|tensor[_-]parallel|max[_-]model[_-]len|"
    rb"text-generation-inference|llama\.cpp",
    re.IGNORECASE,
)
_CONTAINER = re.compile(rb"^[ \t]*(?:-[ \t]+)?[\"']?image[\"']?\s*:", re.MULTILINE)
_LAUNCH = re.compile(
    rb"accelerate[\s\\\"',]+launch|torchrun|torch\.distributed|deepspeed|llamafactory-cli|axolotl|mlx_lm|"
    rb"\btrl[\s\\\"',]+(?:sft|dpo|grpo|kto|rloo|reward|orpo|cpo|ppo|gkd|online_dpo)|\btune[\s\\\"',]+run|"
    rb"\b(?:swift|megatron)[\s\\\"',]+(?:sft|rlhf|pt)\b|\boumi[\s\\\"',]+train|litgpt[\s\\\"',]+|"
    rb"autotrain[\s\\\"',]+|--learning[_-]rate|--model_name_or_path|"
    rb"ludwig\s+train|TrainingArguments\s*\(|(?:SFT|DPO|KTO|ORPO|CPO|PPO|GRPO|RLOO|Reward|PRM|GKD|XPO)Config\s*\("
)
_SERVE = re.compile(rb"vllm|sglang|text-generation|llama-server|llama\.cpp|llama-cpp")
_YAML_KEYS = re.compile(
    rb"^[ \t]*[\"']?(?:learning_rate|lora_r|lora_rank|lora_alpha|base_model|model_name_or_path|"
    rb"micro_batch_size|per_device_train_batch_size|num_train_epochs|gradient_accumulation_steps|sequence_len|"
    rb"cutoff_len|finetuning_type|lr_scheduler_type|lr_scheduler|num_epochs|output_dir|optimizer|adapter|"
    rb"val_set_size)[\"']?\s*:",
    re.MULTILINE,
)
_JSON_KEYS = (
    rb'"(?:learning_?rate|learningRate|base_?model|baseModelIdentifier|hyper_?parameters|training_file|lora_\w+|peft_type|'
    rb"zero_optimization|train_batch_size|train_micro_batch_size_per_gpu|model_name_or_path|n_epochs|training_dataset|"
    rb'per_device_train_batch_size|gradient_accumulation_steps|num_train_epochs|supervisedTuningSpec|ftlint)"\s*:'
)
_HEAD = 1 << 16
LEAST_KEYS = 3
"""Keys of trainings that a file which cannot be parsed must hold to be told of."""


def may_be_config(data: bytes) -> bool:
    """Whether a YAML or JSON file has a word that configs have."""
    return _HINT.search(data) is not None


def may_hold_containers(data: bytes) -> bool:
    """Whether a YAML or JSON file names images of containers."""
    return _CONTAINER.search(data) is not None


def may_launch(data: bytes) -> bool:
    """Whether a script has a word that command lines or calls of trainings have."""
    return _LAUNCH.search(data) is not None


def may_serve(data: bytes) -> bool:
    """Whether a script has a word that command lines of servers have."""
    return _SERVE.search(data) is not None


def means_config(data: bytes) -> bool:
    """Whether a file that cannot be parsed has enough keys of trainings to be told of; no template has."""
    return len(set(_YAML_KEYS.findall(data))) >= LEAST_KEYS and b"{%" not in data


def is_config_file(file: str) -> bool:
    """Whether a `.json` is an object with the keys of a training config."""
    try:
        with opened(file) as stream:
            head = stream.read(_HEAD)
    except OSError:
        return False
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text[:1] == b"{" and re.search(_JSON_KEYS, text, re.IGNORECASE) is not None
