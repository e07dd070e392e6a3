"""Code cells of a notebook, with the place of each character in the file."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from ftlint.dialects.launching.text import Traced, combined
from ftlint.model.config_tree import Node
from ftlint.read.config_json import parse_json
from ftlint.read.config_text import Offsets, TooLargeError

_PARTS = re.compile(
    r'[^"\\]+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.'
)
_MAGIC = re.compile(r"^[ \t]*([!%](?:[^\\\n]|\\\n|\\.)*)", re.MULTILINE)
_SHELL_CELL = re.compile(r"\s*%%(?:bash|sh|script[ \t]+(?:ba)?sh|shell)\b[^\n]*")
_LINE = re.compile(r"(?:!+|%sx[ \t]|%system[ \t])")


class Cells(NamedTuple):
    """The Python of a notebook, cell by cell, and its shell commands."""

    python: tuple[Traced, ...]
    shell: tuple[Traced, ...]


def cells(text: str, offsets: Offsets) -> Cells:
    """The code cells of a notebook; none where it cannot be read."""
    try:
        written = parse_json(text, offsets)
    except (TooLargeError, RecursionError):
        return Cells((), ())
    found = written.tree.at("cells") if written is not None and written.tree is not None else None
    python: list[Traced] = []
    shell: list[Traced] = []
    marks = _Marks(text, offsets)
    for cell in found.items if found is not None else ():
        kind, source = cell.at("cell_type"), cell.at("source")
        if kind is not None and kind.text == "code" and source is not None:
            _cell(combined(marks.content(each) for each in source.items or (source,)), python, shell)
    return Cells(tuple(python), tuple(shell))


def _cell(source: Traced, python: list[Traced], shell: list[Traced]) -> None:
    head = _SHELL_CELL.match(source.text)
    if head:
        shell.append(source.cut(head.end()))
        return
    if source.text.lstrip().startswith("%%"):
        first = source.text.partition("\n")[0]
        if not re.match(r"\s*%%(?:time|timeit|capture)\b", first):
            return
    kept: list[Traced] = []
    at = 0
    for found in _MAGIC.finditer(source.text):
        line = _LINE.match(found.group(1))
        if line:
            shell.append(source.cut(found.start(1) + line.end(), found.end(1)))
        kept.append(source.cut(at, found.start(1)))
        at = found.end(1)
    kept.append(source.cut(at))
    python.append(combined(kept))


class _Marks:
    """From the strings of a JSON text to what they say, with the place of each character."""

    def __init__(self, text: str, offsets: Offsets) -> None:
        self.text = text
        self.offsets = offsets
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def content(self, node: Node) -> Traced:
        if node.kind != "scalar" or node.tag != "str":
            return combined(())
        at = self.starts[node.range.line - 1] + node.range.column
        texts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        while found := _PARTS.match(self.text, at):
            part, at = found.group(), found.end()
            if part[0] != "\\":
                texts.append(part)
                starts += range(found.start(), at)
                ends += range(found.start() + 1, at + 1)
                continue
            texts.append(_sign(part))
            starts.append(found.start())
            ends.append(at)
        return Traced("".join(texts), starts, ends)


def _sign(escape: str) -> str:
    """The character of an escape; half of a pair stands for none."""
    try:
        sign = str(json.loads(f'"{escape}"'))
    except ValueError:
        return escape[-1]
    return "\ufffd" if "\ud800" <= sign <= "\udfff" else sign
