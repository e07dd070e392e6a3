"""JSON Lines: the hot path. Sound chunks are split and parsed in bulk, the rest line by line."""

from collections.abc import Iterator
from itertools import accumulate
from operator import add
from typing import Any

import orjson

from ftlint.model import Fault
from ftlint.read import bulk, joined
from ftlint.read.block import Block
from ftlint.read.pieces import Piece, Pieces, Queue, Readable
from ftlint.read.places import decode

MOST = 2048
"""Entries of a block that was read line by line."""

_BLANK = b" \t\r\x0b\x0c"
_TYPES = {
    dict: "an object",
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "a boolean",
}


class LinesReader:
    """Reads rows from a stream; `offset` is where the stream starts in the file, `newline` one byte."""

    def __init__(
        self,
        path: str,
        stream: Readable,
        offset: int = 0,
        newline: bytes = b"\n",
        row: int = 0,
        line: int = 1,
    ) -> None:
        self.path = path
        self._pieces = Pieces(stream, newline)
        self.newline = newline
        self.offset = offset
        self.row = row
        self.line = line
        self._once: dict[str, Fault] = {}
        self._conflict_until = -1
        self._rows = joined.RowFinder()

    def blocks(self) -> Iterator[Block]:
        while (item := self._pieces.next()) is not None:
            if isinstance(item, int):
                yield self._passed_over(item)
                continue
            self._tell_once(item, self.offset, self.line)
            block = self._in_bulk(item)
            if block is not None:
                yield block
            else:
                yield from self._line_by_line(item)
        if self._once:
            yield Block(
                faults=[self._once[kind] for kind in sorted(self._once)],
                end_row=self.row,
                end_line=self.line - 1,
            )

    def _tell_once(self, piece: Piece, offset: int, line: int) -> None:
        """Notes what is told once per file: Windows line ends and Unicode line separators."""
        lines = piece.lines
        if self.newline == b"\n" and (b"\r" in piece.data or b"\r" in lines[0]):
            self._add_up("crlf-newlines", [int(text.endswith(b"\r")) for text in lines], piece, offset, line)
        if bulk.has_separators(piece.data) or bulk.has_separators(lines[0]):
            self._add_up("line-separator", list(map(bulk.separators, lines)), piece, offset, line)

    def _add_up(self, kind: str, counts: list[int], piece: Piece, offset: int, line: int) -> None:
        number = sum(counts)
        if kind in self._once:
            self._once[kind] = self._once[kind]._replace(times=self._once[kind].times + number)
        elif number:
            index = next(index for index, count in enumerate(counts) if count)
            text = piece.lines[index]
            at = len(text) - 1 if kind == "crlf-newlines" else bulk.first_separator(text)
            self._once[kind] = Fault(
                kind,
                self.path,
                offset=offset + sum(map(len, piece.lines[:index])) + index + at,
                length=2 if kind == "crlf-newlines" else 3,
                line=line + index,
                column=len(decode(text[:at])) + 1,
                recovered=True,
                times=number,
            )

    def _in_bulk(self, piece: Piece) -> Block | None:
        lines = piece.lines
        try:
            data = list(map(orjson.loads, lines))
        except orjson.JSONDecodeError:
            return None
        if set(map(type, data)) != {dict}:
            return None
        count = len(data)
        sizes = list(map(len, lines))
        offsets = list(map(add, accumulate(sizes, initial=self.offset), range(count)))
        rows = range(self.row, self.row + count)
        numbers = range(self.line, self.line + count)
        found = bulk.inspect(self.path, (piece.data, lines[0]), lines, rows, offsets, numbers)
        marks = bulk.key_marks(piece.data, lines[0], (piece.head, piece.tail))
        self.offset = offsets[-1] + sizes[-1] + (not piece.is_last)
        self.row += count
        self.line += count
        return Block(rows, data, offsets, sizes, numbers, found, lines, marks, self.row, self.line - 1)

    def _passed_over(self, length: int) -> Block:
        fault = bulk.huge(self.path, self.row, self.offset, length, self.line, recovered=False)
        self.offset += length
        self.row += 1
        self.line += 1
        return Block(faults=[fault], end_row=self.row, end_line=self.line - 1)

    def _line_by_line(self, piece: Piece) -> Iterator[Block]:
        queue = Queue(self._pieces, piece, self._look_ahead)
        block = Block()
        plain = True
        while (line := queue.line_at(0)) is not None:
            used = 1
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError:
                used, sound = self._broken(line, queue, block)
                plain = plain and sound
            else:
                if value.__class__ is dict:
                    self._keep(block, line, value)
                else:
                    plain = self._no_object(block, line, value) and plain
            self.offset += queue.advance(used)
            self.line += used
            if len(block.raw) >= MOST or len(block.faults) >= MOST:
                yield self._closed(block, plain)
                block, plain = Block(), True
        yield self._closed(block, plain)

    def _look_ahead(self, piece: Piece, before: list[bytes]) -> None:
        self._tell_once(piece, self.offset + sum(map(len, before)) + len(before), self.line + len(before))

    def _closed(self, block: Block, plain: bool) -> Block:
        chunk = b"\n".join(block.raw)
        if block.raw:
            named = {fault.row for fault in block.faults if fault.kind == "big-integer"}
            block.faults += [
                fault
                for fault in bulk.inspect(
                    self.path, (chunk,), block.raw, block.rows, block.offsets, block.lines
                )
                if fault.kind != "big-integer" or fault.row not in named
            ]
            block.faults.sort(key=lambda fault: fault.offset)
        block.key_marks = bulk.key_marks(chunk) if plain else -1
        block.end_row = self.row
        block.end_line = self.line - 1
        return block

    def _keep(self, block: Block, raw: bytes, value: dict[str, Any], shift: int = 0, down: int = 0) -> None:
        block.add(self.row, value, self.offset + shift, raw, self.line + down)
        self.row += 1

    def _no_object(self, block: Block, line: bytes, value: Any) -> bool:
        """A row that is JSON and no object; True where its bytes hold no keys of a kept record."""
        start = len(line) - len(line.lstrip(_BLANK))
        length = len(line.strip(_BLANK))
        inner = _inner(value)
        kind, detail = ("double-encoded", "") if inner else ("not-an-object", kind_of(value))
        block.faults.append(
            Fault(
                kind,
                self.path,
                row=self.row,
                offset=self.offset + start,
                length=length,
                line=self.line,
                column=1 + start,
                end_column=1 + start + len(decode(line[start : start + length])),
                detail=detail,
                recovered=inner is not None,
                replacement=orjson.dumps(inner) if inner else None,
            )
        )
        if inner:
            self._keep(block, line, inner)
            return False
        self.row += 1
        return True

    def _broken(self, line: bytes, queue: "Queue", block: Block) -> tuple[int, bool]:
        """A line that is no JSON: how many lines were used, and whether what was kept is plain JSON."""
        if not line.strip(_BLANK):
            self._blank(line)
            return 1, True
        if joined.is_marker(line):
            self._marker(line, queue, block)
            return 1, True
        used = self._rows.lines_of_row(line, queue.line_at)
        if used > 1:
            text = self.newline.join(queue.line_at(index) or b"" for index in range(used))
            if self._over_lines(text, used, block):
                return used, False
        self._diagnosed(line, block)
        return 1, False

    def _blank(self, line: bytes) -> None:
        kind = "blank-line"
        if kind in self._once:
            self._once[kind] = self._once[kind]._replace(times=self._once[kind].times + 1)
            return
        length = len(line) + 1
        self._once[kind] = Fault(
            kind, self.path, offset=self.offset, length=length, line=self.line, column=1, recovered=True
        )

    def _marker(self, line: bytes, queue: "Queue", block: Block) -> None:
        """One fault for a whole conflicted region, at its first marker; rows of both sides stay rows."""
        if self.offset < self._conflict_until:
            return
        used = joined.lines_of_conflict(line, queue.line_at)
        length = sum(len(queue.line_at(index) or b"") + 1 for index in range(used)) - 1 if used else len(line)
        self._conflict_until = self.offset + length if used else self._conflict_until
        width = len(decode(line.rstrip(b"\r"))) + 1
        detail = f"{used} lines, both sides" if used else "a marker alone"
        block.faults.append(
            Fault(
                "merge-conflict",
                self.path,
                offset=self.offset,
                length=length,
                line=self.line,
                column=1,
                end_column=width,
                detail=detail,
                recovered=True,
            )
        )

    def _over_lines(self, text: bytes, used: int, block: Block) -> bool:
        """A row on several lines, where it is one beyond doubt."""
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            from ftlint.read.diagnose import diagnose, faults

            diagnosis = diagnose(text)
            if len(diagnosis.values) != 1 or not isinstance(diagnosis.values[0][2], dict):
                return False
            block.faults += faults(diagnosis, text, self.path, self.row, self.offset, self.line)
            value = diagnosis.values[0][2]
            if diagnosis.kinds <= {"control-character", "nul-bytes"}:
                self._keep(block, text, value)
                return True
        if not isinstance(value, dict):
            return False
        mended = b" ".join(part.strip(_BLANK) for part in text.split(self.newline))
        sound = not block.faults or block.faults[-1].row != self.row
        block.faults.append(
            Fault(
                "pretty-printed",
                self.path,
                row=self.row,
                offset=self.offset,
                length=len(text),
                line=self.line,
                column=1,
                detail=f"{used} lines",
                recovered=True,
                replacement=mended if sound else None,
            )
        )
        self._keep(block, text, value)
        return True

    def _diagnosed(self, line: bytes, block: Block) -> None:
        from ftlint.read.diagnose import diagnose, faults

        diagnosis = diagnose(line)
        if diagnosis.kinds <= {"json-comment", "nul-bytes"} and not diagnosis.values:
            found = faults(diagnosis, line, self.path, None, self.offset, self.line)[0]
            block.faults.append(_whole_line(found, self.offset, len(line) + 1))
            return
        told = faults(diagnosis, line, self.path, self.row, self.offset, self.line)
        if not diagnosis.values:
            told = [fault._replace(row_span=(self.offset, len(line))) for fault in told]
            self.row += 1
        block.faults += told
        for start, end, value in diagnosis.values:
            if isinstance(value, dict):
                alone = len(diagnosis.values) == 1
                self._keep(block, line if alone else line[start:end], value, 0 if alone else start)
            else:
                self._no_object(block, line[start:end], value)


def kind_of(value: Any) -> str:
    """What a JSON value is, in words."""
    return _TYPES.get(type(value), "null")


def _inner(value: Any) -> dict[str, Any] | None:
    """The record inside a JSON text that holds JSON."""
    if not isinstance(value, str) or value[:1] not in "{ \t":
        return None
    try:
        inner = orjson.loads(value)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None
    return inner if isinstance(inner, dict) and inner else None


def _whole_line(fault: Fault, offset: int, length: int) -> Fault:
    return fault._replace(offset=offset, length=length, replacement=b"", recovered=True)
