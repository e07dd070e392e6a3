"""What a config says at a dotted key of its own, where no canonical field covers it."""

from __future__ import annotations

from ftlint.model.config_tree import Node
from ftlint.model.scalars import as_number, is_unknown
from ftlint.model.training_config import TrainingConfig

_NOTHING = frozenset({"", "~", "null", "none"})
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})


def present(config: TrainingConfig, path: str) -> bool:
    """Whether the file writes the key with any value but null."""
    node = config.tree.at(path)
    return node is not None and not _is_nothing(node)


def truth(config: TrainingConfig, path: str) -> bool | None:
    """Whether the value counts as true: a text, a number but 0, a list or map with something in it.

    False where the key is absent or null, None for a placeholder; `auto` is a text.
    """
    node = config.tree.at(path)
    if node is None or _is_nothing(node):
        return False
    if node.kind != "scalar":
        return True
    if is_unknown(node.text) and node.text.strip().lower() != "auto":
        return None
    value = number(config, path)
    return value != 0 if value is not None else not (node.text.lower() in _FALSE and not node.quoted)


def flag(config: TrainingConfig, path: str) -> bool | None:
    """A truth value as written; None for anything else, be it 1, and where the key is absent."""
    word = text(config, path).lower()
    return True if word in _TRUE else False if word in _FALSE else None


def text(config: TrainingConfig, path: str) -> str:
    """The text of a scalar; "" where there is none or null."""
    node = config.tree.at(path)
    return node.text.strip() if node is not None and node.kind == "scalar" and not _is_nothing(node) else ""


def number(config: TrainingConfig, path: str) -> float | None:
    """A number, be it written as a text; None for anything else."""
    return as_number(text(config, path))


def _is_nothing(node: Node) -> bool:
    if node.kind != "scalar":
        return not (node.entries or node.items)
    return node.tag == "null" or (not node.quoted and node.text.strip().lower() in _NOTHING)
