"""mistral-finetune: `torchrun -m train config.yaml`, LoRA or all weights of Mistral's own checkpoints.

It scales the update by `lora.scaling` itself: the canonical alpha is scaling times rank.
"""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, data_ref
from ftlint.dialects.signs import is_map, written
from ftlint.model.config_tree import Entry, Node
from ftlint.model.scalars import as_number, is_unknown
from ftlint.model.training_config import DataRef

OWN = (
    *(
        "data.instruct_data",
        "data.eval_instruct_data",
        "data.instruct",
        "model_id_or_path",
        "optim.pct_start",
    ),
    *(
        "num_microbatches",
        "ckpt_freq",
        "ckpt_only_lora",
        "save_adapters",
        "lora.scaling",
        "no_ckpt",
        "run_dir",
    ),
    *("seq_len", "no_eval", "eval_freq", "log_freq", "world_size", "checkpoint", "max_norm"),
)


MODEL = ("model_id_or_path", "initial_model_path")


def certainty(tree: Node, path: str) -> float:
    data = written(tree, ("data.instruct_data", "data.data"))
    if not data or not written(tree, MODEL):
        return 0.0
    parts = is_map(tree, "optim") + is_map(tree, "lora")
    return 0.97 if written(tree, OWN) >= 5 and parts else 0.0


def settle(draft: Draft) -> None:
    _method(draft)
    _tuning(draft)
    for field, keys in (("train_data", TRAINED), ("eval_data", HELD)):
        refs = tuple(ref for key in keys for ref in _refs(draft, draft.tree.entry(key)))
        draft.put(field, refs or None, *keys)
    _saving(draft)


TRAINED = ("data.instruct_data", "data.data")
HELD = ("data.eval_instruct_data",)


def _method(draft: Draft) -> None:
    """Text alone is pretraining; beside instructions it is mixed in."""
    if draft.value("data.instruct_data"):
        draft.derive("method", "sft", "data.instruct_data")
    elif draft.value("data.data"):
        draft.derive("method", "pretrain", "data.data")
    else:
        draft.derive("method", "sft", "data.instruct_data", "data.data")


def _tuning(draft: Draft) -> None:
    on = draft.flag("lora.enable")
    if on is False:
        draft.derive("tuning", "full", "lora.enable")
        for field in ("lora_rank", "lora_dropout"):
            draft.drop(field)
        return
    if draft.has("lora.enable") and on is None:
        draft.derive("tuning", UNKNOWN, "lora.enable")
    else:
        draft.derive("tuning", "lora", "lora.enable", "lora")
    rank, scaling = draft.number("lora.rank"), draft.number("lora.scaling")
    if draft.has("lora.rank", "lora.scaling"):
        alpha: Any = (rank or RANK) * (SCALING if scaling is None else scaling)
        for key, number in (("lora.rank", rank), ("lora.scaling", scaling)):
            if number is None and draft.has(key):
                alpha = UNKNOWN
        draft.derive("lora_alpha", alpha, "lora.scaling", "lora.rank")


RANK, SCALING = 16, 2.0
"""What mistral-finetune takes where they are not written."""


def _refs(draft: Draft, entry: Entry | None) -> list[DataRef]:
    """`a.jsonl:2.0,folder:1.0`: files or folders, each with its weight."""
    value = draft.resolved(entry.value) if entry is not None and entry.value.kind == "scalar" else None
    if entry is None or not isinstance(value, str):
        return []
    found = []
    for part in value.split(","):
        name, _, weight = part.strip().rpartition(":")
        number = as_number(weight) if name else None
        if number is None:
            name = part.strip()
        if name:
            kind = "unknown" if is_unknown(name) else "file"
            found.append(data_ref(name, entry.value, kind, weight=number))
    return found


def _saving(draft: Draft) -> None:
    if draft.flag("no_eval") is False:
        draft.derive("eval_strategy", "steps", "no_eval")
    elif draft.flag("no_eval"):
        draft.derive("eval_strategy", "no", "no_eval")
    if draft.flag("no_ckpt"):
        draft.derive("save_strategy", "no", "no_ckpt")
    elif draft.number("ckpt_freq"):
        draft.derive("save_strategy", "steps", "ckpt_freq")
    if draft.flag("save_adapters") is False and draft.get("tuning") == "lora":
        draft.derive("merge_adapter", True, "save_adapters")
    for name in ("wandb", "mlflow"):
        key = f"{name}.project" if name == "wandb" else f"{name}.tracking_uri"
        if draft.value(key):
            draft.put("loggers", (*(draft.get("loggers") or ()), name), key)


def named(loaded: Any) -> Any:
    return str(loaded) or None


def above(loaded: Any) -> Any:
    """A number of steps; 0 is never."""
    number = as_number(loaded)
    return UNKNOWN if number is None else int(number) or None


DIALECT = Dialect(
    name="mistral-finetune",
    title="mistral-finetune",
    certainty=certainty,
    keys=(
        Key("base_model", MODEL, named),
        Key("lora_rank", ("lora.rank",)),
        Key("lora_dropout", ("lora.dropout",)),
        Key("learning_rate", ("optim.lr",)),
        Key("weight_decay", ("optim.weight_decay",)),
        Key("warmup_ratio", ("optim.pct_start",)),
        Key("max_steps", ("max_steps",)),
        Key("micro_batch_size", ("batch_size",)),
        Key("gradient_accumulation", ("num_microbatches",)),
        Key("world_size", ("world_size",)),
        Key("max_grad_norm", ("max_norm",)),
        Key("gradient_checkpointing", ("checkpoint",)),
        Key("seed", ("seed",)),
        Key("sequence_length", ("seq_len",)),
        Key("eval_steps", ("eval_freq",), above),
        Key("save_steps", ("ckpt_freq",), above),
        Key("output_dir", ("run_dir",)),
    ),
    settle=settle,
    casts=True,
    package="mistral-finetune",
    extra={
        "tuning": "lora.enable",
        "lora_alpha": "lora.scaling",
        "train_data": "data.instruct_data",
        "eval_data": "data.eval_instruct_data",
        "loggers": "wandb.project",
    },
)
