"""How sure a tree is of a dialect: counting keys that only it has."""

from __future__ import annotations

from collections.abc import Iterable

from ftlint.model.config_tree import Node


def written(tree: Node, keys: Iterable[str]) -> int:
    """How many of the dotted keys the tree writes."""
    return sum(tree.entry(key) is not None for key in keys)


def scalar(tree: Node, key: str) -> str:
    """The text of a scalar at a dotted key, "" where there is none."""
    node = tree.at(key)
    return node.text if node is not None and node.kind == "scalar" else ""


def is_map(tree: Node, key: str) -> bool:
    node = tree.at(key)
    return node is not None and node.kind == "map"


def is_list(tree: Node, key: str) -> bool:
    node = tree.at(key)
    return node is not None and node.kind == "list"
