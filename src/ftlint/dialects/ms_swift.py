"""ms-swift: `swift sft`, `rlhf` and `pt` with a YAML or JSON file of arguments, and `megatron` likewise.

The names of keys tell the version: `sft_type` is 2, `train_type` 3, `tuner_type` 4. A run under Ray groups
its keys by the workers that take them, so that `tuner_type` may stand below `train`.
"""

from __future__ import annotations

from ftlint.dialects.contract import Dialect, Key
from ftlint.dialects.draft import precision
from ftlint.dialects.hf_arguments import CHECKPOINTING, TRAINER_KEYS, TRAINER_SIGNS
from ftlint.dialects.ms_swift_settle import (
    ALIGNED,
    DATA,
    MEGATRON,
    MODEL,
    TUNER_KEYS,
    TUNERS,
    attention,
    finish,
    first,
    kept,
    loss,
    preset,
    recomputed,
    settle,
    sharded,
    targets,
    whole_loss,
)
from ftlint.dialects.signs import scalar, written
from ftlint.model.config_tree import Node

OWN = (
    *("split_dataset_ratio", "dataset_num_proc", "model_author", "attn_impl", "loss_scale", "lazy_tokenize"),
    *("freeze_vit", "freeze_llm", "freeze_aligner", "quant_bits", "padding_free", "external_plugins"),
    *("use_hf", "check_dataset_strategy", "dataset_test_ratio", "template_type", "model_id_or_path"),
    *("custom_train_dataset_path", "vit_gradient_checkpointing", "custom_register_path"),
)
SHARED = (
    *("torch_dtype", "target_modules", "lora_target_modules", "max_length", "system", "model_name"),
    *("template", "truncation_strategy"),
)
"""Keys that others have, too."""

OTHERS = (
    *("infer_backend", "merge_lora", "to_ollama", "to_mcore", "to_hf", "eval_backend", "load_data_args"),
    *("sampler_engine", "num_return_sequences", "native_config_path", "adapters", "ckpt_dir", "quant_method"),
)
"""Keys of `swift infer`, `export`, `eval` and `sample`."""


def certainty(tree: Node, path: str) -> float:
    model = any(scalar(tree, key) for key in MODEL)
    if not model or written(tree, ("swift_version",)):
        return 0.0
    data = written(tree, DATA) > 0
    tuned = any(scalar(tree, key).lower() in TUNERS for key in TUNER_KEYS)
    aligned = scalar(tree, "rlhf_type").lower() in ALIGNED
    own = written(tree, OWN)
    shared = written(tree, SHARED)
    trained = written(tree, TRAINER_SIGNS) + written(tree, MEGATRON)
    if data and (tuned or aligned) and own + shared + trained >= 2:
        return 0.96
    if data and own >= 2 and own + trained >= 4:
        return 0.85
    return 0.8 if not trained and written(tree, OTHERS) >= 2 else 0.0


def both(*names: str) -> tuple[str, ...]:
    """A key at the top or in the group of the workers that train."""
    return (*names, *(f"train.{name}" for name in names))


HERE = {
    "learning_rate": ("learning_rate", "lr"),
    "lr_scheduler": ("lr_scheduler_type", "lr_decay_style"),
    "warmup_steps": ("warmup_steps", "lr_warmup_iters"),
    "warmup_ratio": ("warmup_ratio", "lr_warmup_fraction"),
    "epochs": ("num_train_epochs", "max_epochs"),
    "max_steps": ("max_steps", "train_iters"),
    "micro_batch_size": ("per_device_train_batch_size", "micro_batch_size", "batch_size"),
    "eval_batch_size": ("per_device_eval_batch_size", "eval_batch_size"),
    "optimizer": ("optim", "optimizer"),
    "max_grad_norm": ("max_grad_norm", "clip_grad"),
    "eval_steps": ("eval_steps", "eval_interval"),
    "save_steps": ("save_steps", "save_interval"),
    "output_dir": ("output_dir", "save"),
}
"""Keys of the trainer that ms-swift 2 or the Megatron commands spell otherwise."""

CONVERTED = {"deepspeed": preset, "fsdp": sharded}
TRAINER = tuple(
    Key(key.field, both(*HERE.get(key.field, key.spellings)), CONVERTED.get(key.field, key.convert))
    for key in TRAINER_KEYS
)

DIALECT = Dialect(
    name="ms-swift",
    title="ms-swift",
    certainty=certainty,
    keys=(
        Key("base_model", both("model", "model_id_or_path", "model_type")),
        Key("model_revision", ("model_revision",)),
        Key("attention", both("attn_impl", "attention_backend"), attention),
        Key("adapter_path", both("adapters"), first),
        Key("reference_model", both("ref_model", "ref_model_id_or_path")),
        Key("teacher_model", ("teacher_model", "teacher.model")),
        Key("beta", ("beta",)),
        Key("loss_type", ("loss_type",), loss),
        Key("num_generations", ("num_generations",)),
        Key("lora_rank", both("lora_rank")),
        Key("lora_alpha", both("lora_alpha")),
        Key("lora_dropout", both("lora_dropout", "lora_dropout_p")),
        Key("lora_targets", both("target_modules", "lora_target_modules", "target_regex"), targets),
        Key("use_rslora", both("use_rslora")),
        Key("use_dora", both("use_dora")),
        Key("modules_to_save", both("modules_to_save", "lora_modules_to_save")),
        Key("min_learning_rate", both("min_lr")),
        Key("global_batch_size", both("global_batch_size")),
        Key("world_size", ("train.gpus",)),
        *TRAINER,
        CHECKPOINTING._replace(spellings=both(*CHECKPOINTING.spellings)),
        Key("gradient_checkpointing", both("recompute_granularity"), recomputed),
        Key("sequence_length", ("max_length",)),
        Key("max_completion_length", ("max_completion_length", "response_length")),
        Key("packing", both("packing")),
        Key("streaming", ("streaming",)),
        Key("model_dtype", both("torch_dtype", "dtype"), precision),
        Key("quantization", ("quant_method",)),
        Key("quant_type", ("bnb_4bit_quant_type", "bnb_4bit_comp_quant_type")),
        Key("quant_compute_dtype", ("bnb_4bit_compute_dtype", "bnb_4bit_comp_dtype"), precision),
        Key("eval_split", ("split_dataset_ratio", "dataset_test_ratio")),
        Key("max_samples", ("train_dataset_sample",), kept),
        Key("chat_template", ("template", "template_type")),
        Key("train_on_inputs", ("loss_scale",), whole_loss),
        Key("new_tokens", ("new_special_tokens",)),
        Key("early_stopping", ("early_stop_interval",)),
        Key("cpu_offload", both("optimizer_cpu_offload")),
        Key("merge_adapter", ("merge_lora",)),
    ),
    settle=settle,
    finish=finish,
    casts=True,
    package="ms-swift",
    extra={
        "method": "rlhf_type",
        "tuning": "tuner_type",
        "train_data": "dataset",
        "eval_data": "val_dataset",
        "load_in_4bit": "quant_bits",
        "load_in_8bit": "quant_bits",
        "columns": "columns",
    },
)
