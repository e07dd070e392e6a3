"""Rows that do not stand on one line each: pretty-printed objects, raw newlines, unfinished merges."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import orjson

MOST_LINES = 20_000
MOST_BYTES = 4 << 20
"""A row over several lines is put together within these bounds; past them each line is judged alone."""

CONFLICT_BYTES = 1 << 20
MARKERS = (b"<<<<<<< ", b">>>>>>> ", b"||||||| ", b"=======")

_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|["{}\[\]]', re.DOTALL)
_TEXT_END = re.compile(rb'(?:[^"\\]|\\.)*"', re.DOTALL)


@dataclass(slots=True)
class Nesting:
    """How many brackets are open after some bytes, and whether a text is."""

    depth: int = 0
    inside: bool = False

    def feed(self, raw: bytes) -> bool:
        """Takes the next line. False once more is closed than was opened."""
        at = 0
        if self.inside:
            end = _TEXT_END.match(raw)
            if end is None:
                return True
            at = end.end()
            self.inside = False
        for token in _TOKENS.finditer(raw, at):
            char = raw[token.start()]
            if char == 0x22:
                self.inside = token.end() - token.start() == 1
                if self.inside:
                    return True
            elif char in b"{[":
                self.depth += 1
            else:
                self.depth -= 1
                if self.depth < 0:
                    return False
        return True

    @property
    def is_open(self) -> bool:
        return self.inside or self.depth > 0


def is_row(line: bytes) -> bool:
    """Whether a line is a JSON object by itself."""
    try:
        return orjson.loads(line).__class__ is dict
    except orjson.JSONDecodeError:
        return False


def lines_of_row(first: bytes, line_at: Callable[[int], bytes | None]) -> int:
    """How many lines make up the row that `first` opens; 1 where it does not go on.

    `line_at(n)` is the nth line after the first, None past the end. A row never holds two consecutive
    lines that are rows by themselves, so a file may be cut between two such lines.
    """
    nesting = Nesting()
    if first.lstrip()[:1] not in (b"{", b"[") or not nesting.feed(first) or not nesting.is_open:
        return 1
    total = len(first)
    rows = 0
    for count in range(1, MOST_LINES):
        line = line_at(count)
        if line is None:
            return 1
        total += len(line) + 1
        if total > MOST_BYTES:
            return 1
        if line.lstrip()[:1] == b"{" and is_row(line):
            rows += 1
            if rows > 1 or nesting.inside:
                return 1
        else:
            rows = 0
        if not nesting.feed(line):
            return 1
        if not nesting.is_open:
            return count + 1
    return 1


def is_marker(line: bytes) -> bool:
    return line.startswith(MARKERS) and (line[:1] != b"=" or line.rstrip() == b"=======")


def lines_of_conflict(first: bytes, line_at: Callable[[int], bytes | None]) -> int:
    """How many lines an unfinished merge covers, its last marker included; 0 where that is not found."""
    if not first.startswith(b"<<<<<<< "):
        return 0
    total = len(first)
    count = 0
    while total <= CONFLICT_BYTES:
        count += 1
        line = line_at(count)
        if line is None:
            return 0
        total += len(line) + 1
        if line.startswith(b">>>>>>> "):
            return count + 1
    return 0
