"""open-instruct: the flat arguments of its own training scripts, `finetune.py`, `dpo_tune.py` and `grpo`."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, data_ref
from ftlint.dialects.hf_arguments import loggers
from ftlint.dialects.signs import scalar, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number, is_unknown
from ftlint.model.training_config import DataRef

OWN = (
    *("dataset_mix_dir", "checkpointing_steps", "with_tracking", "use_slow_tokenizer", "use_flash_attn"),
    *("preprocessing_num_workers", "hf_metadata_dataset", "dataset_mixer_list", "max_train_steps", "add_bos"),
    *("keep_last_n_checkpoints", "try_launch_beaker_eval_jobs", "gamma_beta_ratio", "load_balancing_loss"),
    *("use_qlora", "use_lora", "num_epochs", "tokenizer_name", "num_samples_per_prompt_rollout"),
    *("num_unique_prompts_rollout", "apply_verifiable_reward", "oe_eval_tasks", "chat_template_name"),
    *("dataset_mixer_list_splits", "try_auto_save_to_beaker", "reduce_loss", "clip_grad_norm"),
)
DECISIVE = (
    *("with_tracking", "dataset_mix_dir", "dataset_mixer_list", "checkpointing_steps", "hf_metadata_dataset"),
    *("keep_last_n_checkpoints", "num_samples_per_prompt_rollout", "try_launch_beaker_eval_jobs"),
)


def certainty(tree: Node, path: str) -> float:
    if not scalar(tree, "model_name_or_path"):
        return 0.0
    return 0.97 if written(tree, OWN) >= 3 and written(tree, DECISIVE) else 0.0


def settle(draft: Draft) -> None:
    _method(draft)
    _tuning(draft)
    _data(draft)
    if draft.flag("with_tracking") is False:
        draft.drop("loggers")
        draft.derive("loggers", ("none",), "with_tracking")
    if draft.flag("use_flash_attn"):
        draft.derive("attention", "flash_attention_2", "use_flash_attn")
    when = draft.text("checkpointing_steps")
    if when == "epoch":
        draft.derive("save_strategy", "epoch", "checkpointing_steps")
    elif draft.number("checkpointing_steps"):
        draft.derive("save_strategy", "steps", "checkpointing_steps")


def _method(draft: Draft) -> None:
    loss = draft.text("loss_type", "dpo_loss_type")
    if draft.has("num_samples_per_prompt_rollout", "num_unique_prompts_rollout"):
        draft.derive("method", "grpo", "num_samples_per_prompt_rollout", "num_unique_prompts_rollout")
    elif loss == "simpo":
        draft.derive("method", "simpo", "loss_type", "dpo_loss_type")
    elif draft.has("beta", "loss_type", "dpo_beta", "dpo_loss_type", "num_epochs"):
        draft.derive("method", "dpo", "loss_type", "dpo_loss_type", "beta", "dpo_beta", "num_epochs")
    else:
        draft.derive("method", "sft", "model_name_or_path")


def _tuning(draft: Draft) -> None:
    for key, name in (("use_qlora", "qlora"), ("use_lora", "lora")):
        if is_unknown(str(draft.value(key) or "")):
            draft.derive("tuning", UNKNOWN, key)
            return
        if draft.flag(key):
            draft.derive("tuning", name, key)
            if name == "qlora":
                draft.derive("load_in_4bit", True, key)
                draft.derive("quantization", "bnb", key)
            return
    draft.derive("tuning", "full", "use_lora", "use_qlora", "model_name_or_path")
    for field in ("lora_rank", "lora_alpha", "lora_dropout"):
        draft.drop(field)


MIXERS = ("dataset_mixer", "dataset_mixer_list", "mixer_list", "dataset_name", "train_file")


def _data(draft: Draft) -> None:
    for key, more in (("train_data", MIXERS), ("eval_data", ("dataset_mixer_eval_list",))):
        for name in more:
            node = draft.tree.at(name)
            refs = tuple(_mixed(draft, node)) if node is not None else ()
            if refs:
                draft.put(key, refs, name)
                break


def _mixed(draft: Draft, node: Node) -> list[DataRef]:
    """A map or a list of pairs, a name and how much of it: up to 1.0 a share, above it a number of rows."""
    found = []
    if node.kind == "map":
        for name, entry in node.entries.items():
            found.append(_ref(name, entry.key, draft.resolved(entry.value)))
        return found
    items = node.items if node.kind == "list" else (node,)
    words = [(draft.resolved(each), each) for each in items if each.kind == "scalar"]
    amounts = [word for word, _ in words[1:]]
    for (name, where), amount in zip(words, [*amounts, None], strict=False):
        if isinstance(name, str) and name and as_number(name) is None:
            found.append(_ref(name, where, amount))
    return found


def _ref(name: str, where: Node, amount: Any) -> DataRef:
    number = as_number(amount)
    share = isinstance(number, float) and number <= 1
    return data_ref(
        name,
        where,
        weight=number if share else None,
        limit=int(number) if number is not None and not share else None,
    )


def clipped(loaded: Any) -> Any:
    """A norm; -1 clips nothing."""
    number = as_number(loaded)
    return UNKNOWN if number is None else max(number, 0.0)


def checkpoints(loaded: Any) -> Any:
    """A number of steps; `epoch` is none."""
    number = as_number(loaded)
    return int(number) if number is not None else None


DIALECT = Dialect(
    name="open-instruct",
    title="open-instruct",
    certainty=certainty,
    keys=(
        Key("base_model", ("model_name_or_path",)),
        Key("model_revision", ("model_revision",)),
        Key("trust_remote_code", ("trust_remote_code",)),
        Key("beta", ("beta", "dpo_beta")),
        Key("loss_type", ("loss_type", "dpo_loss_type")),
        Key("num_generations", ("num_samples_per_prompt_rollout",)),
        Key("max_completion_length", ("response_length",)),
        Key("max_prompt_length", ("max_prompt_token_length",)),
        Key("lora_rank", ("lora_rank",)),
        Key("lora_alpha", ("lora_alpha",)),
        Key("lora_dropout", ("lora_dropout",)),
        Key("learning_rate", ("learning_rate",)),
        Key("lr_scheduler", ("lr_scheduler_type",)),
        Key("warmup_ratio", ("warmup_ratio",)),
        Key("epochs", ("num_train_epochs", "num_epochs")),
        Key("max_steps", ("max_train_steps",)),
        Key("micro_batch_size", ("per_device_train_batch_size",)),
        Key("gradient_accumulation", ("gradient_accumulation_steps",)),
        Key("weight_decay", ("weight_decay",)),
        Key("max_grad_norm", ("clip_grad_norm", "max_grad_norm"), clipped),
        Key("gradient_checkpointing", ("gradient_checkpointing",)),
        Key("seed", ("seed",)),
        Key("sequence_length", ("max_seq_length",)),
        Key("packing", ("packing",)),
        Key("max_samples", ("max_train_samples",)),
        Key("chat_template", ("chat_template_name",)),
        Key("save_steps", ("checkpointing_steps",), checkpoints),
        Key("zero_stage", ("zero_stage", "deepspeed_stage")),
        Key("output_dir", ("output_dir",)),
        Key("loggers", ("report_to",), loggers),
        Key("push_to_hub", ("push_to_hub",)),
        Key("hub_model_id", ("hf_repo_id",)),
    ),
    settle=settle,
    casts=False,
    package="open-instruct",
    extra={
        "tuning": "use_lora",
        "method": "loss_type",
        "train_data": "dataset_mixer",
        "load_in_4bit": "use_qlora",
        "attention": "use_flash_attn",
    },
)
