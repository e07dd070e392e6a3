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

_FLOATS = re.compile(
    r"""[-+]?(?:\d[\d_]*)\.[\d_]*(?:[eE][-+]?\d+)?
    |[-+]?(?:\d[\d_]*)(?:[eE][-+]?\d+)
    |\.[\d_]+(?:[eE][-+]\d+)?
    |[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*
    |[-+]?\.(?:inf|Inf|INF)
    |\.(?:nan|NaN|NAN)""",
    re.VERBOSE,
)
_CORE_INT = re.compile(r"[-+]?\d+")
_CORE_FLOAT = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?")
_CORE_INF = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_CORE_WORDS: Mapping[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_UNKNOWN = re.compile(
    r"\$\{|\{\{|\{%|\$\(|^\$[A-Za-z_]\w*$|^<[^<>\n]{1,80}>$|^\{\w+\}$|^__\w+__$|^auto$", re.IGNORECASE
)


def resolve(node: Node, loader: str) -> Any:
    """The Python value of a node: scalars as `loader` resolves them, maps and lists of such."""
    if node.kind == "map":
        return {name: resolve(entry.value, loader) for name, entry in node.entries.items()}
    if node.kind == "list":
        return [resolve(item, loader) for item in node.items]
    return LOADERS[loader](node)


def is_unknown(text: str) -> bool:
    """Whether a text stands for a value the file does not say: `${VAR}`, Jinja, `<placeholder>`, `auto`."""
    return bool(_UNKNOWN.search(text.strip()))


def as_number(value: Any) -> float | int | None:
    """A number, or a text that is one (`2e-4`); None for anything else, booleans included."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        text = value.strip().replace("_", "")
        return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
    return None


def as_flag(value: Any) -> bool | None:
    """A truth value, or a text or number that frameworks take for one; None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        return _TRUTH.get(value.strip().lower())
    return None


_TRUTH = {
    **dict.fromkeys(("true", "yes", "on", "1", "t", "y"), True),
    **dict.fromkeys(("false", "no", "off", "0", "f", "n"), False),
}


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
    if _CORE_INT.fullmatch(text):
        return int(text)
    if text.startswith(("0o", "0x")):
        try:
            return int(text[2:], 8 if text[1] == "o" else 16)
        except ValueError:
            return text
    if _CORE_FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "").lower()) if _CORE_INF.fullmatch(text) else text


def _json(node: Node) -> Any:
    if node.quoted:
        return node.text
    match node.tag:
        case "int":
            return int(node.text)
        case "float":
            return float(node.text)
        case "bool":
            return node.text == "true"
        case _:
            return None


def _flag(node: Node) -> Any:
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
    if tag == "int" and re.fullmatch(r"0|[-+]?[1-9]\d*", text):
        return int(text)
    if tag == "float" and re.fullmatch(r"[-+]?\d+\.\d*", text):
        return float(text)
    import yaml

    node = yaml.ScalarNode(f"tag:yaml.org,2002:{tag}", text)
    made = yaml.constructor.SafeConstructor()
    try:
        return made.construct_yaml_int(node) if tag == "int" else made.construct_yaml_float(node)
    except ValueError:
        return text
