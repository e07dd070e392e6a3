"""What torchtune's `dataset` map says: the data itself, its format, packing and the loss on prompts."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.draft import Draft, data_ref
from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_flag, as_number, is_unknown
from ftlint.model.training_config import DataRef

SOURCES = {
    "alpaca_dataset": "tatsu-lab/alpaca",
    "alpaca_cleaned_dataset": "yahma/alpaca-cleaned",
    "cnn_dailymail_articles_dataset": "ccdv/cnn_dailymail",
    "grammar_dataset": "liweili/c4_200m",
    "gsm8k_dataset": "openai/gsm8k",
    "hh_rlhf_helpful_dataset": "RLHFlow/HH-RLHF-Helpful-standard",
    "llava_instruct_dataset": "liuhaotian/LLaVA-Instruct-150K",
    "samsum_dataset": "Samsung/samsum",
    "slimorca_dataset": "Open-Orca/SlimOrca-Dedup",
    "stack_exchange_paired_dataset": "lvwerra/stack-exchange-paired",
    "the_cauldron_dataset": "HuggingFaceM4/the_cauldron",
    "wikitext_dataset": "EleutherAI/wikitext_document_level",
}
"""Builders of `torchtune.datasets` that know their data: the `source` each takes where none is written."""

FORMATS = {
    "alpaca_dataset": "alpaca",
    "alpaca_cleaned_dataset": "alpaca",
    "text_completion_dataset": "text",
    "preference_dataset": "preference",
    "slimorca_dataset": "sharegpt",
}
LOADERS = ("json", "csv", "parquet", "text", "arrow")
"""Builders of the `datasets` library: with one of these as `source` the data is in `data_files`."""


def settle_data(draft: Draft) -> None:
    for field, key in (("train_data", "dataset"), ("train_data", "datasets"), ("eval_data", "dataset_val")):
        refs = tuple(ref for node in _parts(draft, key) for ref in _refs(draft, node))
        if refs:
            draft.put(field, refs, key)
    _each(draft, "packing", "dataset", "packed", "dataloader.packed")
    _each(draft, "eval_packing", "dataset_val", "packed")
    _each(draft, "train_on_inputs", "dataset", "train_on_input")
    if draft.get("packing"):
        # packed sequences carry a block mask: examples cannot see each other
        draft.derive("packing_isolated", True, draft.fields["packing"].key)
    formats = {ref.format for ref in draft.get("train_data") or ()}
    if len(formats) == 1 and formats != {""}:
        draft.put("data_format", *formats, "dataset._component_", "dataset", "datasets")
    columns = _columns(draft)
    if columns:
        draft.put("columns", columns, "dataset.column_map", "dataset.column", "dataset")


def _parts(draft: Draft, key: str) -> tuple[Node, ...]:
    """The map of a dataset, or those of a list of them."""
    node = draft.tree.at(key)
    if node is None:
        return ()
    return (node,) if node.kind == "map" else node.items


def _each(draft: Draft, field: str, part: str, name: str, *others: str) -> None:
    """A flag that each dataset says for itself; the first that is written counts, True before False."""
    if draft.tree.at(f"{part}.{name}") is not None or not _parts(draft, part):
        found = draft.entry(f"{part}.{name}", *others)
        if found:
            draft.put(field, as_flag(draft.resolved(found[1].value)), found[0], entry=found[1])
        return
    entries = [node.entries[name] for node in _parts(draft, part) if name in node.entries]
    flags = [(as_flag(draft.resolved(entry.value)), entry) for entry in entries]
    for flag, entry in sorted(flags, key=lambda each: each[0] is not True):
        draft.put(field, flag, f"{part}.{name}", entry=entry)
        return


def _refs(draft: Draft, node: Node) -> list[DataRef]:
    made = _text(draft, node, "_component_").rpartition(".")[2]
    source = _text(draft, node, "source")
    split = _text(draft, node, "split") or "train"
    more: dict[str, Any] = {"split": split, "format": _format(draft, node, made)}
    weight = node.at("weight")
    if weight is not None:
        more["weight"] = as_number(draft.resolved(weight))
    files = node.at("data_files")
    if files is not None and (source in LOADERS or not source):
        nodes = files.items if files.kind == "list" else (files,)
        named = [(draft.resolved(each), each) for each in nodes if each.kind == "scalar"]
        return [data_ref(name, each, _kind(name), **more) for name, each in named if isinstance(name, str)]
    if source:
        kind = "file" if node.at("data_dir") is not None and source in LOADERS else ""
        where = node.at("data_dir") if kind else node.at("source")
        name = _text(draft, node, "data_dir") if kind else source
        return [data_ref(name, where or node, kind, **more)]
    where = node.at("_component_") or node
    if made in SOURCES:
        return [data_ref(SOURCES[made], where, "hub", **more)]
    return [data_ref(made, where, "registered", **more)] if made else []


def _kind(name: str) -> str:
    if is_unknown(name):
        return "unknown"
    return "remote" if "://" in name and not name.startswith("file://") else "file"


def _format(draft: Draft, node: Node, made: str) -> str:
    style = _text(draft, node, "conversation_style")
    if style:
        return {"openai": "messages", "sharegpt": "sharegpt"}.get(style, style)
    return FORMATS.get(made, "")


def _columns(draft: Draft) -> tuple[str, ...]:
    names: list[str] = []
    for node in _parts(draft, "dataset"):
        mapped = node.at("column_map")
        if mapped is not None and mapped.kind == "map":
            names += [str(draft.resolved(entry.value)) for entry in mapped.entries.values()]
        names += [_text(draft, node, key) for key in ("column", "conversation_column")]
    return tuple(dict.fromkeys(name for name in names if name))


def _text(draft: Draft, node: Node, key: str) -> str:
    value = node.at(key)
    loaded = draft.resolved(value) if value is not None and value.kind == "scalar" else None
    return loaded if isinstance(loaded, str) else ""
