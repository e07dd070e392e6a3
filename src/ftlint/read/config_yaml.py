"""YAML as a tree of nodes with places, by libyaml."""

from __future__ import annotations

import re
from typing import Any

from ftlint.model.config_tree import Entry, Node, Range
from ftlint.model.training_config import Duplicate
from ftlint.read.config_text import DEEPEST, MOST_EXPANDED, MOST_NODES, Offsets, TooLargeError, Written

MOST_TABBED = 100_000
"""Signs of a text that is read by PyYAML itself: it takes ten times as long as libyaml."""

PREFIX = "tag:yaml.org,2002:"
_NO_CONFIG = ("expected a single document", "maximum nesting depth")
_PROPERTIES = re.compile(r"(?:[&!]\S*(?:\s+(?:#.*\n\s*)*|(?=$)))+")
_CONTROL = r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
"""Characters that YAML does not have. Compiled where one is looked for: that takes longer than a config."""
_UNCOMMON_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


def parse_yaml(text: str, offsets: Offsets) -> Written | None:
    """The first and only document of a YAML text."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if "\t" in text and len(text) <= MOST_TABBED:
        # libyaml takes tabs where PyYAML, which frameworks load with, refuses them.
        loader = yaml.SafeLoader
    try:
        reader = loader(text)
        try:
            root = reader.get_single_node()
        finally:
            reader.dispose()
    except yaml.MarkedYAMLError as error:
        if any(form in str(error) for form in _NO_CONFIG):
            return None
        # A line that is no key is told of where the next one is read.
        early = error.context == "while scanning a simple key"
        mark = (error.context_mark if early else None) or error.problem_mark or error.context_mark
        at = mark.index if mark else 0
        reason = _unquoted(error.problem or error.context or "")
        if text[at : at + 1] == "\t":
            reason = "a tab stands where PyYAML takes spaces alone"
        return Written(None, "yaml", (), offsets.broken(reason, at))
    except yaml.reader.ReaderError as error:
        # Its place is in bytes for libyaml and in characters for PyYAML.
        found = re.search(_CONTROL, text)
        reason = _unquoted(str(error.reason))
        return Written(None, "yaml", (), offsets.broken(reason, found.start() if found else 0))
    if root is None or not isinstance(root, yaml.MappingNode):
        return None
    grown = _Grown(offsets, reader)
    return Written(grown.node(root, "", 0), "yaml", tuple(grown.duplicates))


def _unquoted(reason: str) -> str:
    """A reason without what the parser quotes of the file; signs that it expects stay."""
    first = re.sub(r"('[^']')|\s*'[^'<]{2,}'.*", lambda found: found[1] or "", reason.partition("\n")[0])
    return first.strip().rstrip(",;") or "cannot be parsed"


class _Grown:
    """From the nodes of PyYAML to ours."""

    def __init__(self, offsets: Offsets, reader: Any) -> None:
        self.offsets = offsets
        self.reader = reader
        self.duplicates: list[Duplicate] = []
        self.known: dict[int, Node | None] = {}
        self.count = 0
        self.sizes: dict[int, int] = {}
        """How many nodes stand for a node once every alias in it is written out."""
        self.aliased = "*" in offsets.text
        self.tagged = "!" in offsets.text
        self.marked = self.tagged or "&" in offsets.text
        self.uncommon = _UNCOMMON_BREAK.search(offsets.text) is not None

    def node(self, node: Any, path: str, depth: int) -> Node:
        if id(node) in self.known:
            known = self.known[id(node)]
            # An anchor that holds itself stands for nothing there.
            return known if known is not None else Node("scalar", self.range(node), "", "null")
        self.count += 1
        if depth > DEEPEST or self.count > MOST_NODES:
            raise TooLargeError
        self.known[id(node)] = None
        made = self._made(node, path, depth)
        self.known[id(node)] = made
        if self.aliased:
            self.measure(made)
        return made

    def measure(self, made: Node) -> None:
        """Refuse a file whose aliases stand for more than anybody could go through."""
        below = (*made.items, *(entry.value for entry in made.entries.values()))
        size = 1 + sum(self.sizes.get(id(each), 1) for each in below)
        if size > MOST_EXPANDED:
            raise TooLargeError
        self.sizes[id(made)] = size

    def _made(self, node: Any, path: str, depth: int) -> Node:
        if isinstance(node.value, str):
            return self.scalar(node)
        tag = node.tag.removeprefix(PREFIX)
        if node.id == "sequence":
            ends = bool(node.value) and id(node.value[-1]) not in self.known
            items = tuple(
                self.node(item, f"{path}.{index}", depth + 1) for index, item in enumerate(node.value)
            )
            return Node("list", self.range(node, items[-1] if ends else None), "", tag, items=items)
        entries: dict[str, Entry] = {}
        merged: list[Node] = []
        last: Node | None = None
        for key, value in node.value:
            below = f"{path}.{key.value}" if path else str(key.value)
            ends = id(value) not in self.known
            grown = self.node(value, below, depth + 1)
            last = grown if ends else None
            if key.tag == f"{PREFIX}merge":
                # Of several merges the last wins, of several maps in one merge the first.
                merged[:0] = grown.items or (grown,)
                continue
            self.enter(entries, key, grown, below)
        for other in merged:
            for name, entry in other.entries.items():
                entries.setdefault(name, entry)
        return Node("map", self.range(node, last), "", tag, entries=entries)

    def enter(self, entries: dict[str, Entry], key: Any, value: Node, path: str) -> None:
        if not isinstance(key.value, str):
            entries["?"] = Entry(Node("scalar", self.range(key), "?"), value)
            return
        own = self.scalar(key)
        name = own.text
        if name in entries and entries[name].key.tag != own.tag:
            # 1 and "1" are two keys.
            name = f"{own.tag} {name}"
        if name in entries:
            earlier = entries[name]
            self.duplicates.append(Duplicate(path, earlier.key.range, own.range, earlier.value))
        entries[name] = Entry(own, value)

    def scalar(self, node: Any) -> Node:
        tag = node.tag.removeprefix(PREFIX)
        quoted = bool(node.style)
        if self.tagged and tag == "str" and not quoted:
            # !!str 1 is as much a text as "1".
            quoted = self.reader.resolve(type(node), node.value, (True, False)) != node.tag
        return Node("scalar", self.range(node), node.value, tag, quoted and tag == "str")

    def range(self, node: Any, last: Node | None = None) -> Range:
        """Where a node stands, without its anchor and tag; `last` is what a block ends with."""
        start, end = node.start_mark, node.end_mark
        index, before, text = start.index, start.index, self.offsets.text
        if self.marked and text[index : index + 1] in ("&", "!"):
            found = _PROPERTIES.match(text, index, end.index)
            index = found.end() if found else index
        if self.uncommon or index != before:
            at = self.offsets.range(index, end.index)
        else:
            byte = self.offsets.byte
            at = Range(
                start.line + 1, start.column + 1, end.line + 1, end.column + 1,
                byte(index), byte(end.index),
            )  # fmt: skip
        if last is None or node.flow_style:
            return at
        return at._replace(end_line=last.range.end_line, end_column=last.range.end_column, end=last.range.end)
