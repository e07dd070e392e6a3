"""The keys of transformers' `TrainingArguments`: what every dialect on top of its trainer writes alike."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Key
from ftlint.dialects.draft import Draft, canonical
from ftlint.model.scalars import as_flag, as_number


def strategy(loaded: Any) -> Any:
    """When something runs; YAML 1.1 makes `false` of an unquoted `no`."""
    if loaded is False:
        return "no"
    return loaded.strip().lower() if isinstance(loaded, str) else UNKNOWN


def steps(loaded: Any) -> Any:
    """A number of steps; None for 0 and -1, which leave it to the epochs."""
    number = canonical("max_steps", loaded)
    return None if isinstance(number, int | float) and number <= 0 else number


def optional(loaded: Any) -> Any:
    """A number that counts from above 0 only."""
    number = canonical("neftune_alpha", loaded)
    return None if isinstance(number, int | float) and number <= 0 else number


def loggers(loaded: Any) -> Any:
    names = [loaded] if isinstance(loaded, str) else loaded
    if not isinstance(names, list):
        return UNKNOWN
    found = tuple(LOGGERS.get(name, name) for name in (str(each).strip().lower() for each in names) if name)
    return found or ("none",)


LOGGERS = {"comet_ml": "comet", "azure_ml": "azureml", "null": "none"}


def deepspeed(loaded: Any) -> Any:
    if isinstance(loaded, dict):
        return "inline" if loaded else None
    return loaded.strip() or None if isinstance(loaded, str) else UNKNOWN


def sharded(loaded: Any) -> Any:
    """Whether `fsdp` turns sharding on: options as a text or a list, or a plain flag."""
    if isinstance(loaded, list):
        return bool(loaded)
    flag = as_flag(loaded)
    if flag is not None:
        return flag
    return bool(loaded.strip()) if isinstance(loaded, str) else UNKNOWN


def attention(loaded: Any) -> Any:
    name = loaded.strip() if isinstance(loaded, str) else UNKNOWN
    return ATTENTION.get(name, name) or None if isinstance(name, str) else name


ATTENTION = {"flash_attention2": "flash_attention_2", "flash_attn": "flash_attention_2"}


TRAINER_KEYS: tuple[Key, ...] = (
    Key("learning_rate", ("learning_rate",)),
    Key("lr_scheduler", ("lr_scheduler_type",)),
    Key("warmup_steps", ("warmup_steps",)),
    Key("warmup_ratio", ("warmup_ratio",)),
    Key("epochs", ("num_train_epochs",)),
    Key("max_steps", ("max_steps",), steps),
    Key("micro_batch_size", ("per_device_train_batch_size", "per_gpu_train_batch_size")),
    Key("gradient_accumulation", ("gradient_accumulation_steps",)),
    Key("eval_batch_size", ("per_device_eval_batch_size", "per_gpu_eval_batch_size")),
    Key("optimizer", ("optim",)),
    Key("weight_decay", ("weight_decay",)),
    Key("max_grad_norm", ("max_grad_norm",)),
    Key("neftune_alpha", ("neftune_noise_alpha",), optional),
    Key("seed", ("seed",)),
    Key("bf16", ("bf16",)),
    Key("fp16", ("fp16",)),
    Key("eval_strategy", ("eval_strategy", "evaluation_strategy"), strategy),
    Key("eval_steps", ("eval_steps",)),
    Key("do_eval", ("do_eval",)),
    Key("save_strategy", ("save_strategy",), strategy),
    Key("save_steps", ("save_steps",)),
    Key("load_best_model", ("load_best_model_at_end",)),
    Key("best_metric", ("metric_for_best_model",)),
    Key("deepspeed", ("deepspeed",), deepspeed),
    Key("fsdp", ("fsdp",), sharded),
    Key("output_dir", ("output_dir",)),
    Key("loggers", ("report_to",), loggers),
    Key("push_to_hub", ("push_to_hub",)),
    Key("hub_model_id", ("hub_model_id",)),
    Key("hub_private", ("hub_private_repo",)),
)
CHECKPOINTING = Key("gradient_checkpointing", ("gradient_checkpointing", "activation_checkpointing"))

TRAINER_SIGNS = (
    *("learning_rate", "lr_scheduler_type", "warmup_steps", "warmup_ratio", "num_train_epochs", "max_steps"),
    *("per_device_train_batch_size", "gradient_accumulation_steps", "per_device_eval_batch_size", "optim"),
    *("weight_decay", "max_grad_norm", "bf16", "fp16", "eval_strategy", "evaluation_strategy", "eval_steps"),
    *("do_eval", "do_train", "save_strategy", "save_steps", "save_total_limit", "logging_steps", "seed"),
    *("output_dir", "report_to", "gradient_checkpointing", "overwrite_output_dir", "remove_unused_columns"),
    *("load_best_model_at_end", "push_to_hub", "hub_model_id", "adam_beta1", "adam_beta2", "adam_epsilon"),
)
"""Keys of `TrainingArguments` that configs write most."""


def settle_trainer(draft: Draft) -> None:
    """What follows from several keys of the trainer."""
    _warmup(draft)
    _least_rate(draft)
    settle_machines(draft)


def _warmup(draft: Draft) -> None:
    """transformers 5 takes `warmup_steps` below 1 for a share of all steps."""
    number = draft.get("warmup_steps")
    if isinstance(number, float) and 0 < number < 1:
        draft.fields["warmup_ratio"] = draft.fields.pop("warmup_steps")
    elif draft.purpose == "train" and not draft.knows("warmup_steps") and not draft.knows("warmup_ratio"):
        draft.default("warmup_steps", 0, "transformers/training_args.py, 4.38 to 5.24")


def _least_rate(draft: Draft) -> None:
    share, rate = draft.number("lr_scheduler_kwargs.min_lr_rate"), draft.get("learning_rate")
    if draft.number("lr_scheduler_kwargs.min_lr") is not None:
        draft.put(
            "min_learning_rate", draft.number("lr_scheduler_kwargs.min_lr"), "lr_scheduler_kwargs.min_lr"
        )
    elif share is not None and rate is not None:
        draft.derive("min_learning_rate", product(share, rate), "lr_scheduler_kwargs.min_lr_rate")


def product(one: float, other: float) -> float:
    """A product in as many digits as people write."""
    return float(f"{one * other:.12g}")


OFFLOAD = tuple(f"fsdp_config.{key}" for key in ("offload_params", "fsdp_offload_params", "cpu_offload"))


def settle_machines(draft: Draft) -> None:
    """What DeepSpeed and FSDP settings inside the config say."""
    path = draft.get("deepspeed")
    if path and path != "inline":
        draft.parts.append(path)
    stage = draft.value("deepspeed.zero_optimization.stage")
    if as_number(stage) is not None:
        draft.put("zero_stage", canonical("zero_stage", stage), "deepspeed.zero_optimization.stage")
    for part in ("offload_optimizer", "offload_param"):
        key = f"deepspeed.zero_optimization.{part}.device"
        if draft.text(key) in ("cpu", "nvme"):
            draft.derive("cpu_offload", True, key)
    options = draft.value("fsdp")
    names = options.replace(",", " ").split() if isinstance(options, str) else options
    if isinstance(names, list) and "offload" in names:
        draft.derive("cpu_offload", True, "fsdp")
    for key in OFFLOAD:
        flag = draft.flag(key)
        if flag is not None:
            draft.put("cpu_offload", flag, key)


def mixed_precision(draft: Draft) -> bool:
    """Set `precision` from the two switches; False where neither is on.

    Both at once are refused by the trainer, so that nothing can be said.
    """
    half, brain = draft.fields.get("fp16"), draft.fields.get("bf16")
    if half and half.value and brain and brain.value:
        draft.follow("precision", UNKNOWN if brain.written else "fp16", "fp16")
        return True
    for name, known in (("fp16", half), ("bf16", brain)):
        if known and known.value:
            draft.follow("precision", name, name)
            return True
    for name, known in (("bf16", brain), ("fp16", half)):
        if known and known.unknown:
            draft.follow("precision", UNKNOWN, name)
            return True
    return False
