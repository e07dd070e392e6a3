"""What a loader makes of a scalar: the same text is a number to one framework and a string to the next.

| loader      | who                                     | `2e-4` | `on`  | `010` |
|-------------|-----------------------------------------|--------|-------|-------|
| yaml-1.1    | PyYAML's safe_load                      | text   | true  | 8     |
| omegaconf   | OmegaConf: PyYAML with its own floats   | 0.0002 | true  | 8     |
| yaml-1.2    | ruamel.yaml                             | 0.0002 | text  | 10    |
| json        | json                                    | 0.0002 | -     | -     |
| flags       | argparse: every value is a text         | text   | text  | text  |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ftlint.model.config_tree import Node
from ftlint.model.scalars import MOST_DIGITS

_FLOATS = re.compile(
    r"""[-+]?(?:\d[\d_]*)\.[\d_]*(?:[eE][-+]?\d+)?
    |[-+]?(?:\d[\d_]*)(?:[eE][-+]?\d+)
    |\.[\d_]+(?:[eE][-+]\d+)?
    |[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*
    |[-+]?\.(?:inf|Inf|INF)
    |\.(?:nan|NaN|NAN)""",
    re.VERBOSE,
)
_CORE_INT = re.compile(r"[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|\d[\d_]*)")
_CORE_FLOAT = re.compile(
    r"[-+]?\d[\d_]*(?:\.[\d_]*(?:[eE][-+]?\d+)?|[eE][-+]?\d+)|[-+]?\.\d[\d_]*(?:[eE][-+]\d+)?"
)
_CORE_INF = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_CORE_WORDS: Mapping[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def resolve(node: Node, loader: str) -> Any:
    """The Python value of a node: scalars as `loader` resolves them, maps and lists of such.

    Dates and binary data stay text: no field is one. What an anchor names is made once.
    """
    if node.kind == "scalar":
        return LOADERS[loader](node)
    return _resolved(node, LOADERS[loader], {})


def _resolved(node: Node, scalar: Callable[[Node], Any], known: dict[int, Any]) -> Any:
    if node.kind == "scalar":
        return scalar(node)
    if id(node) in known:
        return known[id(node)]
    made: Any
    if node.kind == "map":
        made = {
            _name(name, entry.key, scalar): _resolved(entry.value, scalar, known)
            for name, entry in node.entries.items()
        }
    else:
        made = [_resolved(item, scalar, known) for item in node.items]
    known[id(node)] = made
    return made


def _name(name: str, key: Node, scalar: Callable[[Node], Any]) -> Any:
    """A key as it is loaded. A launch line's keys have other names than their text."""
    if key.tag not in ("str", ""):
        return scalar(key)
    return key.text if name == f"str {key.text}" else name


def _pyyaml(node: Node) -> Any:
    return node.text if node.quoted or node.tag == "str" else _constructed(node.tag, node.text)


def _omegaconf(node: Node) -> Any:
    if node.quoted:
        return node.text
    if node.tag in ("str", "float", "timestamp", "int") and _FLOATS.fullmatch(node.text):
        return _constructed("float", node.text)
    return node.text if node.tag in ("str", "timestamp") else _constructed(node.tag, node.text)


def _core(node: Node) -> Any:
    """YAML 1.2, core schema."""
    text = node.text
    if node.quoted:
        return text
    if text in _CORE_WORDS:
        return _CORE_WORDS[text]
    try:
        if _CORE_INT.fullmatch(text):
            plain = text.replace("_", "")
            return int(plain, 0 if plain.lstrip("+-")[1:2].isalpha() else 10)
        if _CORE_FLOAT.fullmatch(text):
            return float(text.replace("_", ""))
    except ValueError:
        return text
    return float(text.replace(".", "").lower()) if _CORE_INF.fullmatch(text) else text


def _json(node: Node) -> Any:
    if node.quoted:
        return node.text
    match node.tag:
        case "int":
            return int(node.text) if len(node.text) <= MOST_DIGITS else float(node.text)
        case "float":
            return float(node.text)
        case "bool":
            return node.text == "true"
        case _:
            return None


def _flag(node: Node) -> Any:
    """A switch without a value is true, `--no_...` false; values of a file that they overlay are texts."""
    match node.tag:
        case "true" | "false":
            return node.tag == "true"
        case "null":
            return node.text if node.quoted else None
        case _:
            return node.text


LOADERS: Mapping[str, Callable[[Node], Any]] = {
    "yaml-1.1": _pyyaml,
    "omegaconf": _omegaconf,
    "yaml-1.2": _core,
    "json": _json,
    "flags": _flag,
}


def _constructed(tag: str, text: str) -> Any:
    """What PyYAML makes of a plain scalar with this tag."""
    if tag == "bool":
        return text.lower() in ("yes", "true", "on")
    if tag == "null":
        return None
    if tag in ("int", "float"):
        return _yaml_number(tag, text)
    return text


def _yaml_number(tag: str, text: str) -> Any:
    if len(text) > MOST_DIGITS:
        return text
    if tag == "int" and re.fullmatch(r"0|[-+]?[1-9]\d*", text):
        return int(text)
    if tag == "float" and re.fullmatch(r"[-+]?\d+\.\d*", text):
        return float(text)
    import yaml

    node = yaml.ScalarNode(f"tag:yaml.org,2002:{tag}", text)
    made = yaml.constructor.SafeConstructor()
    try:
        return made.construct_yaml_int(node) if tag == "int" else made.construct_yaml_float(node)
    except (ValueError, IndexError):
        return text
