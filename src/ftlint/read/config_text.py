"""Config files as trees of nodes, each with its place: YAML by libyaml, JSON by a reader of its own."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ftlint.model.config_tree import NOWHERE, Entry, Node, Range
from ftlint.model.training_config import Broken, Duplicate, Syntax

YAML_PREFIX = "tag:yaml.org,2002:"
DEEPEST = 60
MOST_NODES = 50_000
"""A config has hundreds of nodes; lock files and data dumps in YAML have more, and are left alone."""


class Written(NamedTuple):
    """A config file as read: its tree (None where it cannot be parsed, and `broken` says why), and the keys
    that are written twice."""

    tree: Node | None
    syntax: Syntax
    duplicates: tuple[Duplicate, ...] = ()
    broken: Broken | None = None


class TooLargeError(ValueError):
    """The file holds more than a config does."""


def parse(data: bytes, name: str) -> Written | None:
    """A config file as a tree. None where it is no config by its form: not UTF-8, no map at its top, several
    YAML documents, deeper or larger than any config.
    """
    mark = len(b"\xef\xbb\xbf") if data.startswith(b"\xef\xbb\xbf") else 0
    try:
        text = data[mark:].decode()
    except UnicodeDecodeError:
        return None
    offsets = Offsets(text, mark)
    lower = name.lower()
    try:
        if lower.endswith(".json") or (text.lstrip()[:1] == "{" and not lower.endswith((".yaml", ".yml"))):
            from ftlint.read.config_json import parse_json

            return parse_json(text, offsets)
        return parse_yaml(text, offsets)
    except (TooLargeError, RecursionError):
        return None


class Offsets:
    """From code points to byte offsets, lines and columns of one text; `before` bytes stand before it."""

    def __init__(self, text: str, before: int = 0) -> None:
        self.text = text
        self.before = before
        self._bytes: list[int] | None = None
        self._lines: list[int] | None = None

    def byte(self, index: int) -> int:
        if self.text.isascii():
            return index + self.before
        if self._bytes is None:
            self._bytes = [0]
            total = 0
            for sign in self.text:
                point = ord(sign)
                total += 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4
                self._bytes.append(total)
        return self._bytes[min(index, len(self.text))] + self.before

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, from 1."""
        from bisect import bisect_right

        if self._lines is None:
            self._lines = [0, *(found.end() for found in re.finditer("\n", self.text))]
        line = bisect_right(self._lines, index)
        return line, index - self._lines[line - 1] + 1

    def range(self, start: int, end: int) -> Range:
        line, column = self.place(start)
        end_line, end_column = self.place(end)
        return Range(line, column, end_line, end_column, self.byte(start), self.byte(end))


def parse_yaml(text: str, offsets: Offsets) -> Written | None:
    """The first and only document of a YAML text."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    reader = loader(text)
    try:
        root = reader.get_single_node()
    except yaml.composer.ComposerError as error:
        if "expected a single document" in str(error):
            return None
        return Written(None, "yaml", (), _broken(error, offsets))
    except yaml.MarkedYAMLError as error:
        return Written(None, "yaml", (), _broken(error, offsets))
    except yaml.YAMLError as error:
        return Written(None, "yaml", (), Broken(_first_line(str(error)), 1, 1, 0))
    finally:
        reader.dispose()
    if root is None or not isinstance(root, yaml.MappingNode):
        return None
    grown = _Grown(offsets)
    tree = grown.node(root, "", 0)
    return Written(tree, "yaml", tuple(grown.duplicates))


def _broken(error: Any, offsets: Offsets) -> Broken:
    mark = error.problem_mark or error.context_mark
    reason = _first_line(error.problem or error.context or "cannot be parsed")
    if mark is None:
        return Broken(reason, 1, 1, offsets.before)
    return Broken(reason, mark.line + 1, mark.column + 1, offsets.byte(mark.index))


def _first_line(text: str) -> str:
    """The reason without what the parser quotes of the file."""
    return text.partition("\n")[0].partition(" '")[0].strip().rstrip(",:") or "cannot be parsed"


class _Grown:
    """From the nodes of PyYAML to ours."""

    def __init__(self, offsets: Offsets) -> None:
        self.offsets = offsets
        self.duplicates: list[Duplicate] = []
        self.known: dict[int, Node | None] = {}
        self.count = 0

    def node(self, node: Any, path: str, depth: int) -> Node:
        if id(node) in self.known:
            known = self.known[id(node)]
            return known if known is not None else Node("scalar", self.range(node), "", "null")
        self.count += 1
        if depth > DEEPEST or self.count > MOST_NODES:
            raise TooLargeError
        self.known[id(node)] = None
        made = self._made(node, path, depth)
        self.known[id(node)] = made
        return made

    def _made(self, node: Any, path: str, depth: int) -> Node:
        where = self.range(node)
        tag = node.tag.removeprefix(YAML_PREFIX)
        if isinstance(node.value, str):
            return Node("scalar", where, node.value, tag, quoted=bool(node.style))
        if node.id == "sequence":
            items = tuple(
                self.node(item, f"{path}.{index}", depth + 1) for index, item in enumerate(node.value)
            )
            return Node("list", where, tag=tag, items=items)
        entries: dict[str, Entry] = {}
        merged: list[Node] = []
        for key, value in node.value:
            below = f"{path}.{key.value}" if path else str(key.value)
            grown = self.node(value, below, depth + 1)
            if key.tag == f"{YAML_PREFIX}merge":
                merged += grown.items or (grown,)
                continue
            name = key.value if isinstance(key.value, str) else "?"
            own = Node("scalar", self.range(key), name, key.tag.removeprefix(YAML_PREFIX))
            if name in entries:
                self.duplicates.append(Duplicate(below, entries[name].key.range, own.range))
            entries[name] = Entry(own, grown)
        for other in merged:
            for name, entry in other.entries.items():
                entries.setdefault(name, entry)
        return Node("map", where, tag=tag, entries=entries)

    def range(self, node: Any) -> Range:
        start, end = node.start_mark, node.end_mark
        if node.id != "scalar" and end.line > start.line and end.column == 0:
            return Range(
                start.line + 1, start.column + 1, end.line, 1,
                self.offsets.byte(start.index), self.offsets.byte(end.index),
            )  # fmt: skip
        return Range(
            start.line + 1,
            start.column + 1,
            end.line + 1,
            end.column + 1,
            self.offsets.byte(start.index),
            self.offsets.byte(end.index),
        )


EMPTY = Node("map", NOWHERE, tag="map")
