"""The alignment handbook's recipes, and open-r1's: TRL's keys and a mixture of datasets.

Up to 0.3 a `dataset_mixer` of names and shares, read by a parser that casts nothing; since then a
`dataset_mixture` with a list, read by TRL's.
"""

from __future__ import annotations

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft, data_ref
from ftlint.dialects.hf_arguments import settle_trainer
from ftlint.dialects.signs import is_list, is_map, scalar, written
from ftlint.dialects.trl import mixture_refs
from ftlint.dialects.trl_keys import TRL_KEYS, finish_precision, settle_chat, settle_model, settle_packing
from ftlint.dialects.trl_methods import settle_method
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number, is_unknown
from ftlint.model.training_config import DataRef

OPEN_INSTRUCT = (
    *("with_tracking", "use_slow_tokenizer", "checkpointing_steps", "dataset_mixer_list", "dataset_mix_dir"),
    *("use_flash_attn", "tokenizer_name", "hf_metadata_dataset", "try_launch_beaker_eval_jobs", "add_bos"),
)
SIGNS = (
    *("dataset_splits", "dataset_configs", "preprocessing_num_workers", "auto_insert_empty_system_msg"),
    *("torch_dtype", "use_flash_attention_2", "attn_implementation", "lr_scheduler_type", "num_train_epochs"),
)


def certainty(tree: Node, path: str) -> float:
    if not scalar(tree, "model_name_or_path") or written(tree, OPEN_INSTRUCT):
        return 0.0
    if is_list(tree, "dataset_mixture.datasets"):
        return 0.97
    if is_map(tree, "dataset_mixer"):
        return 0.97 if written(tree, SIGNS) >= 2 else 0.8
    return 0.0


def settle(draft: Draft) -> None:
    settle_trainer(draft)
    settle_model(draft)
    settle_chat(draft)
    settle_method(draft, usual="dpo")
    settle_packing(draft)
    draft.default("learning_rate", UNKNOWN, "the handbook's trainers and versions differ in their default")
    if draft.has("dataset_mixture"):
        _mixture(draft)
    else:
        draft.casts = False
        _mixer(draft)


def _mixer(draft: Draft) -> None:
    """Shares of each name for training; every name's test splits for evaluation, whole."""
    mixer = draft.tree.at("dataset_mixer")
    listed = draft.value("dataset_splits")
    splits = [str(each) for each in listed] if isinstance(listed, list) and listed else ["train", "test"]
    train: list[DataRef] = []
    held: list[DataRef] = []
    for name, entry in mixer.entries.items() if mixer else ():
        share = as_number(draft.resolved(entry.value))
        for split in splits:
            if is_unknown(name):
                train.append(data_ref(name, entry.key, "unknown"))
            elif "train" in split:
                train.append(data_ref(name, entry.key, split=split, weight=share))
            elif "test" in split:
                held.append(data_ref(name, entry.key, split=split))
    if train:
        draft.put("train_data", tuple(train), "dataset_mixer")
    when = draft.fields.get("eval_strategy")
    if held and (draft.get("do_eval") or (when is not None and when.value != "no")):
        draft.derive("eval_data", tuple(held), "dataset_splits", "dataset_mixer")


def _mixture(draft: Draft) -> None:
    """All splits listed are put together; `test_split_size` is taken from the whole for evaluation."""
    rows = draft.tree.at("dataset_mixture.datasets")
    found = [ref for row in (rows.items if rows else ()) for ref in mixture_refs(draft, row, "id", "weight")]
    if found:
        draft.put("train_data", tuple(found), "dataset_mixture.datasets")
    names = [draft.resolved(row).get("columns") for row in (rows.items if rows else ()) if row.kind == "map"]
    if names and isinstance(names[0], list):
        draft.put("columns", tuple(str(each) for each in names[0]), "dataset_mixture.datasets")


DIALECT = Dialect(
    name="alignment-handbook",
    title="alignment handbook",
    certainty=certainty,
    keys=(
        *TRL_KEYS,
        Key("eval_split", ("dataset_mixture.test_split_size",)),
        Key("max_samples", ("max_train_samples",)),
        Key("columns", ("text_column", "dataset_prompt_column")),
    ),
    settle=settle,
    finish=finish_precision,
    loader="yaml-1.1",
    casts=True,
    package="trl",
    extra={"train_data": "dataset_mixture.datasets", "chat_template": "chat_template"},
)
