"""JSON as a tree of nodes with places. The standard decoder keeps none, and takes duplicate keys silently."""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # it is there, and documented nowhere

from ftlint.model.config_tree import Entry, Node
from ftlint.model.training_config import Duplicate
from ftlint.read.config_text import DEEPEST, MOST_NODES, Offsets, TooLargeError, Written

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
_WORD = re.compile(r"(?:true|false|null|NaN|-?Infinity)\b")
_COMMENT = re.compile(r"//|/\*|#")
_TAGS = {"true": "bool", "false": "bool", "null": "null"}


class _WrongError(ValueError):
    def __init__(self, message: str, index: int) -> None:
        super().__init__(message)
        self.index = index


def parse_json(text: str, offsets: Offsets) -> Written | None:
    """The one value of a JSON text, which must be an object."""
    reader = _Reader(text, offsets)
    first = reader.skip(0)
    if text[first : first + 1] != "{" and not _COMMENT.match(text, first):
        return None
    try:
        tree, end = reader.value(first, "", 0)
        end = reader.skip(end)
        if end != len(text):
            raise _WrongError("something stands after the object", end)
    except _WrongError as error:
        return Written(None, "json", (), offsets.broken(reader.reason(error), error.index))
    return Written(tree, "json", tuple(reader.duplicates))


class _Reader:
    def __init__(self, text: str, offsets: Offsets) -> None:
        self.text = text
        self.offsets = offsets
        self.duplicates: list[Duplicate] = []
        self.count = 0

    def skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def reason(self, error: _WrongError) -> str:
        """What is wrong, where it is one of the two liberties that other readers of JSON take."""
        if _COMMENT.match(self.text, error.index):
            return "a comment, which JSON does not have"
        before = self.text[: error.index].rstrip(" \t\r\n")[-1:]
        if before == "," and self.text[error.index : error.index + 1] in ("}", "]"):
            return "a comma stands before the closing bracket"
        return str(error)

    def value(self, at: int, path: str, depth: int) -> tuple[Node, int]:
        self.count += 1
        if depth > DEEPEST or self.count > MOST_NODES:
            raise TooLargeError
        sign = self.text[at : at + 1]
        if sign == "{":
            return self.object(at, path, depth)
        if sign == "[":
            return self.array(at, path, depth)
        if sign == '"':
            return self.string(at)
        if found := _WORD.match(self.text, at):
            word = found.group()
            return self.scalar(at, found.end(), word, _TAGS.get(word, "float")), found.end()
        if found := _NUMBER.match(self.text, at):
            tag = "float" if found.group(1) or found.group(2) else "int"
            return self.scalar(at, found.end(), found.group(), tag), found.end()
        raise _WrongError("a value is missing here" if sign else "the file ends too early", at)

    def scalar(self, start: int, end: int, text: str, tag: str, quoted: bool = False) -> Node:
        return Node("scalar", self.offsets.range(start, end), text, tag, quoted)

    def string(self, at: int) -> tuple[Node, int]:
        try:
            text, end = scanstring(self.text, at + 1, True)
        except json.JSONDecodeError as error:
            if "control character" in error.msg:
                raise _WrongError("a string holds a control character or is not closed", error.pos) from None
            raise _WrongError("a string is not closed or holds a wrong escape", at) from None
        return self.scalar(at, end, text, "str", quoted=True), end

    def object(self, at: int, path: str, depth: int) -> tuple[Node, int]:
        entries: dict[str, Entry] = {}
        start, at = at, self.skip(at + 1)
        while self.text[at : at + 1] != "}":
            if entries:
                at = self.expect(",", at)
            if self.text[at : at + 1] != '"':
                raise _WrongError("a key in double quotes is missing here", at)
            key, at = self.string(at)
            at = self.expect(":", self.skip(at))
            below = f"{path}.{key.text}" if path else key.text
            value, at = self.value(at, below, depth + 1)
            if key.text in entries:
                earlier = entries[key.text]
                self.duplicates.append(Duplicate(below, earlier.key.range, key.range, earlier.value))
            entries[key.text] = Entry(key, value)
            at = self.skip(at)
        return Node("map", self.offsets.range(start, at + 1), tag="map", entries=entries), at + 1

    def array(self, at: int, path: str, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        start, at = at, self.skip(at + 1)
        while self.text[at : at + 1] != "]":
            if items:
                at = self.expect(",", at)
            item, at = self.value(at, f"{path}.{len(items)}", depth + 1)
            items.append(item)
            at = self.skip(at)
        return Node("list", self.offsets.range(start, at + 1), tag="seq", items=tuple(items)), at + 1

    def expect(self, sign: str, at: int) -> int:
        if self.text[at : at + 1] != sign:
            raise _WrongError(f"{sign!r} is missing here", at)
        return self.skip(at + 1)
