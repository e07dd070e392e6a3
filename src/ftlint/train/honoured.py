"""What of a config `ftlint train` runs, field by field and key by key; what it does not run is refused.

A setting that is silently left out would make the run another one than was approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ftlint.model import FtlintError, TrainingConfig
from ftlint.model.config_tree import Entry, Node

OPTIMIZERS: Mapping[str, str] = {
    "adamw": "adamw_torch",
    "adamw_hf": "adamw_torch",
    **{
        name: name
        for name in (
            *("adamw_torch", "adamw_torch_fused", "adamw_8bit", "adamw_bnb_8bit", "paged_adamw"),
            *("paged_adamw_32bit", "paged_adamw_8bit", "adafactor", "sgd", "rmsprop", "adagrad"),
            *("lion_8bit", "lion_32bit", "paged_lion_8bit", "paged_lion_32bit"),
        )
    },
}
"""Optimizers by the names of transformers' Trainer that need no package of their own but bitsandbytes."""

SCHEDULERS = frozenset(
    {
        *("linear", "cosine", "cosine_with_min_lr", "constant", "constant_with_warmup", "polynomial"),
        "inverse_sqrt",
    }
)
ATTENTIONS = frozenset({"eager", "sdpa", "flash_attention_2", "flash_attention_3", "flex_attention"})
"""A kernel of the hub is code that no lock holds."""
LOSSES = frozenset({"sigmoid", "hinge", "ipo", "apo_zero", "apo_down"})

REFUSED: Mapping[str, str] = {
    "adapter_path": "it starts an adapter of its own",
    "reference_model": "the base without its adapter is the reference",
    "teacher_model": "it trains no distillation",
    "num_generations": "it samples nothing while it trains",
    "learning_rate_multiplier": "write the learning rate itself (learning_rate)",
    "max_samples": "write the rows to train on to a file of their own",
    "eval_split": "write the rows held out to a file and name it in eval_data",
    "new_tokens": "it adds no tokens to the vocabulary",
    "deepspeed": "several devices work by accelerate launch (DDP, FSDP2): docs/many-gpus.md",
    "zero_stage": "several devices work by accelerate launch (DDP, FSDP2): docs/many-gpus.md",
    "cpu_offload": "it keeps weights on the device",
    "fsdp": "several devices work by accelerate launch (DDP, FSDP2): docs/many-gpus.md",
    "streaming": "it reads its files whole",
    "push_to_hub": "it uploads nothing",
    "export_dir": "ftlint export writes what is served",
    "export_quantization_bits": "ftlint export writes what is served",
    "merge_adapter": "ftlint export merges",
    "provider": "it trains on this machine",
    "max_prompt_length": "a prompt is not cut: sequence_length is for prompt and answer together",
    "max_completion_length": "an answer is not cut: sequence_length is for prompt and answer together",
}
"""Fields that are not run at any value but off, and what to do instead."""

FREE = frozenset(
    {"hub_model_id", "hub_private", "data_format", "global_batch_size", "do_eval", "eval_packing"}
)
"""Fields that change nothing of a run here, or say again what others say."""

AUTOMATIC = frozenset({"bf16", "fp16", "precision", "model_dtype"})
"""Fields for which `auto` is a choice: the type that the weights are stored in."""

OFF = ("", "0", "0.0", "-1", "false", "no", "off", "none", "null", "~", "[]", "{}")
SAID_AGAIN: Mapping[str, tuple[str, ...]] = {
    "adam_beta1": ("0.9",),
    "adam_beta2": ("0.999",),
    "adam_epsilon": ("1e-8", "1e-08", "1.0e-8", "1.0e-08"),
    "lora_bias": ("none",),
    "bias": ("none",),
    "task_type": ("causal_lm",),
    "peft_type": ("lora",),
    "completion_only_loss": ("true",),
    "assistant_only_loss": ("true",),
    "train_on_eos": ("turn",),
    "roles_to_train": ("assistant",),
    "packing_strategy": ("bfd",),
    "greater_is_better": ("false",),
    "logging_strategy": ("steps",),
    "bnb_4bit_use_double_quant": ("true",),
    "double_quantization": ("true",),
    "quantization_method": ("bnb", "bitsandbytes"),
    "remove_unused_columns": ("true", "false"),
    "stage": ("sft", "dpo"),
    "rl": ("dpo",),
    "do_train": ("true",),
    "use_peft": ("true",),
    "save_only_model": ("false",),
    "shuffle": ("true",),
    "num_nodes": ("1",),
    "plugins": (
        "axolotl.integrations.liger.ligerplugin",
        "axolotl.integrations.cut_cross_entropy.cutcrossentropyplugin",
    ),
}
"""Keys that no canonical field holds, and the values at which they say what is done anyway."""

IDLE = frozenset(
    {
        # what a config is called, and where things are noted
        *("ftlint", "name", "run_name", "project", "experiment_name", "description", "tags", "logging_dir"),
        *(
            "logging_steps",
            "logging_first_step",
            "log_level",
            "log_on_each_node",
            "include_tokens_per_second",
        ),
        *("plot_loss", "disable_tqdm", "report_to", "wandb_project", "wandb_entity", "wandb_watch"),
        *("wandb_name", "wandb_log_model", "wandb_run_id", "mlflow_tracking_uri", "mlflow_experiment_name"),
        *("include_num_input_tokens_seen", "overwrite_output_dir", "save_total_limit", "save_safetensors"),
        *("saves_per_epoch", "evals_per_epoch", "auto_resume_from_checkpoints", "local_rank"),
        # how data is loaded and held
        *("dataloader_num_workers", "dataloader_pin_memory", "dataloader_prefetch_factor"),
        *("dataloader_persistent_workers", "dataset_num_proc", "preprocessing_num_workers", "num_proc"),
        *("dataset_processes", "dataset_prepared_path", "dataset_dir", "overwrite_cache", "cache_dir"),
        *("tokenized_path", "dataset_train_split", "dataset_test_split", "dataset_name", "dataset_config"),
        *("shuffle_dataset", "preprocessing_batch_size", "pad_to_sequence_len", "pad_to_multiple_of"),
        *("special_tokens", "tokenizer_type", "model_type", "tokenizer_use_fast", "use_fast_tokenizer"),
        # what makes a step faster and leaves its result
        *("tf32", "torch_compile", "torch_compile_backend", "torch_compile_mode", "use_liger_kernel"),
        *("enable_liger_kernel", "padding_free", "low_cpu_mem_usage", "gradient_checkpointing_kwargs"),
        *("use_reentrant", "ddp_timeout", "ddp_find_unused_parameters", "flash_attention", "flash_attn"),
        *("xformers_attention", "sdp_attention", "eval_accumulation_steps", "average_tokens_across_devices"),
        *("strict", "debug", "warmup_ratio", "min_lr_rate", "min_lr"),
        *("liger_rope", "liger_rms_norm", "liger_glu_activation", "liger_layer_norm", "lora_mlp_kernel"),
        *("lora_qkv_kernel", "lora_o_kernel", "liger_fused_linear_cross_entropy", "cut_cross_entropy"),
        # what is looked at otherwise here: the run is watched, other tokens are compared with the tokenizer's
        *("loss_watchdog_threshold", "loss_watchdog_patience", "eval_max_new_tokens", "eval_table_size"),
        *("eval_table_max_new_tokens", "include_performance_metrics", "bos_token", "unk_token"),
        *("hub_strategy", "hf_use_auth_token", "is_mistral_derived_model", "is_llama_derived_model"),
        *("is_falcon_derived_model", "skip_prepare_dataset", "dataset_keep_in_memory"),
    }
)
"""Keys that leave the result of a run as it is, and those that canonical fields are made of."""

DATA = frozenset(
    {
        *("path", "name", "type", "ds_type", "data_files", "split", "format", "file", "columns", "data_dir"),
        *("field", "field_messages", "field_human", "field_model", "message_field_role", "revision"),
        *("message_field_content", "message_property_mappings", "roles", "role", "content", "system", "user"),
        *("assistant", "tool", "chat_template", "field_system", "field_instruction", "field_input"),
        *("field_output", "conversation", "message_property", "trust_remote_code", "field_chosen"),
        *("field_rejected", "train_on_split"),
    }
)
"""Keys inside a list of datasets: rows are seen as `ftlint check` sees them."""


def refuse_keys(config: TrainingConfig) -> None:
    """Raises `FtlintError` for the first key of the file that neither a field stands for nor is known to
    change nothing, with its line."""
    for path, entry in unknown_keys(config):
        raise refusal(config, path, entry.key.range.line, _hint(_last(path), config))


def unknown_keys(config: TrainingConfig) -> Iterator[tuple[str, Entry]]:
    """The keys of the file that nobody knows to be run, or to change nothing: dotted path and entry."""
    known = {each.key for each in config.fields.values() if each.key}
    known |= set(config.spelling.values())
    for path, entry in config.tree.walk():
        name = _last(path)
        if entry.value.kind == "map" or path in known or entry.key.text in known or _is_off(entry.value):
            continue
        inside = any(path.startswith(f"{each}.") for each in known)
        if name in IDLE or (inside and name in DATA):
            continue
        if name in SAID_AGAIN and _texts(entry.value) <= set(SAID_AGAIN[name]):
            continue
        yield path, entry


def refuse_fields(config: TrainingConfig) -> None:
    """Raises `FtlintError` for the first written field that is not run."""
    for name, known in config.fields.items():
        if not (known.written or known.under) or name in FREE:
            continue
        line = known.range.line if known.range else None
        if known.unknown and not (name in AUTOMATIC and known.raw.strip().lower() == "auto"):
            told = f"{known.key or name} is {known.raw.strip() or 'left open'}, which something else fills in"
            raise FtlintError(f"{told}: write the value to train with", config.path, line)
        if name in REFUSED and known.value not in (None, False, 0, "", ()):
            raise refusal(config, known.key or name, line, REFUSED[name])


def chosen(config: TrainingConfig, name: str, allowed: Mapping[str, str], value: str) -> str:
    """The value as it is run. Raises `FtlintError` for one that is not in `allowed`."""
    if value in allowed:
        return allowed[value]
    known = config.field(name)
    raise refusal(
        config,
        f"{known.key or name}: {value}",
        known.range.line if known.range else None,
        f"it runs {', '.join(dict.fromkeys(allowed.values()))}",
    )


def refusal(config: TrainingConfig, what: str, line: int | None, instead: str) -> FtlintError:
    """The error for a setting that is not run."""
    return FtlintError(
        f"{what} is not run by ftlint train: {instead}; remove it, or hand over: ftlint config convert",
        config.path,
        line,
    )


def _hint(name: str, config: TrainingConfig) -> str:
    from difflib import get_close_matches

    if name in SAID_AGAIN:
        return f"it runs {' or '.join(SAID_AGAIN[name])}"
    near = get_close_matches(name, [*map(_last, config.spelling.values()), *IDLE], n=1, cutoff=0.8)
    meant = f" (did you mean {near[0]}?)" if near else ""
    return f"no setting of its own stands for it{meant}"


def _last(path: str) -> str:
    parts: Iterator[str] = (part for part in reversed(path.split(".")) if not part.isdigit())
    return next(parts, path).lstrip("-").replace("-", "_")


def _texts(node: Node) -> set[str]:
    return {each.text.strip().lower() for each in (node.items if node.kind == "list" else (node,))}


def _is_off(node: Node) -> bool:
    if node.kind == "scalar":
        return _texts(node) <= set(OFF)
    return not node.items and not node.entries


def number(config: TrainingConfig, *keys: str) -> float | None:
    """A number that a key says which no canonical field holds, wherever it stands."""
    for path, entry in config.tree.walk():
        if _last(path) in keys and entry.value.kind == "scalar":
            try:
                return float(entry.value.text)
            except ValueError:
                return None
    return None


def value(config: TrainingConfig, name: str, default: Any = None) -> Any:
    """A field's value; `default` where there is none that is known."""
    found = config.get(name)
    return default if found is None else found
