"""Config files as trees of nodes, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from ftlint.model.config_tree import NOWHERE, Node, Range
from ftlint.model.training_config import Broken, Duplicate, Syntax

DEEPEST = 60
MOST_NODES = 50_000
"""A config has hundreds of nodes; lock files and data dumps in YAML have more, and are left alone."""

MOST_EXPANDED = 200_000
"""Nodes with every alias written out: a few lines of YAML can stand for billions."""

EMPTY = Node("map", NOWHERE, tag="map")


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
        from ftlint.read.config_yaml import parse_yaml

        return parse_yaml(text, offsets)
    except (TooLargeError, RecursionError):
        return None


class Offsets:
    """From code points to byte offsets, lines and columns of one text; `before` bytes stand before it."""

    STEP = 1024

    def __init__(self, text: str, before: int = 0) -> None:
        self.text = text
        self.before = before
        self.ascii = text.isascii()
        self._bytes: list[int] | None = None
        """The offset of every `STEP`th code point."""
        self._lines: list[int] | None = None

    def byte(self, index: int) -> int:
        if self.ascii:
            return index + self.before
        whole = index // self.STEP
        return self._steps()[whole] + len(self.text[whole * self.STEP : index].encode()) + self.before

    def index(self, byte: int) -> int:
        """The code point that a byte offset is at, or in."""
        at = byte - self.before
        if self.ascii:
            return at
        steps = self._steps()
        whole = min(bisect_right(steps, at), len(steps) - 1) - 1
        piece = self.text[whole * self.STEP : (whole + 1) * self.STEP].encode()
        return whole * self.STEP + len(piece[: at - steps[whole]].decode(errors="ignore"))

    def _steps(self) -> list[int]:
        if self._bytes is None:
            self._bytes = [0]
            for start in range(0, len(self.text), self.STEP):
                self._bytes.append(self._bytes[-1] + len(self.text[start : start + self.STEP].encode()))
        return self._bytes

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, from 1."""
        if self._lines is None:
            self._lines = [0, *(found.end() for found in re.finditer("\n", self.text))]
        line = bisect_right(self._lines, index)
        return line, index - self._lines[line - 1] + 1

    def range(self, start: int, end: int) -> Range:
        line, column = self.place(start)
        end_line, end_column = self.place(end)
        return Range(line, column, end_line, end_column, self.byte(start), self.byte(end))

    def broken(self, message: str, index: int) -> Broken:
        """Why the text cannot be loaded, and where."""
        at = min(index, len(self.text))
        return Broken(message, *self.place(at), self.byte(at))
