"""Whose arguments a script takes, where no command says it: those of transformers' trainers, mostly."""

from __future__ import annotations

import posixpath

from ftlint.dialects.contract import Dialect
from ftlint.dialects.detect import LEAST, dialects
from ftlint.model.config_tree import Node

FLAT = ("llamafactory", "ms-swift", "open-instruct", "alignment-handbook", "trl")
"""Dialects whose keys are arguments of a script."""

# fmt: off
TRAINING = frozenset((
    "learning_rate", "num_train_epochs", "per_device_train_batch_size", "max_steps", "lr_scheduler_type",
    "gradient_accumulation_steps", "warmup_ratio", "warmup_steps",
))
"""Arguments of which a training has one."""

TRAINER = frozenset((
    "num_train_epochs", "per_device_train_batch_size", "lr_scheduler_type", "model_name_or_path", "use_peft",
    "lora_r", "lora_rank", "lora_alpha", "lora_target_modules", "gradient_accumulation_steps", "warmup_ratio",
    "per_device_eval_batch_size", "max_seq_length", "dataset_name", "cutoff_len",
))
"""Arguments by which transformers' trainers are known."""

COMMON = frozenset((
    "learning_rate", "bf16", "fp16", "weight_decay", "max_steps", "warmup_steps", "output_dir", "optim",
    "gradient_checkpointing", "eval_strategy", "evaluation_strategy", "save_steps", "deepspeed", "report_to",
    "max_grad_norm", "save_strategy", "eval_steps", "load_in_4bit", "neftune_noise_alpha",
))
"""Arguments that they share with others."""

FOREIGN = frozenset((
    "pretrained_model_name_or_path", "resolution", "instance_data_dir", "instance_prompt", "task_name", "mlm",
    "mlm_probability", "max_source_length", "max_target_length", "audio_column_name", "doc_stride",
    "image_column", "image_column_name", "image_size", "label_column_name", "text_column_names",
    "do_lower_case", "speaker_id_column_name", "whole_word_mask", "query_max_len", "passage_max_len",
    "train_group_size", "negatives_cross_device", "pooling_method", "image_root", "vision_lr",
))
"""Arguments of trainings that are not of a language model which answers."""
# fmt: on

CERTAIN = 0.9
"""How sure a dialect must be to take an argument of other trainings for an old one of its own."""

_TELLING = ("sft", "dpo", "grpo", "tune", "tuning", "lora", "orpo", "kto", "rlhf", "ppo")


def recognised(tree: Node, program: str, under: bool) -> Dialect | None:
    """The dialect of a script's arguments; None where they are not of a trainer of language models.

    `under` says whether a config file lies under them: then few of them are written.
    """
    names = set(tree.entries)
    if not names & TRAINING:
        return None
    sure = {name: dialects()[name].certainty(tree, program) for name in FLAT if name in dialects()}
    best = max(sure, key=lambda name: sure[name])
    if names & FOREIGN and sure[best] < CERTAIN:
        return None
    if sure[best] >= LEAST:
        return dialects()[best]
    telling = under or any(word in posixpath.basename(program).lower() for word in _TELLING)
    known = names & TRAINER
    if telling or (known and len(known | (names & COMMON)) >= 2):
        return dialects()["trl"]
    return None
