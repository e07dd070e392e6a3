"""TensorBoard event files: every scalar, whether plain or a tensor, and what of a file could not be read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from io import BufferedReader
from typing import Final

from ftlint.runlogs.protobuf import MessageError
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.tail import back, marked
from ftlint.runlogs.tensorboard_arguments import take_text
from ftlint.runlogs.tensorboard_checksum import checksum
from ftlint.runlogs.tensorboard_damage import Damage
from ftlint.runlogs.tensorboard_event import event, scalars, step_of, time_of
from ftlint.runlogs.tensorboard_frames import HEADER, OVERHEAD, Frames, length_at, only_zeros

WINDOW: Final = 16 << 20
"""Bytes looked at at once."""

LONGEST: Final = 64 << 20
"""A longer record is checked and passed over: it is a graph or an image."""

FIRST_KEYS: Final = b"\x09\x10\x1a"
"""What an event can begin with: time, step, version. A record of a dataset begins with another."""

FIRST: Final = 64
"""First bytes that tell a file written anew from one that grew."""

SHORT: Final = 64 << 10
"""Up to here bytes are read one by one: importing numpy costs more than it saves."""


def signs(name: str, head: bytes) -> bool:
    """Whether a file is an event file: the first record is an event under a good checksum.

    One that is empty yet, or whose first bytes are damaged, is known by its name.
    """
    if len(head) > HEADER and length_at(head, 0) is not None:
        return head[HEADER] in FIRST_KEYS
    named = "tfevents" in os.path.basename(name)
    return named and (b"\0" in head[:HEADER] or not head)


class EventFile:
    """Reads one event file, also while it grows.

    Read the files of a folder into one recorder in the order of their names: a run that was resumed says in
    the later file what it takes back of the earlier ones.
    """

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        self.file = file
        self.path = path
        self._at = 0
        self._size = 0
        self._searched = 0
        """Up to where the next good record was looked for, past one whose length is damaged."""

        self._head = b""
        self._marks: Mapping[str, int] = {}
        """How far each series had come before this file."""

        self._damage = Damage(path)
        self._frames = Frames()
        self._plugins: dict[str, str] = {}

    def more(self, into: Recorder) -> bool:
        """Take the records that are whole by now; whether there were any, or other damage than before."""
        with open(self.file, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size == self._size:
                return False
            head = file.read(FIRST)
            again = bool(self._head) and (size < self._size or not head.startswith(self._head))
            if again:
                self._again(into)
            elif not self._size:
                self._marks = marked(into)
            self._size, self._head = size, head
            self._damage.rest = None
            before = self._at
            while self._at < size and self._window(file, into):
                pass
        _see_end(into)
        return self._damage.tell(into.damaged) or again or self._at != before

    def _again(self, into: Recorder) -> None:
        """The file was written anew: what it told goes."""
        back(into, self._marks)
        self._at = self._searched = 0
        self._damage.clear()

    def _window(self, file: BufferedReader, into: Recorder) -> bool:
        """Read on by one window; whether there may be another."""
        file.seek(self._at)
        data = file.read(min(self._size - self._at, WINDOW))
        starts, end = self._frames.walk(data)
        if starts:
            self._take(data, starts, end, into)
            self._at += end
            return True
        if len(data) < HEADER:
            self._damage.tail(self._at, self._size, None)
            return False
        length = length_at(data, 0)
        if length is None:
            return self._found_next(file)
        if length + OVERHEAD > self._size - self._at:
            self._damage.tail(self._at, self._size, length + OVERHEAD)
            return False
        return self._long(file, length, into)

    def _long(self, file: BufferedReader, length: int, into: Recorder) -> bool:
        """A record that is longer than a window; whether it is whole."""
        from ftlint.runlogs.tensorboard_bulk import streamed

        end = length + OVERHEAD
        if length <= LONGEST:
            file.seek(self._at)
            data = file.read(end)
            if len(data) < end:
                self._damage.tail(self._at, self._size, end)
                return False
            self._take(data, [0], end, into)
        elif streamed(file, self._at, length):
            self._damage.too_long(self._at, length)
        else:
            self._damage.checksum(self._at)
        self._at += end
        return True

    def _found_next(self, file: BufferedReader) -> bool:
        """Go to the next record that has a good length; whether there is one."""
        from ftlint.runlogs.tensorboard_bulk import next_record

        found, self._searched = next_record(file, max(self._at + 1, self._searched), self._size)
        if found is None:
            zeros = only_zeros(file, self._at, self._size)
            self._damage.lost_tail(self._at, self._size, zeros=zeros)
            return False
        self._damage.gap(self._at, found)
        self._at, self._searched = found, 0
        return True

    def _take(self, data: bytes, starts: list[int], end: int, into: Recorder) -> None:
        """Take the records that start at some places of a window."""
        if len(data) > SHORT:
            from ftlint.runlogs.tensorboard_columns import Window

            Window(data, self._at, self._damage, self._plugins).take(starts, end, into)
            return
        for start in starts:
            length = int.from_bytes(data[start : start + 8], "little")
            body = data[start + HEADER : start + HEADER + length]
            stored = data[start + HEADER + length : start + OVERHEAD + length]
            if checksum(body) != int.from_bytes(stored, "little"):
                self._damage.checksum(self._at + start)
                continue
            try:
                found = event(body)
            except MessageError:
                self._damage.no_event(self._at + start)
                continue
            step = step_of(body, found)
            if found.starts:
                into.restart(step)
            for tag, value in scalars(body, found, self._plugins):
                into.point(into.name(tag), step, value, time_of(body, found))
            for tag_at, content in found.texts:
                take_text(into, body[slice(*tag_at)], body[slice(*content)])


def _see_end(into: Recorder) -> None:
    """A Hugging Face Trainer sums a run up at its end."""
    ended = into.steps.get("train_runtime")
    if ended:
        last = max(steps[-1] for steps in into.steps.values() if steps)
        into.finished = True if ended[-1] >= last else None
