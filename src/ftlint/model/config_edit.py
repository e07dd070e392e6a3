"""Edits of a config by splicing text: only the bytes named change; comments, quotes and order stay."""

from __future__ import annotations

import json
import re
from typing import Any

from ftlint.model.config_tree import Entry, Range
from ftlint.model.fix import Edit, Fix, ReplaceBytes
from ftlint.model.training_config import TrainingConfig

_PLAIN = re.compile(r"[A-Za-z_./][\w./ -]*")
_SPECIAL = frozenset({"true", "false", "yes", "no", "on", "off", "null", "none", "~", "y", "n", "nan"})


def literal(value: Any, config: TrainingConfig) -> str:
    """A value as this config's loader reads it back; floats of YAML with a dot: every loader takes them."""
    if config.syntax == "flags":
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, int):
        return str(value)
    if config.syntax == "yaml" and isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _SPECIAL and value == value.strip()
        return value if plain else json.dumps(value)
    return json.dumps(value)


def number(value: float) -> str:
    """A float with a dot and a signed exponent, in no more digits than it needs: `2.0e-4`, `0.05`, `1.0`."""
    if value == 0 or 0.001 <= abs(value) < 1e6:
        text = repr(float(value))
        return text if "e" not in text else f"{value:f}".rstrip("0")
    mantissa, _, exponent = f"{value:.15e}".partition("e")
    mantissa = mantissa.rstrip("0")
    mantissa = f"{mantissa}0" if mantissa.endswith(".") else mantissa
    shorter = repr(float(value)).partition("e")[0]
    if float(f"{shorter}e{int(exponent):+d}") == value and len(shorter) < len(mantissa):
        mantissa = shorter if "." in shorter else f"{shorter}.0"
    return f"{mantissa}e{int(exponent):+d}"


def replace_value(config: TrainingConfig, field: str, value: Any) -> Edit | None:
    """Write another value where the field's stands; None where the file does not write it as one scalar."""
    known = config.field(field)
    if not known.written or known.range is None or not known.raw:
        return None
    return replace_text(known.range, literal(value, config))


def replace_text(at: Range, text: str) -> Edit:
    """Put a text in the place of a range."""
    return ReplaceBytes(at.start, at.end - at.start, text.encode())


def rename_key(config: TrainingConfig, path: str, name: str) -> Edit | None:
    """Write another key at a dotted path; None where it is not in the file, or the new name is, too."""
    entry = config.entry(path)
    if entry is None:
        return None
    parent = path.rpartition(".")[0]
    if config.entry(f"{parent}.{name}" if parent else name) is not None:
        return None
    at = entry.key.range
    quote = '"' if config.syntax == "json" else ""
    return ReplaceBytes(at.start, at.end - at.start, f"{quote}{name}{quote}".encode())


def insert_after(config: TrainingConfig, path: str, key: str, value: Any) -> Edit | None:
    """Write a new key with a scalar value after the entry at a dotted path, in the same map.

    None where that entry does not end on a line of its own, as in a flow map or a command line.
    """
    entry = config.entry(path)
    if entry is None or entry.value.kind != "scalar" or config.syntax == "flags":
        return None
    if entry.key.range.line != entry.value.range.end_line:
        return None
    indent = " " * (entry.key.range.column - 1)
    if config.syntax == "json":
        text = f",\n{indent}{json.dumps(key)}: {json.dumps(value)}"
        return ReplaceBytes(entry.value.range.end, 0, text.encode())
    if entry.key.range.start in _flow_keys(config):
        return None
    return ReplaceBytes(entry.key.range.start, 0, f"{key}: {literal(value, config)}\n{indent}".encode())


def _flow_keys(config: TrainingConfig) -> set[int]:
    """Where keys stand that share their line with another: those of flow maps."""
    lines: dict[int, list[Entry]] = {}
    for _, entry in config.tree.walk():
        lines.setdefault(entry.key.range.line, []).append(entry)
    return {each.key.range.start for entries in lines.values() if len(entries) > 1 for each in entries}


def fix(message: str, *edits: Edit | None, safe: bool) -> Fix | None:
    """A fix of these edits; None where one of them is not possible."""
    kept = tuple(edit for edit in edits if edit is not None)
    return Fix(message, kept, safe) if kept and len(kept) == len(edits) else None
