"""What an axolotl config says of its data: datasets, their formats and columns, and tokens."""

from __future__ import annotations

import re
from typing import Any

from ftlint.dialects.contract import UNKNOWN
from ftlint.dialects.draft import Draft, data_ref
from ftlint.dialects.trl_keys import put_token, template
from ftlint.model.config_tree import Node
from ftlint.model.scalars import is_unknown
from ftlint.model.training_config import DataRef

BUILDERS = ("json", "jsonl", "csv", "parquet", "arrow", "text", "pandas")
_FIRST = re.compile(r"[^\[\]]+\[:(\d+)\]")


def settle_data(draft: Draft) -> None:
    train = "datasets" if refs(draft, "datasets") else "pretraining_dataset"
    for field, key in (("train_data", train), ("eval_data", "test_datasets")):
        found = refs(draft, key)
        if found:
            draft.put(field, tuple(found), key)
    formats = {ref.format for ref in draft.get("train_data") or () if ref.format}
    if len(formats) == 1:
        one = formats.pop()
        draft.put("data_format", UNKNOWN if is_unknown(one) else one, train)
    named = tuple(dict.fromkeys(name for row in rows(draft, train) for name in _columns(draft, row)))
    if named:
        draft.put("columns", named, train)
    if draft.has("chat_template_jinja") and draft.value("chat_template_jinja"):
        draft.put("chat_template", template(draft.value("chat_template_jinja")), "chat_template_jinja")


def rows(draft: Draft, key: str) -> list[Node]:
    node = draft.tree.at(key)
    if node is None:
        return []
    return list(node.items) if node.kind == "list" else [node]


def refs(draft: Draft, key: str) -> list[DataRef]:
    """The datasets of a list: repositories, files and folders, or files for a loader that `ds_type` names."""
    found: list[DataRef] = []
    for row in rows(draft, key):
        found += draft.refs(row) if row.kind == "scalar" else _row(draft, row)
    return found


def _row(draft: Draft, row: Node) -> list[DataRef]:
    said = _text(draft, row, "split") or _text(draft, row, "train_on_split")
    first = _FIRST.fullmatch(said)
    more: dict[str, Any] = {
        "split": said,
        "format": _format(draft, row),
        "limit": int(first[1]) if first else None,
    }
    path, files = row.at("path"), row.at("data_files")
    name = draft.resolved(path) if path is not None and path.kind == "scalar" else None
    if files is not None and (not isinstance(name, str) or name in BUILDERS or path_is_file(name)):
        leaves = [entry.value for entry in files.entries.values()] if files.kind == "map" else [files]
        listed = [ref for leaf in leaves for ref in draft.refs(leaf, **more)]
        if listed:
            return listed
    if path is None or not isinstance(name, str) or not name:
        return []
    kind = "file" if row.at("ds_type") is not None and _text(draft, row, "ds_type") else ""
    known = "unknown" if is_unknown(name) else "remote" if "://" in name else kind
    return [data_ref(name, path, known, **more)]


def path_is_file(name: str) -> bool:
    return name.endswith((".jsonl", ".json", ".csv", ".parquet", ".arrow", ".txt"))


def _format(draft: Draft, row: Node) -> str:
    """The `type` as written; a map of fields is a format of its own."""
    node = row.at("type")
    if node is None:
        return ""
    if node.kind == "map":
        return "custom"
    value = draft.resolved(node)
    return value.strip() if isinstance(value, str) else ""


def _columns(draft: Draft, row: Node) -> list[str]:
    if row.kind != "map":
        return []
    found = []
    kind = row.at("type")
    for where in (row, kind if kind is not None and kind.kind == "map" else None):
        for key, entry in where.entries.items() if where is not None else ():
            if (key == "field" or key.startswith("field_")) and entry.value.kind == "scalar":
                value = draft.resolved(entry.value)
                found += [value] if isinstance(value, str) and value and not is_unknown(value) else []
    text = _text(draft, row, "text_column")
    return [*found, text] if text else found


def _text(draft: Draft, row: Node, key: str) -> str:
    node = row.at(key)
    value = draft.resolved(node) if node is not None and node.kind == "scalar" else None
    return value.strip() if isinstance(value, str) else ""


def completion_only(draft: Draft) -> bool:
    """Whether all that is trained on is raw text."""
    formats = [ref.format for ref in draft.get("train_data") or ()]
    return bool(formats) and all(each == "completion" or each.startswith("completion:") for each in formats)


def settle_tokens(draft: Draft) -> None:
    """Tokens that are added; those that replace reserved ones (`added_tokens_overrides`) grow nothing."""
    for field in ("pad_token", "eos_token"):
        put_token(draft, field, f"special_tokens.{field}")
    added: list[str] = []
    decided = ""
    for key in ("tokens", "special_tokens.additional_special_tokens"):
        value = draft.value(key)
        if is_unknown(str(value)) and isinstance(value, str) and value.startswith("$"):
            draft.put("new_tokens", UNKNOWN, key)
            return
        listed = [str(each) for each in value if each is not None] if isinstance(value, list) else []
        decided = decided or (key if listed else "")
        added += listed
    if added:
        draft.put("new_tokens", tuple(dict.fromkeys(added)), decided)
