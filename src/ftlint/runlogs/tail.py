"""New lines of a text file that may still be written to, or be written anew."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator, Mapping

from ftlint.read.magic import encoding
from ftlint.runlogs.recorder import Recorder

CHUNK = 8 << 20
LONGEST = 64 << 20
"""Bytes beyond which a line is taken for an empty one: no row is so long, and some fit in no memory."""

_HEAD = 512
"""First bytes that tell a file written anew from one that grew."""


class Tail:
    """Lines of one file, each told once.

    A file that shrank, was replaced or has another beginning is told from its first line again; `afresh` then
    says so. A last line without an end waits, except the first time: what nobody writes to any more need not
    end with one. It is told again, whole, when more of it has come; `again` then says so, and
    the first of the lists is empty.
    """

    def __init__(self, file: str, *, returns: bool = False, patient: bool = False) -> None:
        """`returns`: a carriage return ends a line, too, as where bars are drawn. `patient`: a last line
        without an end waits the first time, too: its writer ends each."""
        self.file = file
        self._patient = patient
        self._returns = returns
        self.afresh = False
        self.again = False
        self.line = 0
        """The number, from 1, of the last line that was told."""

        self._offset = 0
        self._head = b""
        self._inode = -1
        self._encoding = "utf-8"
        self._loose = 0
        self._skips = False
        """Whether the offset is within a line that is passed over."""

    def chunks(self) -> Iterator[list[str]]:
        """The lines beyond those told before, without their ends, a few megabytes at a time.

        Raises `OSError`.
        """
        self.afresh = self.again = False
        with open(self.file, "rb") as stream:
            status = os.fstat(stream.fileno())
            first = self._begin(stream.read(_HEAD), status)
            if self._loose:
                if status.st_size <= self._offset + self._loose:
                    return
                self.again, self._loose = True, 0
                self.line -= 1
                yield []
            stream.seek(self._offset)
            rest = b""
            while data := stream.read(CHUNK):
                data = rest + data
                cut = self._cut(data)
                rest = data[cut:]
                if not cut and len(rest) > LONGEST:
                    passed = len(rest) & ~3
                    self._offset, self._skips, rest = self._offset + passed, True, rest[passed:]
                if cut:
                    self._offset += cut
                    lines = self._lines(self._text(data[:cut]))[:-1]
                    if self._skips:
                        lines[0], self._skips = "", False
                    self.line += len(lines)
                    yield lines
        if rest and first and not self._patient and not self._skips:
            self._loose = len(rest)
            self.line += 1
            yield self._lines(self._text(rest))

    @property
    def loose(self) -> bool:
        """Whether what was told last is a line without an end."""
        return self._loose > 0

    def _begin(self, head: bytes, status: os.stat_result) -> bool:
        """Sees whether the file goes on where it was left; whether it is told from its first line."""
        known = self._inode != -1
        if (
            known
            and status.st_ino == self._inode
            and status.st_size >= self._offset + self._loose
            and head.startswith(self._head)
        ):
            self._head = head
            return False
        self.afresh = known and (self._offset > 0 or self._loose > 0)
        self._inode, self._head, self._loose, self.line = status.st_ino, head, 0, 0
        self._skips = False
        self._encoding, self._offset = encoding(head)
        if head.startswith(codecs.BOM_UTF8):
            self._offset = len(codecs.BOM_UTF8)
        return True

    def _cut(self, data: bytes) -> int:
        """Where the last whole line ends."""
        return max(self._after(data, end) for end in ("\n", "\r") if end == "\n" or self._returns)

    def _after(self, data: bytes, character: str) -> int:
        end = character.encode(self._encoding)
        at = data.rfind(end)
        while at > 0 and at % len(end):
            at = data.rfind(end, 0, at + len(end) - 1)
        return at + len(end) if at >= 0 else 0

    def _lines(self, text: str) -> list[str]:
        return text.replace("\r", "\n").split("\n") if self._returns else text.split("\n")

    def _text(self, data: bytes) -> str:
        if self._encoding == "utf-8":
            return data.decode("utf-8", "replace")
        return codecs.decode(data, self._encoding, "replace")


def marked(into: Recorder) -> Mapping[str, int]:
    """How far each series has come."""
    return {name: len(steps) for name, steps in into.steps.items()}


def back(into: Recorder, marks: Mapping[str, int]) -> None:
    """Takes back what was recorded since."""
    for name in [*into.steps]:
        length = marks.get(name, 0)
        timed = len(into.times[name]) == len(into.steps[name])
        if not length:
            del into.steps[name], into.values[name], into.times[name]
            continue
        del into.steps[name][length:], into.values[name][length:]
        if timed:
            del into.times[name][length:]


def forget(into: Recorder, path: str) -> None:
    """Takes back all that a file told: it is written anew."""
    back(into, {})
    into.damaged[:] = [each for each in into.damaged if each.path != path]
