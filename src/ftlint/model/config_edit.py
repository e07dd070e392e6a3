"""Edits of a config by splicing text: only the bytes named change; comments, quotes and order stay."""

from __future__ import annotations

import json
import re
from typing import Any

from ftlint.model.config_tree import Entry, Node, Range
from ftlint.model.fix import Edit, Fix, ReplaceBytes
from ftlint.model.training_config import Duplicate, TrainingConfig

_PLAIN = re.compile(r"(?:[A-Za-z_]|\.{0,2}/)[\w./-]*(?: [\w./-]+)*", re.ASCII)
_SPECIAL = frozenset({"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "nan", "inf"})
_SCIENTIFIC = re.compile(r"([-+]?)(\d[\d_]*)?(?:(\.)(\d*))?(?:([eE])([-+]?)(\d+))?")


def literal(value: Any, config: TrainingConfig) -> str:
    """A value as this config's loader reads it back; floats of YAML with a dot: every loader takes them."""
    if config.syntax == "flags":
        import shlex

        return shlex.quote(number(value) if isinstance(value, float) else str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, int):
        return str(value)
    if config.syntax == "yaml" and isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value.lower() not in _SPECIAL else _quoted(value)
    return _quoted(value)


def _quoted(value: Any) -> str:
    """Double quotes, as YAML and JSON both read them."""
    return json.dumps(value, ensure_ascii=False)


def number(value: float) -> str:
    """A float with a dot and a signed exponent, in no more digits than it needs: `2.0e-4`, `0.05`, `1.0`."""
    shortest = repr(float(value))
    if "e" not in shortest and (value == 0 or 0.001 <= abs(value) < 1e6):
        return shortest
    for digits in range(1, 17):
        mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
        text = f"{mantissa}e{int(exponent):+d}"
        if float(text) == value:
            return text
    return shortest


def float_literal(text: str) -> str | None:
    """The same number, written so that every loader takes it for one: `2e-4` becomes `2.0e-4`.

    Sign, digits and the case of the exponent stay. None for what is no number.
    """
    found = _SCIENTIFIC.fullmatch(text.strip())
    if found is None or not (found[2] or found[4]):
        return None
    sign, whole, dot, part, letter, direction, power = found.groups()
    if not letter and not dot:
        return f"{sign}{whole}"
    exponent = f"{letter}{direction or '+'}{power}" if letter else ""
    return f"{sign}{whole or '0'}.{part or '0'}{exponent}"


def replace_value(config: TrainingConfig, field: str, value: Any) -> Edit | None:
    """Write another value where the field's stands; a number as a text where JSON has it as one (Bedrock).

    None where the file does not write it as one scalar on one line, or shares it by an alias.
    """
    known = config.field(field)
    if not known.written or known.range is None or not known.raw or _is_shared(config, known.range):
        return None
    if known.key_range is not None and known.range.start < known.key_range.end:
        return None
    if config.syntax == "json" and isinstance(known.loaded, str) and isinstance(value, int | float):
        value = _said(value)
    return replace_text(known.range, literal(value, config))


def replace_text(at: Range, text: str) -> Edit | None:
    """Put a text in the place of a range; None where that is more than one line: a block of text."""
    if at.line != at.end_line:
        return None
    return ReplaceBytes(at.start, at.end - at.start, text.encode())


def rename_key(config: TrainingConfig, path: str, name: str) -> Edit | None:
    """Write another key at a dotted path, with the quotes or dashes it has.

    None where the path is not in the file, the new name is, too, or an alias stands for the key or its map.
    """
    entry = config.entry(path)
    if entry is None or _is_shared(config, entry.key.range):
        return None
    parent, old = _split(config, path)
    if config.entry(f"{parent}{name}") is not None:
        return None
    at = entry.key.range
    around = at.end - at.start - len(old.encode())
    length = len(old.encode())
    if config.syntax == "flags":
        return ReplaceBytes(at.end - length, length, name.encode()) if around >= 0 else None
    if around == 2:
        return ReplaceBytes(at.start + 1, length, name.encode())
    return ReplaceBytes(at.start, length, name.encode()) if around == 0 else None


def _split(config: TrainingConfig, path: str) -> tuple[str, str]:
    """What a new name stands behind, with its dot, and the key as the file writes it."""
    if path in config.tree.entries:
        return "", path
    above, dot, key = path.rpartition(".")
    return above + dot, key


def insert_beside(config: TrainingConfig, path: str, key: str, value: Any) -> Edit | None:
    """Write a new key with a scalar value beside the entry at a dotted path, in the same map.

    In YAML it goes on a line of its own before that entry: behind a value there may be a comment. None where
    the map has the key or is shared by an alias, where the entry shares its line with another or has a tag or
    the like before it, and in a command line.
    """
    entry = config.entry(path)
    if entry is None or config.syntax not in ("yaml", "json"):
        return None
    if config.entry(f"{_split(config, path)[0]}{key}") is not None:
        return None
    at = entry.key.range
    alone = at.start not in _sharing(config)
    if config.syntax == "json":
        break_ = f"{config.newline}{' ' * (at.column - 1)}" if alone else " "
        text = f",{break_}{json.dumps(key)}: {literal(value, config)}"
        return ReplaceBytes(entry.value.range.end, 0, text.encode())
    if not alone or not _at_margin(config, at) or _is_shared(config, at):
        return None
    indent = " " * (at.column - 1)
    return ReplaceBytes(at.start, 0, f"{key}: {literal(value, config)}{config.newline}{indent}".encode())


COMMON = ("epochs", "learning_rate", "max_steps", "output_dir", "sequence_length", "base_model", "seed")
"""Fields that most configs write, in the map where most keys stand."""


def insert_among(config: TrainingConfig, path: str, value: Any) -> Edit | None:
    """Write a new dotted key in the map that its dialect has it in: beside a common key that stands there."""
    parent, _, key = path.rpartition(".")
    for field in COMMON:
        known = config.field(field)
        if known.written and known.key and known.key.rpartition(".")[0] == parent:
            edit = insert_beside(config, known.key, key, value)
            if edit is not None:
                return edit
    return None


def comment_out(config: TrainingConfig, twice: Duplicate) -> Edit | None:
    """Make a comment of the earlier of two equal keys; None where it is not one line of YAML."""
    value = twice.first_value
    if config.syntax != "yaml" or value is None or value.kind != "scalar":
        return None
    one_line = twice.first.line == value.range.line == value.range.end_line
    if not one_line or value.range.start < twice.first.end or twice.first.line == twice.again.line:
        return None
    if any(entry.key.range.line == twice.first.line for _, entry in config.tree.walk()):
        return None
    if twice.first.column != twice.again.column or not _at_margin(config, twice.again):
        return None
    return ReplaceBytes(twice.first.start, 0, b"# ")


def _sharing(config: TrainingConfig) -> set[int]:
    """Where keys stand that share their line with another key."""
    lines: dict[int, list[Entry]] = {}
    for _, entry in config.tree.walk():
        lines.setdefault(entry.key.range.line, []).append(entry)
    return {each.key.range.start for entries in lines.values() if len(entries) > 1 for each in entries}


def _is_shared(config: TrainingConfig, at: Range) -> bool:
    """Whether aliases or merges make what is written once count at several places."""
    times = 0
    for _, entry in config.tree.walk():
        nodes = (entry.key, entry.value, *entry.value.items)
        times += sum(node.range.start == at.start and node.kind == "scalar" for node in nodes)
        if times > 1:
            return True
    return False


def _at_margin(config: TrainingConfig, at: Range) -> bool:
    """Whether a key stands in a block map, where its line begins: no `? ` and no tag before it."""
    if _is_flow(config.tree) or _inside_flow(config.tree, at):
        return False
    maps = [config.tree, *(entry.value for _, entry in config.tree.walk())]
    maps += [item for node in maps for item in node.items]
    keys = [[entry.key.range for entry in node.entries.values()] for node in maps]
    of_map = next((each for each in keys if at in each), [])
    return bool(of_map) and at.column == min(each.column for each in of_map)


def _inside_flow(node: Node, at: Range) -> bool:
    """Whether a key stands in a flow map: one whose first key does not stand where the map starts."""
    for entry in node.entries.values():
        value = entry.value
        if value.kind == "map" and value.range.start <= at.start < value.range.end:
            return _is_flow(value) or _inside_flow(value, at)
        if value.kind == "list" and value.range.start <= at.start < value.range.end:
            items = [each for each in value.items if each.range.start <= at.start < each.range.end]
            return any(_is_flow(each) or _inside_flow(each, at) for each in items)
    return False


def _is_flow(node: Node) -> bool:
    starts = [entry.key.range.start for entry in node.entries.values()]
    return node.kind == "map" and bool(starts) and min(starts) > node.range.start


def fix(message: str, *edits: Edit | None, safe: bool) -> Fix | None:
    """A fix of these edits; None where one of them is not possible. What goes in at one place is one edit."""
    kept = [edit for edit in edits if edit is not None]
    if not kept or len(kept) < len(edits):
        return None
    joined: list[Edit] = []
    for edit in kept:
        last = joined[-1] if joined else None
        if isinstance(edit, ReplaceBytes) and isinstance(last, ReplaceBytes) and edit[:2] == last[:2]:
            if edit.length or edit == last:
                return None
            joined[-1] = last._replace(replacement=last.replacement + edit.replacement)
        else:
            joined.append(edit)
    return Fix(message, tuple(joined), safe)


def number_fix(config: TrainingConfig, field: str, value: float) -> Fix | None:
    """An unsafe fix that sets a number; None where the file does not write it as one scalar."""
    return fix(f"set {_said(value)}", replace_value(config, field, value), safe=False)


def _said(value: float) -> str:
    return number(value) if isinstance(value, float) else str(value).lower()
