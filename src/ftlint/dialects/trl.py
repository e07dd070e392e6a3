"""TRL's script configs and files of plain `TrainingArguments`.

Flat keys of `ScriptArguments`, `ModelConfig` and a trainer's config class. A file with keys that TRL never
had is read by a script of its own: there, only transformers' defaults hold, and an adapter may be trained
whatever TRL would do.
"""

from __future__ import annotations

from dataclasses import replace
from posixpath import basename
from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, data_ref
from ftlint.dialects.hf_arguments import TRAINER_SIGNS, settle_trainer
from ftlint.dialects.method_names import method_of_name
from ftlint.dialects.signs import scalar, written
from ftlint.dialects.trl_keys import TRL_KEYS, finish_precision, settle_chat, settle_model, settle_packing
from ftlint.dialects.trl_methods import settle_method
from ftlint.facts.dialects import dialect_facts
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number
from ftlint.model.training_config import DataRef

TRL_SIGNS = (
    *(
        "use_peft",
        "lora_r",
        "lora_target_modules",
        "dataset_train_split",
        "dataset_test_split",
        "dataset_config",
    ),
    *("attn_implementation", "torch_dtype", "dataset_num_proc", "max_prompt_length", "reward_funcs", "beta"),
    *("num_generations", "max_seq_length", "packing", "dataset_text_field", "model_revision", "use_vllm"),
    *("dataset_prompt_column", "max_completion_length", "dataset_name", "load_in_4bit"),
)
OTHERS = (
    *("finetuning_type", "with_tracking", "use_slow_tokenizer", "dataset_mixer_list", "checkpointing_steps"),
    *("tuner_type", "train_type", "sft_type", "rlhf_type", "base_model", "log_history", "global_step"),
    *(
        "dataset_mixer",
        "architectures",
        "micro_batch_size",
        "trainer_type",
        "hyperParameters",
        "training_file",
    ),
)
"""Keys of other dialects, and of what a trainer writes: its state, a model's config."""
SPELT = (
    *("per_device_train_batch_size", "num_train_epochs", "lr_scheduler_type", "eval_strategy"),
    *("evaluation_strategy", "save_strategy", "per_device_eval_batch_size", "logging_strategy"),
)
"""Keys that only transformers' trainer spells so; a script of its own writes `batch_size` and `epochs`."""


def certainty(tree: Node, path: str) -> float:
    if written(tree, OTHERS):
        return 0.0
    trainer = sum(_plain(tree, key) for key in TRAINER_SIGNS)
    own = sum(_plain(tree, key) for key in TRL_SIGNS)
    if scalar(tree, "model_name_or_path"):
        if trainer >= 3:
            return 0.75 if own else 0.65
        return 0.6 if own >= 2 else 0.0
    if not written(tree, SPELT):
        return 0.0
    return 0.55 if trainer >= 5 and own else 0.5 if trainer >= 6 else 0.0


def _plain(tree: Node, key: str) -> bool:
    """Whether a key holds a scalar or a list; a run's record wraps each value in a map."""
    entry = tree.entry(key)
    return entry is not None and entry.value.kind != "map"


def settle(draft: Draft) -> None:
    if not written(draft.tree, TRAINER_SIGNS):
        draft.purpose = "other"
        return
    own_script = bool(foreign(draft.tree)) or _bare(draft)
    settle_trainer(draft)
    settle_model(draft)
    settle_chat(draft)
    settle_data(draft)
    if own_script:
        _of_its_own(draft)
        settle_method(draft, named=draft.loader == "flags" and bool(method_of_name(basename(draft.path))))
    else:
        settle_method(draft)
        settle_packing(draft)
        if draft.get("method") in (None, "distillation"):
            draft.default("learning_rate", UNKNOWN, "each of TRL's trainers has a default of its own")


def foreign(tree: Node) -> tuple[str, ...]:
    """Keys that neither transformers nor TRL ever had, and none of the recipes around them."""
    known = dialect_facts("alignment-handbook").keys
    return tuple(key for key in tree.entries if key not in known)


def _bare(draft: Draft) -> bool:
    """Whether a file holds a trainer's arguments alone: model, data and adapter are then a script's."""
    alone = not draft.has("model_name_or_path") and not any(map(draft.has, TRL_SIGNS))
    return alone and draft.loader != "flags"


def _of_its_own(draft: Draft) -> None:
    """Take back what holds for TRL's own scripts alone; a command line's parser casts everywhere."""
    draft.casts = draft.casts if draft.loader == "flags" else None
    draft.dialect = replace(draft.dialect, facts="transformers")
    if not draft.has("use_peft"):
        draft.fields.pop("tuning", None)


TRAIN_FILES = (
    *("train_file", "train_data", "train_data_path", "train_path", "data_path", "dataset_path"),
    *("dataset_id_or_path", "dataset"),
)
EVAL_FILES = (
    *("validation_file", "valid_file", "eval_file", "eval_data", "eval_data_path", "val_data_path"),
    *("val_file", "eval_dataset", "validation_data"),
)


def settle_data(draft: Draft) -> None:
    """A repository by name, a mixture of several, or the files that scripts of their own name."""
    rows = draft.tree.at("datasets")
    if rows is not None and rows.kind == "list" and rows.items:
        refs = [ref for row in rows.items for ref in mixture_refs(draft, row, "path", "fraction")]
        if refs:
            draft.put("train_data", tuple(refs), "datasets")
        size = draft.number("test_split_size")
        if size is not None:
            draft.put("eval_split", size, "test_split_size")
        if draft.has("streaming"):
            draft.put("streaming", draft.flag("streaming"), "streaming")
        return
    named = draft.entry("dataset_name")
    if named is not None and draft.refs(named[1].value):
        _named(draft)
        return
    for field, keys in (("train_data", TRAIN_FILES), ("eval_data", EVAL_FILES)):
        found = draft.entry(*keys)
        refs = draft.refs(found[1].value) if found else []
        if found and refs:
            draft.put(field, tuple(refs), found[0], entry=found[1])


def _named(draft: Draft) -> None:
    """`dataset_name` with its splits; that for evaluation is used only where evaluation runs."""
    entry = draft.tree.entry("dataset_name")
    node = entry.value if entry else None
    split = draft.value("dataset_train_split")
    draft.put("train_data", tuple(draft.refs(node, split=str(split or "train"))), "dataset_name")
    if draft.has("dataset_streaming"):
        draft.put("streaming", draft.flag("dataset_streaming"), "dataset_streaming")
    when = draft.fields.get("eval_strategy")
    if when is None or when.value == "no":
        return
    held = draft.value("dataset_test_split")
    refs = tuple(draft.refs(node, split=str(held or "test")))
    draft.derive("eval_data", refs, "dataset_test_split", when.key)


BUILDERS = ("json", "csv", "parquet", "arrow", "text", "pandas")


def mixture_refs(draft: Draft, row: Node, name: str, weight: str) -> list[DataRef]:
    """One dataset of a mixture: a repository, or files for one of the loaders of `datasets`."""
    if row.kind != "map":
        return []
    more: dict[str, Any] = {
        "split": _text(draft, row, "split") or "train",
        "weight": as_number(draft.resolved(row.entries[weight].value)) if weight in row.entries else None,
    }
    path, files = row.at(name), row.at("data_files")
    if path is None:
        return []
    if files is not None and path.text in BUILDERS:
        leaves = [entry.value for entry in files.entries.values()] if files.kind == "map" else [files]
        return [ref for leaf in leaves for ref in draft.refs(leaf, **more)]
    value = draft.resolved(path)
    return [data_ref(value, path, **more)] if isinstance(value, str) and value else []


def _text(draft: Draft, row: Node, key: str) -> str:
    node = row.at(key)
    value = draft.resolved(node) if node is not None and node.kind == "scalar" else None
    return value if isinstance(value, str) else ""


DIALECT = Dialect(
    name="trl",
    title="TRL",
    certainty=certainty,
    keys=(*TRL_KEYS, Key("columns", ("dataset_text_field", "dataset_prompt_column"))),
    settle=settle,
    finish=finish_precision,
    loader="yaml-1.1",
    casts=True,
    package="trl",
    extra={"train_data": "dataset_name", "chat_template": "chat_template_path"},
)
