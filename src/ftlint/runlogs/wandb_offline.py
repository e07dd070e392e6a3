"""W&B's own file of an offline run, `run-ID.wandb`.

A file of records in LevelDB's log format (blocks of 32 KB; each piece with a CRC-32, a length and a kind),
the records Protocol Buffers. Sources: the LevelDB log format; wandb/proto/wandb_internal.proto (0.31) for the
numbers of fields. Read without the wandb package, which has no reader of such files in Python any more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from struct import unpack
from typing import Any
from zlib import crc32

from ftlint.model.run_log import Damaged
from ftlint.runlogs.protobuf import VARINT, MessageError, fields, varint
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import loads
from ftlint.runlogs.tail import forget
from ftlint.runlogs.wandb_history import Rows

MAGIC = b":W&B\xe1\xbe"
_BLOCK = 1 << 15
_HEAD = 7
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_HISTORY, _CONFIG, _RUN, _EXIT = 2, 5, 17, 18
_RUN_CONFIG = 4

Message = dict[int, list[int | bytes]]


def signs(name: str, head: bytes) -> bool:
    """Whether the bytes begin such a file."""
    return head.startswith(b":W&B")


class OfflineReader:
    """Reads the records of history as they come, and what the run was started with."""

    def __init__(self, file: str, path: str, columns: Mapping[str, str] = {}) -> None:
        self.file = file
        self.path = path
        self._rows = Rows()
        self._offset = _HEAD
        self._inode = -1
        self._torn: Damaged | None = None

    def more(self, into: Recorder) -> bool:
        """See `Reader`."""
        found = False
        with open(self.file, "rb") as stream:
            status = os.fstat(stream.fileno())
            if self._inode != -1 and (status.st_ino != self._inode or status.st_size < self._offset):
                forget(into, self.path)
                self._rows, self._offset = Rows(), _HEAD
            self._inode = status.st_ino
            stream.seek(self._offset)
            data = stream.read()
        if self._torn is not None and self._torn in into.damaged:
            into.damaged.remove(self._torn)
        self._torn = None
        start = self._offset
        for record, end in self._records(data, start, into):
            self._offset = end
            if record:
                found = True
                self._take(record, into)
        left = start + len(data) - self._offset
        if left and data[self._offset - start :].strip(b"\0"):
            self._torn = Damaged(
                "truncated", self.path, "breaks off in the last record", offset=self._offset, lost=1
            )
            into.damaged.append(self._torn)
        return found

    def _records(self, data: bytes, start: int, into: Recorder) -> Iterator[tuple[bytes, int]]:
        """Whole records, and where each ends in the file; empty for what is skipped."""
        place, pieces = 0, b""
        open_ = False
        while True:
            room = _BLOCK - (start + place) % _BLOCK
            if room < _HEAD:
                place += room
                room = _BLOCK
            if place + _HEAD > len(data):
                return
            length = int.from_bytes(data[place + 4 : place + 6], "little")
            kind = data[place + 6]
            body = data[place + _HEAD : place + _HEAD + length]
            if length + _HEAD > room or not _FULL <= kind <= _LAST:
                bad = "a record of a kind that there is not"
            elif len(body) < length:
                return
            elif crc32(data[place + 6 : place + _HEAD + length]) != _checksum(data[place : place + 4]):
                bad = "a record whose checksum is wrong"
            else:
                bad = ""
            if bad:
                # The rest of a block cannot be told apart any more.
                if place + room > len(data):
                    return
                into.damaged.append(Damaged("corrupt", self.path, bad, offset=start + place, lost=1))
                place, pieces, open_ = place + room, b"", False
                yield b"", start + place
                continue
            place += _HEAD + length
            if kind in (_FULL, _FIRST):
                pieces = b""
            elif not open_:
                yield b"", start + place
                continue
            pieces += body
            open_ = kind in (_FIRST, _MIDDLE)
            if kind in (_FULL, _LAST):
                yield pieces, start + place
                pieces = b""

    def _take(self, record: bytes, into: Recorder) -> None:
        try:
            whole = message(record)
            for body in whole.get(_HISTORY, ()):
                self._history(message(body), into)
            for body in whole.get(_RUN, ()):
                for config in message(body).get(_RUN_CONFIG, ()):
                    _arguments(message(config), into)
            for body in whole.get(_CONFIG, ()):
                _arguments(message(body), into)
            for body in whole.get(_EXIT, ()):
                into.finished = not message(body).get(1, (0,))[-1]
        except MessageError as error:
            into.damaged.append(Damaged("corrupt", self.path, f"a record that is none: {error}", lost=1))

    def _history(self, history: Message, into: Recorder) -> None:
        row: dict[str, Any] = {}
        for item in history.get(1, ()):
            name, value = _item(message(item))
            row[name] = value
        for step in history.get(2, ()):
            row.setdefault("_step", message(step).get(1, (0,))[-1])
        self._rows.take(row, into)


def _checksum(data: bytes) -> int:
    return int.from_bytes(data, "little")


def message(data: int | bytes) -> Message:
    """The fields of a message by number: numbers of varints, bytes of all else. Raises `MessageError`."""
    if not isinstance(data, bytes):
        raise MessageError("a number in place of a message")
    found: Message = {}
    for name, wire, start, end in fields(data, 0, len(data)):
        value = varint(data, start, end)[0] if wire == VARINT else data[start:end]
        found.setdefault(name, []).append(value)
    return found


def _item(item: Message) -> tuple[str, Any]:
    """The name of a value, of a nested one with `/`, and the value."""
    names = [_text(each) for each in (*item.get(1, ()), *item.get(2, ()))]
    return "/".join(each for each in names if each), _value(item)


def _text(data: int | bytes) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def _value(item: Message) -> Any:
    """The value of an item of a history or a config, however it is written."""
    last = {number: values[-1] for number, values in item.items()}
    if 4 in last:
        return bool(last[4])
    if isinstance(whole := last.get(5), int):
        return whole >> 1 ^ -(whole & 1)
    if isinstance(real := last.get(6), bytes) and len(real) == 8:
        return unpack("<d", real)[0]
    if 7 in last:
        return _text(last[7])
    written = last.get(8, last.get(16))
    if not isinstance(written, bytes):
        return None
    try:
        return loads(written)
    except ValueError:
        return None


def _arguments(config: Message, into: Recorder) -> None:
    for item in config.get(1, ()):
        name, value = _item(message(item))
        if name[:1] not in ("", "_"):
            into.arguments.update(_plain(name, value))


def _plain(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The plain values of an argument; those inside a map by their path."""
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _plain(f"{name}/{inner}", each)
    elif value is None or isinstance(value, str | int | float):
        yield name, value
