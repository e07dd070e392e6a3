"""A moving window over the bytes of one JSON value, with the places of what stands in it."""

import json
import re

from ftlint.model import Fault
from ftlint.read import pointer
from ftlint.read.block import Block
from ftlint.read.joined import MARKERS, is_marker
from ftlint.read.pieces import CHUNK, LONGEST, Readable
from ftlint.read.places import code_points

_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
_SPACE = re.compile(rb"[ \t\r\n\0]*")
_COMMENT = re.compile(rb"(?://|#)[^\n]*|/\*.*?\*/", re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}]+")
_DECODER = json.JSONDecoder()
_NEAR = 1 << 16
"""A comment or a marker is looked for in at least as many bytes."""


class Window:
    def __init__(self, path: str, stream: Readable, offset: int) -> None:
        self.path = path
        self.stream = stream
        self._held = b""
        self._text: str | None = None
        """What is held, a byte a character: the standard decoder finds where a value ends, byte for byte."""
        self._at = 0
        self._base = offset
        self._line = 1
        self._column = 0
        """Characters of the line before the place whose line was asked for last."""
        self._counted_to = 0
        self._ended = False
        self._block = Block()

    def _more(self, at_least: int = CHUNK) -> bool:
        """Reads on, dropping what lies behind. False at the end of the file."""
        self._drop()
        data = b"" if self._ended else self.stream.read(max(CHUNK, at_least))
        self._ended = self._ended or not data
        self._held += data
        self._text = None
        return bool(data)

    def _drop(self) -> None:
        self._lines_to(self._at)
        self._held = self._held[self._at :]
        self._text = None
        self._base += self._at
        self._at = self._counted_to = 0

    def _lines_to(self, at: int) -> int:
        """The line number at a position, which may not lie before one asked for earlier."""
        newline = self._held.rfind(b"\n", self._counted_to, at)
        if newline >= 0:
            self._line += self._held.count(b"\n", self._counted_to, at)
            self._column = 0
        self._column += code_points(self._held[max(self._counted_to, newline + 1) : at])
        self._counted_to = at
        return self._line

    def _peek(self) -> bytes:
        self._skip()
        return self._held[self._at : self._at + 1]

    def _skip(self, mark: bytes = b"") -> None:
        """Goes to the next byte that is no white space, noting comments and merge markers."""
        if mark and self._held.startswith(mark):
            self._at = len(mark)
        while True:
            match = _SPACE.match(self._held, self._at)
            self._at = match.end() if match else self._at
            if self._at >= len(self._held):
                if not self._more():
                    return
                continue
            if len(self._held) - self._at < _NEAR and not self._ended:
                self._more()
            if self._held.startswith(MARKERS, self._at) and self._marker():
                continue
            comment = _COMMENT.match(self._held, self._at)
            if comment is None:
                return
            self._note("json-comment", comment.start(), comment.end(), replacement=b"")
            self._at = comment.end()

    def _marker(self) -> bool:
        stop = self._held.find(b"\n", self._at)
        stop = len(self._held) if stop < 0 else stop
        if not is_marker(self._held[self._at : stop]):
            return False
        self._note("merge-conflict", self._at, stop, "a marker of an unfinished merge")
        self._at = stop
        return True

    def _note(
        self, kind: str, start: int, end: int, detail: str = "", replacement: bytes | None = None
    ) -> None:
        line = self._lines_to(start)
        column = self._column + 1
        self._block.faults.append(
            Fault(
                kind,
                self.path,
                offset=self._base + start,
                length=end - start,
                line=line,
                column=column,
                end_column=column + max(1, code_points(self._held[start:end])),
                detail=detail,
                recovered=True,
                replacement=replacement,
            )
        )

    def _end(self) -> int | None:
        """Where the element that starts here ends, reading on as needed; None where that is not found."""
        grow = CHUNK
        while True:
            end = self._end_in_held()
            if end is not None and (end < len(self._held) or self._ended):
                return end
            if len(self._held) - self._at > LONGEST or not self._more(grow):
                return self._end_in_held()
            grow = len(self._held)

    def _end_in_held(self) -> int | None:
        held, at = self._held, self._at
        if self._text is None:
            self._text = held.decode("latin-1")
        try:
            return _DECODER.raw_decode(self._text, at)[1]
        except (ValueError, RecursionError):
            pass
        opener = held[at : at + 1]
        if opener not in (b"{", b"["):
            pattern = pointer.STRING if opener == b'"' else _SCALAR
            match = pattern.match(held, at)
            return match.end() if match else None
        depth = 0
        for token in _TOKENS.finditer(held, at):
            char = held[token.start()]
            if char in b"{[":
                depth += 1
            elif char in b"}]":
                depth -= 1
                if not depth:
                    return token.end()
            elif token.end() - token.start() == 1:
                return None
        return None


class Rest:
    """A stream with some bytes put back in front."""

    def __init__(self, first: bytes, stream: Readable) -> None:
        self._first = first
        self._stream = stream

    @property
    def fault(self) -> Fault | None:
        return self._stream.fault

    def read(self, size: int) -> bytes:
        if self._first:
            data, self._first = self._first[:size], self._first[size:]
            return data
        return self._stream.read(size)
