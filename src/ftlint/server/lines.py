"""Places in a text: offsets in code points, lines and columns of the engine, positions of the protocol."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import Literal, NamedTuple

Encoding = Literal["utf-8", "utf-16", "utf-32"]
"""What a character of a position counts: bytes, 16-bit units or code points."""

_END = re.compile(r"\r\n|\n|\r")


class Place(NamedTuple):
    """A position of the protocol: line and character from 0, characters in the units that were agreed on."""

    line: int
    character: int


class Lines:
    """A text by lines. LF, CRLF and CR end one for the protocol, LF alone for the engine."""

    def __init__(self, text: str, encoding: Encoding = "utf-16") -> None:
        self.text = text
        self.encoding = encoding

    @cached_property
    def starts(self) -> list[int]:
        """Where the protocol's lines begin."""
        if not self._lone_returns:
            return self.fed
        return [0, *(end.end() for end in _END.finditer(self.text))]

    @cached_property
    def fed(self) -> list[int]:
        """Where the engine's lines begin: after each LF."""
        return list(accumulate((len(line) + 1 for line in self.text.split("\n")[:-1]), initial=0))

    @cached_property
    def _lone_returns(self) -> bool:
        return "\r" in self.text and self.text.count("\r") != self.text.count("\r\n")

    def place(self, offset: int) -> Place:
        """The position of a code point; past the end, that of the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.starts, offset) - 1
        return Place(line, units(self.text[self.starts[line] : offset], self.encoding))

    def offset(self, line: int, character: int) -> int:
        """The code point at a position; what lies past the end of a line or of the text is that end."""
        if line >= len(self.starts):
            return len(self.text)
        start, end = self.starts[line], self.line_end(line)
        written = self.text[start:end]
        return start + points(written, character, self.encoding)

    def line_end(self, line: int) -> int:
        """Where the protocol's line ends, its newline left out."""
        if line + 1 >= len(self.starts):
            return len(self.text)
        end = self.starts[line + 1]
        return end - (2 if self.text.endswith("\r\n", 0, end) else 1)

    def counted(self, line: int, column: int | None, ahead: int = 0) -> int:
        """The code point at a line and column of the engine, which count from 1.

        `ahead` is what the engine counts before the text: 1 for a byte order mark that the editor keeps.
        """
        if line > len(self.fed):
            return len(self.text)
        start = self.fed[line - 1]
        end = self.fed[line] - 1 if line < len(self.fed) else len(self.text)
        before = (column or 1) - 1 - (ahead if line == 1 else 0)
        return max(start, min(start + before, end))

    def counted_end(self, line: int) -> int:
        """Where a line of the engine ends, its newline left out."""
        if line > len(self.fed):
            return len(self.text)
        end = self.fed[line] - 1 if line < len(self.fed) else len(self.text)
        return end - 1 if end > self.fed[line - 1] and self.text[end - 1] == "\r" else end


def units(text: str, encoding: Encoding) -> int:
    """How many characters of the protocol a text has."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def points(text: str, count: int, encoding: Encoding) -> int:
    """How many code points the first `count` characters of the protocol are; a cut one does not count."""
    if encoding == "utf-32" or text.isascii():
        return min(count, len(text))
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass")[:count].decode("utf-8", "ignore"))
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * count].decode("utf-16-le", "ignore"))


class Change(NamedTuple):
    """A range of the text in positions of the protocol, and what stands there now; no range: all of it."""

    text: str
    start: Place | None = None
    end: Place | None = None


def changed(lines: Lines, changes: Iterable[Change]) -> Lines:
    """The text after the changes, each counted in what the one before left."""
    for change in changes:
        text = change.text
        if change.start is not None and change.end is not None:
            start, end = lines.offset(*change.start), lines.offset(*change.end)
            text = lines.text[:start] + text + lines.text[end:]
        lines = Lines(text, lines.encoding)
    return lines
