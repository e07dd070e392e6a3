"""What job requests of services have in common: data by id, and the service that trains."""

from __future__ import annotations

from ftlint.dialects.draft import Draft, data_ref, kind_of
from ftlint.model.config_tree import Node
from ftlint.model.training_config import DataRef

_LOCAL = ("/", "./", "../", "~", "file://")


def stored(draft: Draft, field: str, *spellings: str) -> None:
    """Set a field to the data that the first of these keys names: a file's id, an address, a local file."""
    found = draft.entry(*spellings)
    if found is None:
        return
    spelling, entry = found
    refs = tuple(reference(draft, node) for node in (entry.value.items or (entry.value,)))
    draft.put(field, tuple(ref for ref in refs if ref is not None) or None, spelling, entry=entry)


def reference(draft: Draft, node: Node) -> DataRef | None:
    """Data that a request names: what is no local file by its look lies at the service."""
    name = draft.resolved(node) if node.kind == "scalar" else None
    if not isinstance(name, str) or not name:
        return None
    kind = kind_of(name)
    # accounts/me/datasets/train is a name at the service, data/train.jsonl a file.
    local = name.startswith(_LOCAL) or "." in name.rpartition("/")[2]
    return data_ref(name, node, "remote" if kind == "hub" or (kind == "file" and not local) else kind)
