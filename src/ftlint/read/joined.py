"""Rows that do not stand on one line each: pretty-printed objects, raw newlines, unfinished merges."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import orjson

MOST_LINES = 20_000
MOST_BYTES = 4 << 20
"""A row over several lines is put together within these bounds; past them each line is judged alone."""

DEEPEST = 100
PATIENCE = 50_000
SHORT = 10
"""Once searches without an end have looked at so many lines of a file, each later one may take so few."""

CONFLICT_BYTES = 1 << 20
MARKERS = (b"<<<<<<< ", b">>>>>>> ", b"||||||| ", b"=======")

_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
_TEXT_END = re.compile(rb'(?:[^"\\]++|\\.)*+"', re.DOTALL)


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


class RowFinder:
    """Puts together rows that stand on several lines."""

    def __init__(self) -> None:
        self._most = MOST_LINES
        self._failed = 0

    def lines_of_row(self, first: bytes, line_at: Callable[[int], bytes | None]) -> int:
        """How many lines make up the row that `first` opens; 1 where it does not go on.

        `line_at(n)` is the nth line after the first, None past the end. A row never holds two consecutive
        lines that are rows by themselves, so a file may be cut between two such lines.
        """
        nesting = Nesting()
        if first.lstrip()[:1] not in (b"{", b"[") or not nesting.feed(first) or not nesting.is_open:
            return 1
        count = self._search(first, nesting, line_at)
        if count > 0:
            return count
        self._failed -= count
        self._most = SHORT if self._failed > PATIENCE else MOST_LINES
        return 1

    def _search(self, first: bytes, nesting: Nesting, line_at: Callable[[int], bytes | None]) -> int:
        """The lines of the row; without an end, how many were looked at, as a negative number."""
        total = len(first)
        rows = 0
        before = first
        for count in range(1, self._most):
            line = line_at(count)
            if line is None or total > MOST_BYTES:
                return -count
            if not nesting.inside and not may_follow(before, line):
                return -count
            total += len(line) + 1
            if line.lstrip()[:1] == b"{" and is_row(line):
                rows += 1
                if rows > 1 or nesting.inside:
                    return -count
            else:
                rows = 0
            if not nesting.feed(line) or nesting.depth > DEEPEST:
                return -count
            if not nesting.is_open:
                return count + 1
            before = line if line.strip() else before
        return -self._most


def may_follow(before: bytes, line: bytes) -> bool:
    """Whether JSON may go on from one line to the next, outside texts, by the characters where they meet."""
    start = line.lstrip()[:1]
    end = before.rstrip()[-1:]
    if not start or start in b"/#" or end in b"/#":
        return True
    if end == b"{":
        return start in b"\"}'"
    if end in b"[:,":
        return start in b"\"{[]}-0123456789tfnNTFI'"
    return start in b"}],:" or b"//" in before or b"#" in before


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
