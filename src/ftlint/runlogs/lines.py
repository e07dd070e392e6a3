"""Whole lines of a file that may still be written to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ftlint.model.run_log import Damaged
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import loads
from ftlint.runlogs.tail import CHUNK, LONGEST

_MOST_TOLD = 20


class Line(NamedTuple):
    """A line without its end, and its number from 1."""

    number: int
    text: bytes


class Lines:
    """Lines of a file, each once, as they become whole.

    `is_whole` says of a last line without a newline whether it is all there. What follows the last line given
    is `rest`. A file that became shorter, or another one under its name, is read from its beginning again.
    """

    def __init__(self, file: str, is_whole: Callable[[bytes], bool] = lambda text: False) -> None:
        self.file = file
        self.rest = b""
        self.next = 1
        self.offset = 0
        self._is_whole = is_whole
        self._ended = True
        self._skips = False
        """Whether the offset is within a line that is passed over, for it is longer than any row."""

        self._identity: tuple[int, int] | None = None

    def more(self) -> Iterator[Line]:
        """New lines, read a few megabytes at a time. Raises `OSError`."""
        self.rest = b""
        with open(self.file, "rb") as stream:
            facts = os.fstat(stream.fileno())
            identity = facts.st_dev, facts.st_ino
            if self._identity != identity or facts.st_size < self.offset:
                self._identity, self.offset, self.next, self._ended = identity, 0, 1, True
                self._skips = False
            stream.seek(self.offset)
            while data := stream.read(CHUNK):
                yield from self._taken(data)
        if self.rest.strip() and not self._skips and self._is_whole(self.rest):
            line = Line(self.next, self.rest.removesuffix(b"\r"))
            self.next += 1
            self.offset += len(self.rest)
            self.rest, self._ended = b"", False
            yield line

    def _taken(self, data: bytes) -> Iterator[Line]:
        """The lines that end within more bytes."""
        if not self._ended:
            # The newline of a line that was taken before it came.
            end = 2 if data.startswith(b"\r\n") else 1 if data.startswith(b"\n") else 0
            data, self.offset, self._ended = data[end:], self.offset + end, True
        if not self.offset and not self.rest and data.startswith(b"\xef\xbb\xbf"):
            data, self.offset = data[3:], 3
        *whole, self.rest = (self.rest + data).split(b"\n")
        for text in whole:
            line = Line(self.next, b"" if self._skips else text.removesuffix(b"\r"))
            self.next, self.offset, self._skips = self.next + 1, self.offset + len(text) + 1, False
            yield line
        if len(self.rest) > LONGEST:
            self.offset, self._skips, self.rest = self.offset + len(self.rest), True, b""


class JsonLines:
    """Objects of a JSON Lines file, each once; what is none is told in `damaged`."""

    def __init__(self, file: str, path: str = "") -> None:
        self.path = path or file
        self._lines = Lines(file, _is_json)
        self._torn: Damaged | None = None
        self._odd = 0

    def more(self, into: Recorder) -> Iterator[tuple[int, dict[str, Any]]]:
        """New objects, each with its line."""
        lines = self._lines.more()
        if self._torn is not None and self._torn in into.damaged:
            into.damaged.remove(self._torn)
        self._torn = None
        for number, text in lines:
            if not text.strip(b" \t\r\0"):
                continue
            try:
                row = loads(text)
            except ValueError:
                self._tell(into, Damaged("unreadable-rows", self.path, "is no JSON", number, lost=1))
                continue
            if isinstance(row, dict):
                yield number, row
            else:
                self._tell(into, Damaged("foreign-rows", self.path, "is no JSON object", number, lost=1))
        if self._lines.rest.strip(b" \t\r\0"):
            self._torn = Damaged(
                "truncated", self.path, "breaks off in the last row", self._lines.next, self._lines.offset, 1
            )
            into.damaged.append(self._torn)

    def _tell(self, into: Recorder, what: Damaged) -> None:
        """Tells of a row; of very many the last that is told counts the rest."""
        self._odd += 1
        if self._odd <= _MOST_TOLD:
            into.damaged.append(what)
            return
        for index in range(len(into.damaged) - 1, -1, -1):
            if into.damaged[index].path == self.path:
                into.damaged[index] = into.damaged[index]._replace(lost=into.damaged[index].lost + 1)
                return


def _is_json(text: bytes) -> bool:
    text = text.strip()
    if not (text.startswith(b"{") and text.endswith(b"}")):
        return False
    try:
        loads(text)
    except ValueError:
        return False
    return True
