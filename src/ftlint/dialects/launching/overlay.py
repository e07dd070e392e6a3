"""The config file that a command names, under the command's own arguments."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from functools import lru_cache

from ftlint.dialects.launching.place import Place
from ftlint.model.config_fields import FIELDS
from ftlint.model.config_tree import NOWHERE, Entry, Node
from ftlint.model.scalars import is_unknown
from ftlint.model.training_config import DataRef, Field

MOST_BYTES = 1 << 20


def is_file(name: str) -> bool:
    """Whether a name is of a config file, and says which."""
    return name.lower().endswith((".yaml", ".yml", ".json")) and not is_unknown(name)


def beside(name: str, place: Place) -> Node | None:
    """A config file as seen from the script's folder or one above it, as a tree whose places are not this
    script's; None where there is none that can be read."""
    if not place.file or not is_file(name) or os.path.isabs(name):
        return None
    folders = [os.path.dirname(os.path.abspath(place.file))]
    path = os.path.normpath(place.path)
    if os.path.normpath(place.file).endswith(path) and not path.startswith(".."):
        for _ in range(path.count(os.sep)):
            folders.append(os.path.dirname(folders[-1]))
    for folder in folders:
        file = os.path.normpath(os.path.join(folder, name))
        if os.path.commonpath((file, folders[-1])) == folders[-1] and os.path.isfile(file):
            return _read(file)
    return None


def _read(file: str) -> Node | None:
    try:
        state = os.stat(file)
    except OSError:
        return None
    return _parsed(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _parsed(file: str, _changed: int, _size: int) -> Node | None:
    """One script may name a file in each of its commands."""
    from ftlint.read.config_text import parse

    try:
        with open(file, "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError:
        return None
    written = parse(data, file) if len(data) <= MOST_BYTES else None
    return _moved(written.tree, {}) if written is not None and written.tree is not None else None


def _moved(node: Node, known: dict[int, Node]) -> Node:
    """A tree of another file: its lines count below zero."""
    if id(node) not in known:
        entries = {
            name: Entry(_moved(entry.key, known), _moved(entry.value, known))
            for name, entry in node.entries.items()
        }
        known[id(node)] = node._replace(
            range=NOWHERE._replace(line=-node.range.line),
            entries=entries,
            items=tuple(_moved(item, known) for item in node.items),
        )
    return known[id(node)]


def over(file: Node, own: Node) -> Node:
    """The file's tree with the command's arguments laid over it."""
    entries = dict(file.entries)
    for name, entry in own.entries.items():
        below = entries.get(name)
        both = below is not None and below.value.kind == "map" and entry.value.kind == "map"
        entries[name] = Entry(entry.key, over(below.value, entry.value)) if both and below else entry
    return file._replace(entries=entries)


def from_file(fields: Mapping[str, Field], file: str) -> dict[str, Field]:
    """Fields, with those that the config file says: these do not stand in the script."""
    return {name: _from_file(field, file) for name, field in fields.items()}


def _from_file(field: Field, file: str) -> Field:
    if field.range is None or field.range.line > 0:
        return field
    value = field.value
    if isinstance(value, tuple):
        value = tuple(each._replace(range=None) if isinstance(each, DataRef) else each for each in value)
    line = -field.range.line
    return field._replace(
        value=value,
        written=False,
        raw="",
        range=None,
        key_range=None,
        source=f"{file}, line {line}",
        under=f"{file}:{line}",
    )


def unread(fields: Mapping[str, Field], own: Node, given: Collection[str], file: str) -> dict[str, Field]:
    """Fields where the config file that is under the arguments is not at hand: all that they do not say
    themselves is unknown."""
    known = {name: field for name, field in fields.items() if name in given or _says(own, field)}
    nothing = Field(None, written=False, unknown=True, source=f"in {file}, which was not read")
    return {name: known.get(name, nothing) for name in FIELDS}


def _says(own: Node, field: Field) -> bool:
    entry = own.entry(field.key) if field.key else None
    return field.written and entry is not None and entry.value.kind != "map"
