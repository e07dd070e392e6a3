"""AutoTrain Advanced: `autotrain --config`, one schema for language models and for many other tasks."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, data_ref, precision
from ftlint.dialects.hf_arguments import loggers, strategy
from ftlint.dialects.signs import is_map, scalar, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import is_unknown
from ftlint.model.training_config import DataRef

LLM = {
    "sft": "sft",
    "orpo": "orpo",
    "dpo": "dpo",
    "reward": "reward",
    "generic": "pretrain",
    "default": "pretrain",
}
"""The trainer after `llm-`; the generic one takes text as it is."""

HEADS = ("classif", "regression", "scoring", "object", "token", "tabular", "extractive", "qa")
OTHER = ("seq2seq", "st", "sentence")


def certainty(tree: Node, path: str) -> float:
    family = _family(scalar(tree, "task").lower())
    if not family or not scalar(tree, "base_model"):
        return 0.0
    frame = written(
        tree, ("project_name", "backend", "log", "hub.push_to_hub", "data.path", "data.train_split")
    )
    return 0.97 if is_map(tree, "params") and frame >= 3 else 0.0


def _family(task: str) -> str:
    if task.startswith(("llm", "lm_training")):
        return "llm"
    if task.startswith("vlm"):
        return "vlm"
    if task.startswith(OTHER):
        return "other"
    return "head" if any(part in task for part in HEADS) else ""


def settle(draft: Draft) -> None:
    family = _family(draft.text("task"))
    _method(draft, family)
    _tuning(draft, family)
    _data(draft)
    disabled = draft.flag("params.disable_gradient_checkpointing")
    if disabled is not None:
        draft.derive("gradient_checkpointing", not disabled, "params.disable_gradient_checkpointing")
    if family == "llm" and draft.get("method") == "sft":
        # autotrain turns packing on, whatever is written
        draft.derive("packing", True, "task")
        draft.derive("packing_isolated", False, "task")
    elif family != "llm":
        draft.drop("packing")
    _evaluation(draft)


def _method(draft: Draft, family: str) -> None:
    task = draft.text("task")
    if family == "llm":
        trainer = task.partition("-")[2] or draft.text("params.trainer") or "default"
        key = "task" if "-" in task or not draft.has("params.trainer") else "params.trainer"
        draft.put("method", LLM.get(trainer, UNKNOWN), key)
    else:
        draft.derive("method", {"vlm": "sft", "head": "classification"}.get(family, UNKNOWN), "task")


BITS = {"int4": "load_in_4bit", "int8": "load_in_8bit"}


def _tuning(draft: Draft, family: str) -> None:
    """An adapter where `peft` says so, over a base in 4 bit where nothing says otherwise."""
    use, kind = draft.flag("params.peft"), draft.text("params.quantization")
    written_kind = draft.has("params.quantization")
    if is_unknown(str(draft.value("params.peft") or "")):
        draft.derive("tuning", UNKNOWN, "params.peft")
        return
    if not use:
        draft.derive("tuning", "full", "params.peft", "task")
        for field in ("lora_rank", "lora_alpha", "lora_dropout", "lora_targets"):
            draft.drop(field)
        return
    if not written_kind:
        kind = "int4" if family in ("llm", "vlm") else "int8"
    load = BITS.get(kind, "")
    draft.derive(
        "tuning", "qlora" if load == "load_in_4bit" else "lora", "params.quantization", "params.peft"
    )
    if load:
        draft.derive(load, True, "params.quantization", "params.peft")
        draft.derive("quantization", "bnb", "params.quantization", "params.peft")


def _data(draft: Draft) -> None:
    path = draft.tree.at("data.path")
    if path is not None:
        for field, key in (("train_data", "data.train_split"), ("eval_data", "data.valid_split")):
            split = draft.value(key)
            if field == "train_data" or isinstance(split, str):
                refs = _refs(draft, path, split if isinstance(split, str) else "train")
                draft.put(field, refs or None, "data.path" if field == "train_data" else key)
    mapped = draft.value("data.column_mapping")
    if isinstance(mapped, dict):
        names = tuple(str(name) for name in mapped.values() if isinstance(name, str))
        draft.put("columns", names or None, "data.column_mapping")


def _refs(draft: Draft, path: Node, split: str) -> tuple[DataRef, ...]:
    """A dataset of the hub, or a folder with a file for each split."""
    name = draft.resolved(path)
    if not isinstance(name, str) or not name:
        return ()
    split = split.rpartition(":")[2]
    found = data_ref(name, path, split=split)
    if found.kind == "file" or name.endswith("/"):
        return (data_ref(f"{name.rstrip('/')}/{split}.*", path, "file", split=split),)
    return (found,)


def _evaluation(draft: Draft) -> None:
    """Evaluation and checkpoints come with a validation split only."""
    if draft.knows("eval_data"):
        strategy = draft.get("eval_strategy") or "epoch"
        draft.derive("eval_strategy", strategy, "params.eval_strategy", "data.valid_split")
        draft.derive("save_strategy", strategy, "params.eval_strategy", "data.valid_split")
        draft.derive("load_best_model", True, "data.valid_split")
    else:
        draft.drop("eval_strategy")
        draft.derive("eval_strategy", "no", "data.valid_split", "data")
        draft.derive("save_strategy", "no", "data.valid_split", "data")
        draft.drop("early_stopping")


def mixed(loaded: Any) -> Any:
    """`fp16`, `bf16` or no mixed precision."""
    return "fp32" if str(loaded).lower() in ("no", "none", "false", "null") else precision(loaded)


def template(loaded: Any) -> Any:
    return None if str(loaded).lower() == "none" else str(loaded)


DIALECT = Dialect(
    name="autotrain",
    title="AutoTrain",
    certainty=certainty,
    keys=(
        Key("base_model", ("base_model",)),
        Key("attention", ("params.attn_implementation",)),
        Key("reference_model", ("params.model_ref",)),
        Key("beta", ("params.dpo_beta",)),
        Key("lora_rank", ("params.lora_r",)),
        Key("lora_alpha", ("params.lora_alpha",)),
        Key("lora_dropout", ("params.lora_dropout",)),
        Key("lora_targets", ("params.target_modules",)),
        Key("learning_rate", ("params.lr",)),
        Key("lr_scheduler", ("params.scheduler",)),
        Key("warmup_ratio", ("params.warmup_ratio",)),
        Key("epochs", ("params.epochs",)),
        Key("micro_batch_size", ("params.batch_size",)),
        Key("gradient_accumulation", ("params.gradient_accumulation",)),
        Key("optimizer", ("params.optimizer",)),
        Key("weight_decay", ("params.weight_decay",)),
        Key("max_grad_norm", ("params.max_grad_norm",)),
        Key("seed", ("params.seed",)),
        Key("sequence_length", ("params.block_size", "params.model_max_length", "params.max_seq_length")),
        Key("max_prompt_length", ("params.max_prompt_length",)),
        Key("max_completion_length", ("params.max_completion_length",)),
        Key("precision", ("params.mixed_precision",), mixed),
        Key("chat_template", ("data.chat_template", "params.chat_template"), template),
        Key("eval_strategy", ("params.eval_strategy", "params.evaluation_strategy"), strategy),
        Key("early_stopping", ("params.early_stopping_patience",)),
        Key("output_dir", ("project_name",)),
        Key("loggers", ("log",), loggers),
        Key("push_to_hub", ("hub.push_to_hub",)),
        Key("merge_adapter", ("params.merge_adapter",)),
    ),
    settle=settle,
    casts=True,
    package="autotrain-advanced",
    extra={
        "method": "task",
        "tuning": "params.peft",
        "train_data": "data.path",
        "eval_data": "data.valid_split",
        "load_in_4bit": "params.quantization",
        "load_in_8bit": "params.quantization",
    },
)
