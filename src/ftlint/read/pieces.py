"""A stream cut into whole lines, and a queue of them that looks ahead."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ftlint.model import Fault

CHUNK = 1 << 19
"""Measured: half a MiB stays in the cache of one core through reading, splitting and parsing."""

LONGEST = 64 << 20
"""A longer line is named and passed over: it would be held in memory several times."""


class Readable(Protocol):
    @property
    def fault(self) -> Fault | None: ...
    def read(self, size: int, /) -> bytes: ...


@dataclass(slots=True)
class Piece:
    """Whole lines as read: `data` holds all of them but the first, which began earlier, and a bit more.

    `head` and `tail` are the bytes of `data` that belong to the first line and to no line of this piece.
    """

    lines: list[bytes]
    data: bytes = b""
    head: bytes = b""
    tail: bytes = b""
    is_last: bool = False


class Pieces:
    def __init__(self, stream: Readable, newline: bytes) -> None:
        self._stream = stream
        self._newline = newline
        self._ahead: deque[Piece | int] = deque()
        self._parts: list[bytes] = []

    def next(self) -> Piece | int | None:
        """The next whole lines, or the length of a line that was too long to keep, or None."""
        return self._ahead.popleft() if self._ahead else self._fetch()

    def put_back(self, item: Piece | int) -> None:
        self._ahead.appendleft(item)

    def _fetch(self) -> Piece | int | None:
        parts, self._parts = self._parts, []
        size = sum(map(len, parts))
        dropped = 0
        while data := self._stream.read(CHUNK):
            lines = data.split(self._newline)
            head, tail = lines[0], lines.pop()
            if not lines:
                size += len(data)
                parts.append(data)
                if dropped or size > LONGEST:
                    dropped, parts = size, []
                continue
            self._parts = [tail] if tail else []
            if dropped:
                del lines[0]
                if lines:
                    self._ahead.append(Piece(lines, data, head, tail))
                return dropped + len(head) + 1
            if parts:
                lines[0] = b"".join((*parts, head))
            return Piece(lines, data, head, tail)
        last = b"".join(parts)
        return Piece([last], is_last=True) if last else dropped or None


class Queue:
    """The lines of a piece, and of the pieces after it when a row goes on there.

    `seen` is told of each further piece, with the lines that stand before it.
    """

    def __init__(self, pieces: Pieces, piece: Piece, seen: Callable[[Piece, list[bytes]], None]) -> None:
        self._pieces = pieces
        self._seen = seen
        self._lines = list(piece.lines)
        self._at = 0
        self._is_last = piece.is_last

    def line_at(self, index: int) -> bytes | None:
        """The line `index` lines ahead, None past the end of the file. 0 looks into no further piece."""
        place = self._at + index
        while place >= len(self._lines):
            if not index:
                return None
            item = self._pieces.next()
            if not isinstance(item, Piece):
                if item is not None:
                    self._pieces.put_back(item)
                return None
            self._seen(item, self._lines[self._at :])
            self._lines += item.lines
            self._is_last = item.is_last
        return self._lines[place]

    def advance(self, count: int) -> int:
        """Goes on by `count` lines; the bytes they take, newlines included."""
        lines = self._lines[self._at : self._at + count]
        self._at += count
        last = self._at >= len(self._lines) and self._is_last
        if self._at >= 4096:
            del self._lines[: self._at]
            self._at = 0
        return sum(map(len, lines)) + count - int(last)
