"""A config as it is written: maps, lists and scalars, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple


class Range(NamedTuple):
    """A stretch of a file. Lines and columns count from 1 in code points, ends are exclusive.

    `start` and `end` are byte offsets into the file.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


NOWHERE = Range(1, 1, 1, 1, 0, 0)


class Node(NamedTuple):
    """A value of a config file.

    `text` is what a scalar says without its quotes; `tag` is what YAML 1.1 takes it for (`float`, `str`,
    `bool`, ...; a JSON value has the tag of its type). `entries` are of a map, `items` of a list. The range
    of a scalar includes its quotes; that of a block map or list may reach into the lines after it.
    """

    kind: Literal["map", "list", "scalar"]
    range: Range
    text: str = ""
    tag: str = ""
    quoted: bool = False
    entries: Mapping[str, Entry] = {}
    items: tuple[Node, ...] = ()

    def at(self, path: str) -> Node | None:
        """The value at a dotted path; None where there is none. A key that itself holds dots is found too."""
        entry = self.entry(path)
        return entry.value if entry else None

    def entry(self, path: str) -> Entry | None:
        """Key and value at a dotted path."""
        if path in self.entries:
            return self.entries[path]
        node, last = self, None
        for part in path.split("."):
            last = node.entries.get(part)
            if last is None:
                return None
            node = last.value
        return last

    def walk(self, most: int = 20_000) -> Iterator[tuple[str, Entry]]:
        """Every entry below, with its dotted path (`datasets.0.path`), in the order of the file.

        At most `most`: aliases can make a small file hold a tree without end.
        """
        left = [most]
        yield from _walk(self, "", left)

    def texts(self) -> Iterator[str]:
        """What every key and scalar below says, in no order; what an anchor names once."""
        todo, seen = [self], set()
        while todo:
            node = todo.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if node.kind == "scalar":
                yield node.text
            yield from node.entries
            yield from (entry.key.text for entry in node.entries.values())
            todo += [entry.value for entry in node.entries.values()]
            todo += node.items


class Entry(NamedTuple):
    """A key and its value. In a launch line the key is the flag."""

    key: Node
    value: Node


def _walk(node: Node, prefix: str, left: list[int]) -> Iterator[tuple[str, Entry]]:
    for name, entry in node.entries.items():
        if left[0] <= 0:
            return
        left[0] -= 1
        path = f"{prefix}{name}"
        yield path, entry
        yield from _walk(entry.value, f"{path}.", left)
    for index, item in enumerate(node.items):
        if left[0] <= 0:
            return
        left[0] -= 1
        yield from _walk(item, f"{prefix}{index}.", left)
