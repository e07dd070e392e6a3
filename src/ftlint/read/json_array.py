"""One JSON value over a whole file: an array of records, an object around one, or one record. Streamed."""

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import orjson

from ftlint.model import Fault
from ftlint.read import bulk, pointer
from ftlint.read.block import Block
from ftlint.read.diagnose import diagnose, faults
from ftlint.read.jsonl import LinesReader, kind_of
from ftlint.read.pieces import CHUNK, LONGEST, Readable
from ftlint.read.places import code_points, position
from ftlint.read.window import Rest, Window

WRAPPERS = frozenset(
    {"data", "rows", "train", "validation", "test", "examples", "records", "items", "dataset", "instances"}
    | {"samples", "entries", "training_data"}
)
"""Keys of a top-level object whose array of objects holds the records."""

MOST = 2048
_RECORDS = re.compile(rb"\[\s*\{")
_GAP = re.compile(rb"\},([ \t\r]*\n[ \t\r\n]*)\{")


class ValueReader(Window):
    """Reads the records of one JSON value; offsets and lines are those of each element."""

    def __init__(self, path: str, stream: Readable, offset: int = 0) -> None:
        super().__init__(path, stream, offset)
        self.row = 0
        self._gap = b""
        self._slow_to = 0
        self._started = False
        self._plain = True
        self._columns: list[int] = []

    def blocks(self) -> Iterator[Block]:
        self._more()
        self._skip(b"\xef\xbb\xbf")
        char = self._peek()
        if char == b"[":
            yield from self._array()
        elif char == b"{":
            yield from self._object()
        yield from self._rest()
        if self._block.faults or self._block.raw:
            yield self._close()

    def _array(self) -> Iterator[Block]:
        self._at += 1
        comma: Fault | None = None
        while True:
            if self._gap and (block := self._in_bulk()) is not None:
                yield self._close()
                yield block
            char = self._peek()
            if not char:
                self._note("truncated-row", self._at, self._at, "the array is never closed")
                return
            if char == b"]":
                if comma is not None:
                    self._block.faults.append(comma)
                self._at += 1
                return
            if char == b",":
                if comma is not None:
                    self._note(
                        "invalid-json", self._at, self._at + 1, "an element is missing between two commas"
                    )
                line = self._lines_to(self._at)
                comma = Fault(
                    "trailing-comma",
                    self.path,
                    offset=self._base + self._at,
                    length=1,
                    line=line,
                    column=self._column + 1,
                    recovered=True,
                    replacement=b"",
                )
                self._at += 1
                continue
            if comma is None and self._started:
                self._note("invalid-json", self._at, self._at, "a comma is missing between two elements")
            comma = None
            self._started = True
            if not self._element():
                return
            if len(self._block.raw) + len(self._block.faults) >= MOST:
                yield self._close()

    def _object(self) -> Iterator[Block]:
        """An object around an array of records gives those; any other is a record itself."""
        first = self._wrapped(self._at)
        if first is None:
            self._element()
            return
        self._at = first
        yield from self._array()
        while self._peek() == b",":
            self._at += 1
            if self._is_records(self._key()):
                self._started = False
                yield from self._array()
            elif (end := self._end()) is None:
                return
            else:
                self._at = end
        if self._peek() == b"}":
            self._at += 1

    def _key(self) -> str:
        """Goes past a key and its colon."""
        if self._peek() != b'"' or (end := self._end()) is None:
            return ""
        key = pointer.key_text(self._held[self._at + 1 : end - 1])
        self._at = end
        if self._peek() == b":":
            self._at += 1
            self._peek()
        return key

    def _is_records(self, key: str) -> bool:
        return key in WRAPPERS and _RECORDS.match(self._held, self._at) is not None

    def _wrapped(self, at: int) -> int | None:
        """Where the records' array starts among the members after position `at`, None where none is."""
        for key, _key_start, start, _end, _key_end in pointer.members(self._held, at, partial=True):
            if pointer.key_text(key) in WRAPPERS and _RECORDS.match(self._held, start):
                return start
        return None

    def _rest(self) -> Iterator[Block]:
        """What follows the value: nothing, as a rule."""
        char = self._peek()
        if not char:
            return
        if self.row == 1 and char == b"{" and not self._started:
            self._note("jsonl-in-json", self._at, self._at)
        else:
            self._note("invalid-json", self._at, self._at + 1, "text stands after the end of the value")
        if char not in b"{[":
            return
        yield self._close()
        line = self._lines_to(self._at)
        reader = LinesReader(
            self.path,
            Rest(self._held[self._at :], self.stream),
            self._base + self._at,
            row=self.row,
            line=line,
        )
        yield from reader.blocks()

    def _element(self) -> bool:
        """Takes the element that starts here. False where the file cannot be read on."""
        end = self._end()
        if end is None:
            if len(self._held) - self._at > LONGEST:
                line = self._lines_to(self._at)
                size = len(self._held) - self._at
                self._block.faults.append(
                    bulk.huge(self.path, self.row, self._base + self._at, size, line, recovered=False)
                )
                self.row += 1
                self._held, self._at, self._counted_to, self._ended = b"", 0, 0, True
                return False
            end = self._resynced()
        start = self._at
        raw = self._held[start:end]
        line = self._lines_to(start)
        self._at = end
        if not self._gap and raw[:1] == b"{":
            gap = _GAP.match(self._held, end - 1)
            self._gap = gap.group(1) if gap else b""
        self._take(raw, self._base + start, line)
        return True

    def _take(self, raw: bytes, offset: int, line: int) -> None:
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError:
            self._plain = False
            diagnosis = diagnose(raw)
            found = faults(diagnosis, raw, self.path, self.row, offset, line)
            self._block.faults += [moved(fault, line, self._column) for fault in found]
            values = [value for _, _, value in diagnosis.values if isinstance(value, dict)]
            if len(values) != 1:
                self.row += 1
                return
            value = values[0]
        if isinstance(value, dict):
            if value.keys() <= {"row", "row_idx", "truncated_cells"} and isinstance(value.get("row"), dict):
                span = pointer.span_of(raw, "/row")
                if span is not None:
                    down, column, _ = position(raw, span[0], span[0])
                    line, self._column = line + down, column - 1 + (0 if down else self._column)
                    raw, offset, value = raw[span[0] : span[1]], offset + span[0], value["row"]
            self._keep(raw, offset, line, value)
            return
        self._block.faults.append(
            Fault(
                "not-an-object",
                self.path,
                row=self.row,
                offset=offset,
                length=len(raw),
                line=line,
                column=self._column + 1,
                detail=kind_of(value),
            )
        )
        self.row += 1

    def _keep(self, raw: bytes, offset: int, line: int, value: Any) -> None:
        self._block.add(self.row, value, offset, raw, line)
        self._columns.append(self._column)
        self.row += 1

    def _close(self) -> Block:
        block, self._block = self._block, Block()
        chunk = b"\n".join(block.raw)
        if block.raw:
            named = {fault.row for fault in block.faults if fault.kind == "big-integer"}
            found = bulk.inspect(self.path, (chunk,), block.raw, block.rows, block.offsets, block.lines)
            places = dict(zip(block.rows, zip(block.lines, self._columns, strict=True), strict=True))
            block.faults += [
                moved(fault, *places[fault.row or 0])
                for fault in found
                if fault.kind != "big-integer" or fault.row not in named
            ]
        self._columns.clear()
        block.key_marks = bulk.key_marks(chunk) if self._plain else -1
        block.end_row, block.end_line = self.row, self._line
        self._plain = True
        return block

    def _resynced(self) -> int:
        """The end of an element whose brackets do not close: the next gap between elements, else the end."""
        if self._gap:
            found = self._held.find(b"}," + self._gap + b"{", self._at)
            if found >= 0:
                return found + 1
        else:
            found = self._held.find(b"\n", self._at)
            follows = self._held[found + 1 :].lstrip()[:1] if found >= 0 else b""
            if follows == b"{":
                return len(self._held[:found].rstrip(b", \t\r"))
        return len(self._held.rstrip())

    def _in_bulk(self) -> Block | None:
        """All whole elements held, where each stands apart from the next by the same line break."""
        held = self._held
        if len(held) - self._at < CHUNK // 2 and not self._ended:
            self._more()
            held = self._held
        start = self._at + 1 + len(self._gap)
        if self._base + self._at < self._slow_to or not held.startswith(b"," + self._gap + b"{", self._at):
            return None
        between = b"}," + self._gap + b"{"
        last = held.rfind(between, start)
        if last < start:
            return None
        pieces = held[start + 1 : last].split(between)
        raw = [b"{%b}" % piece for piece in pieces]
        data = _sound(raw)
        count = len(data)
        if count < len(raw):
            self._slow_to = self._base + len(held)
            if not count:
                return None
            last = start + sum(map(len, raw[:count])) + (count - 1) * (len(between) - 2) - 1
            del raw[count:], pieces[count:]
        sizes = list(map(len, raw))
        step = len(between) - 2
        places = list(accumulate(sizes[:-1], lambda at, size: at + size + step, initial=self._base + start))
        down = self._gap.count(b"\n")
        counts = [piece.count(b"\n") + down for piece in pieces]
        lines = list(accumulate(counts[:-1], initial=self._lines_to(start)))
        rows = range(self.row, self.row + count)
        chunk = held[start : last + 1]
        column = code_points(self._gap.rpartition(b"\n")[2])
        found = [
            moved(fault, lines[(fault.row or 0) - self.row], column)
            for fault in bulk.inspect(self.path, (chunk,), raw, rows, places, lines)
        ]
        self.row += count
        self._at = last + 1
        end_line = self._lines_to(self._at)
        return Block(rows, data, places, sizes, lines, found, raw, bulk.key_marks(chunk), self.row, end_line)


def moved(fault: Fault, line: int, by: int) -> Fault:
    """A fault on the first line of an element that starts `by` characters into it."""
    if not by or fault.line != line or fault.column is None:
        return fault
    end = None if fault.end_column is None else fault.end_column + by
    return fault._replace(column=fault.column + by, end_column=end)


def _sound(pieces: list[bytes]) -> list[Any]:
    """The decoded objects up to the first piece that is none."""
    try:
        return list(map(orjson.loads, pieces))
    except orjson.JSONDecodeError:
        data: list[Any] = []
    for piece in pieces:
        try:
            data.append(orjson.loads(piece))
        except orjson.JSONDecodeError:
            break
    return data
