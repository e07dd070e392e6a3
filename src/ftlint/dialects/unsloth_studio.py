"""Unsloth's command line and Studio: `unsloth train --config`, and Studio's defaults of each model.

The defaults of a model name neither model nor data: Studio asks for them, and for what is trained.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft
from ftlint.dialects.hf_arguments import steps
from ftlint.dialects.signs import is_map, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_flag, is_unknown

TRAINING = (
    *("training_type", "max_seq_length", "load_in_4bit", "num_epochs", "batch_size", "random_seed"),
    *("gradient_accumulation_steps", "train_on_completions", "warmup_steps", "max_steps", "save_steps"),
    *("weight_decay", "packing", "gradient_checkpointing", "optim", "lr_scheduler_type"),
)
LORA = ("lora_r", "lora_alpha", "lora_dropout", "use_loftq", "use_dora", "use_rslora", "vision_all_linear")
OTHERS = (
    *("enable_wandb", "wandb_project", "enable_tensorboard", "tensorboard_dir", "log_frequency", "hf_token"),
    *("dataset", "local_dataset", "format_type"),
)


def certainty(tree: Node, path: str) -> float:
    if not is_map(tree, "training"):
        return 0.0
    training = written(tree, (f"training.{key}" for key in TRAINING))
    lora = written(tree, (f"lora.{key}" for key in LORA))
    rest = written(tree, (f"{part}.{key}" for part in ("logging", "data") for key in OTHERS))
    own = written(tree, ("training.train_on_completions", "training.training_type", "lora.use_loftq"))
    if training >= 6 and lora >= 3 and (rest or own):
        return 0.95
    named = written(tree, ("model", "data.dataset", "data.local_dataset")) >= 2
    return 0.85 if named and training >= 3 and (lora >= 2 or own or rest >= 2) else 0.0


def settle(draft: Draft) -> None:
    _model(draft)
    _tuning(draft)
    _method(draft)
    _data(draft)
    if not draft.get("warmup_steps") and draft.knows("warmup_ratio"):
        draft.drop("warmup_steps")
    _places(draft)


def _places(draft: Draft) -> None:
    on = {name: draft.flag(f"logging.enable_{name}") for name in ("wandb", "tensorboard")}
    names = tuple(name for name, flag in on.items() if flag)
    if any(flag is not None for flag in on.values()):
        key = f"logging.enable_{names[0]}" if names else "logging.enable_wandb"
        draft.derive("loggers", names or ("none",), key, "logging.enable_tensorboard")
    if draft.number("training.save_steps"):
        draft.derive("save_strategy", "steps", "training.save_steps")
    if draft.number("training.eval_steps"):
        draft.derive("eval_strategy", "steps", "training.eval_steps")


DEFAULTS = re.compile(r"model_defaults(?:/|__)(?:\w+?(?:/|__))?(?P<owner>[^_/]+)_(?P<name>[^/]+)$")
"""Studio's own files: `model_defaults/qwen/unsloth_Qwen3-14B.yaml`."""


def _model(draft: Draft) -> None:
    match = DEFAULTS.search(str(PurePosixPath(draft.path).with_suffix("")))
    if match and not draft.knows("base_model"):
        draft.default("base_model", f"{match['owner']}/{match['name']}", "the name of the file", "model")


def _tuning(draft: Draft) -> None:
    """Studio asks for it; the command line trains LoRA over 4 bits."""
    key = "training.training_type"
    kind = draft.text(key)
    if not draft.has(key, "model", "data"):
        draft.default("tuning", UNKNOWN, "Unsloth Studio asks for it", key)
        draft.default("load_in_4bit", UNKNOWN, "Unsloth Studio asks for it", "training.load_in_4bit")
        return
    four = draft.flag("training.load_in_4bit")
    if is_unknown(kind) or (draft.has("training.load_in_4bit") and four is None):
        draft.derive("tuning", UNKNOWN, key, "training.load_in_4bit")
        return
    if kind.startswith("full"):
        draft.derive("tuning", "full", key)
        # the base is quantised for an adapter only
        for field in ("load_in_4bit", *ADAPTER):
            draft.drop(field)
        draft.default("load_in_4bit", False, "unsloth_cli/config.py: 4 bits for LoRA only")
    elif four is False:
        draft.derive("tuning", "lora", key, "training.load_in_4bit")
    elif draft.has(key) or four:
        draft.derive("tuning", "qlora", *(("training.load_in_4bit",) if four else ()), key)
    else:
        draft.default("tuning", "qlora", "unsloth_cli/config.py: LoRA over 4 bits", key)
    if draft.get("tuning") == "qlora":
        draft.derive("quantization", "bnb", "training.load_in_4bit", key)


ADAPTER = ("lora_rank", "lora_alpha", "lora_dropout", "lora_targets", "use_rslora", "use_dora")
ENCODERS = re.compile(r"(?:modern)?bert|minilm|bge-|gte-|embed|e5-|whisper", re.IGNORECASE)


def _method(draft: Draft) -> None:
    """Next tokens, but for models that write none: speech recognition, embeddings, encoders."""
    model = f"{draft.get('base_model') or ''} {draft.text('logging.wandb_project')}"
    if draft.text("audio_type") == "whisper" or ENCODERS.search(model):
        draft.derive("method", UNKNOWN, "audio_type", "model", "training")
    elif draft.text("data.format_type") == "raw":
        draft.derive("method", "pretrain", "data.format_type")
    else:
        draft.derive("method", "sft", "model", "training")


FORMATS = {"alpaca": "alpaca", "chatml": "messages", "sharegpt": "sharegpt", "raw": "text"}


def _data(draft: Draft) -> None:
    refs = (
        *draft.refs(draft.tree.at("data.dataset"), split="train"),
        *draft.refs(draft.tree.at("data.local_dataset"), kind="file"),
    )
    if refs:
        draft.put("train_data", tuple(refs), "data.dataset", "data.local_dataset")
    kind = draft.text("data.format_type")
    if kind in FORMATS:
        draft.put("data_format", FORMATS[kind], "data.format_type")


def negated(loaded: Any) -> Any:
    flag = as_flag(loaded)
    return UNKNOWN if flag is None else not flag


def checkpointed(loaded: Any) -> Any:
    """`unsloth` is a way to do it."""
    flag = as_flag(loaded)
    return str(loaded).lower() not in ("none", "") if flag is None else flag


DIALECT = Dialect(
    name="unsloth-studio",
    title="Unsloth",
    certainty=certainty,
    keys=(
        Key("base_model", ("model",)),
        Key("load_in_4bit", ("training.load_in_4bit",)),
        Key("lora_rank", ("lora.lora_r",)),
        Key("lora_alpha", ("lora.lora_alpha",)),
        Key("lora_dropout", ("lora.lora_dropout",)),
        Key("lora_targets", ("lora.target_modules",)),
        Key("use_rslora", ("lora.use_rslora",)),
        Key("use_dora", ("lora.use_dora",)),
        Key("learning_rate", ("training.learning_rate",)),
        Key("lr_scheduler", ("training.lr_scheduler_type",)),
        Key("warmup_steps", ("training.warmup_steps",)),
        Key("warmup_ratio", ("training.warmup_ratio",)),
        Key("epochs", ("training.num_epochs",)),
        Key("max_steps", ("training.max_steps",), steps),
        Key("micro_batch_size", ("training.batch_size",)),
        Key("gradient_accumulation", ("training.gradient_accumulation_steps",)),
        Key("optimizer", ("training.optim",)),
        Key("weight_decay", ("training.weight_decay",)),
        Key("gradient_checkpointing", ("training.gradient_checkpointing",), checkpointed),
        Key("seed", ("training.random_seed",)),
        Key("sequence_length", ("training.max_seq_length",)),
        Key("packing", ("training.packing",)),
        Key("train_on_inputs", ("training.train_on_completions",), negated),
        Key("eval_steps", ("training.eval_steps",), steps),
        Key("save_steps", ("training.save_steps",), steps),
        Key("output_dir", ("training.output_dir",)),
    ),
    settle=settle,
    casts=True,
    package="unsloth",
    extra={
        "tuning": "training.training_type",
        "train_data": "data.dataset",
        "data_format": "data.format_type",
        "loggers": "logging.enable_wandb",
    },
)
