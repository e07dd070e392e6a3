"""CSV and TSV: each row a mapping of column name to text."""

import csv
import re
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ftlint.model import Fault, Source
from ftlint.read.block import Block
from ftlint.read.pieces import CHUNK
from ftlint.read.places import decode

MOST = 2048
LONGEST_ROW = 16 << 20
"""An open quote is given up after this many bytes and told as never closed."""

LATER_ROW = 1 << 18
"""The same once that has happened: looking far ahead again and again would take for ever."""

_KNOWN = frozenset(
    {
        "prompt",
        "completion",
        "text",
        "label",
        "question",
        "answer",
        "instruction",
        "input",
        "output",
        "response",
    }
    | {"system", "context", "id", "chosen", "rejected", "query", "messages", "content", "category", "source"}
    | {"target", "title", "score", "role", "user", "assistant", "conversation", "name", "type", "split"}
)
_FORMULA = re.compile(
    r"[\t\r ]*[=+\-@](?:[A-Za-z][A-Za-z0-9_.]{1,30}\(|[A-Za-z]+\|')|=[+\-]?[A-Za-z]{1,3}\$?[0-9]+\s*[-+*/]"
)

_BARE_RETURN = re.compile(r"[\r\n](?![\r\n]*\Z)")
"""A line break before the end of the row; the csv module takes it for the end where no quotes are."""


@dataclass(slots=True)
class Row:
    """One row as it stands: fields, its bytes, where it starts, lines it takes."""

    fields: list[str]
    raw: bytes
    offset: int
    line: int


class TableReader:
    def __init__(self, source: Source, stream: Any, offset: int) -> None:
        self.path = source.path
        self.delimiter = "\t" if source.container == "tsv" and source.delimiter == "," else source.delimiter
        self.delimiter = "," if self.delimiter == "\r" else self.delimiter
        self.newline = b"\r" if source.delimiter == "\r" else b"\n"
        self.row = 0
        self._stream = stream
        self._offset = offset
        self._line = 1
        self._pending: deque[bytes] = deque()
        self._tail = b""
        self._longest = LONGEST_ROW
        self._block = Block()

    def blocks(self) -> Iterator[Block]:
        csv.field_size_limit(sys.maxsize)
        names: list[str] | None = None
        for row in self._rows():
            if names is None:
                names = self._names(row)
                if names is None:
                    names = _numbered(row)
                    self._no_header(row)
                else:
                    self._repeated(row, names)
                    continue
            self._take(row, names)
            if len(self._block.raw) + len(self._block.faults) >= MOST:
                yield self._close()
        yield self._close()

    def names(self) -> list[str]:
        """The columns' names as records have them, from the first row."""
        csv.field_size_limit(sys.maxsize)
        first = next(self._rows(), None)
        return [] if first is None else self._names(first) or _numbered(first)

    def fields(self) -> list[str]:
        """The fields of the first row as they stand."""
        csv.field_size_limit(sys.maxsize)
        first = next(self._rows(), None)
        return [] if first is None else first.fields

    def _close(self) -> Block:
        block, self._block = self._block, Block()
        block.end_row, block.end_line = self.row, self._line - 1
        return block

    def _next_line(self) -> bytes | None:
        """The next line with its end; those put back come first."""
        while not self._pending:
            data = self._stream.read(CHUNK)
            parts = (self._tail + data).split(self.newline)
            self._tail = parts.pop()
            self._pending.extend(part + self.newline for part in parts)
            if not data:
                last, self._tail = self._tail, b""
                return last or None
        return self._pending.popleft()

    def _rows(self) -> Iterator[Row]:
        while (first := self._next_line()) is not None:
            if not first.strip():
                self._advance(first)
                continue
            if first.startswith((b"<<<<<<< ", b">>>>>>> ")) or first.strip() == b"=======":
                self._fault(
                    "merge-conflict", len(first.rstrip()), "a marker of an unfinished merge", recovered=True
                )
                self._advance(first)
                continue
            yield self._one(first)

    def _advance(self, raw: bytes) -> None:
        self._offset += len(raw)
        self._line += raw.count(self.newline)

    def _one(self, first: bytes) -> Row:
        """The row that starts with `first`: as many lines as its quotes take."""
        taken = [first]
        size = len(first)
        opened = b'"' in first and open_quote(decode(first), self.delimiter) >= 0
        while opened:
            following = self._next_line() if size < self._longest else None
            if following is None:
                self._longest = LATER_ROW
                self._pending.extendleft(reversed(taken[1:]))
                return self._never_closed(first)
            taken.append(following)
            size += len(following)
            opened = b'"' not in following or open_quote(decode(following), self.delimiter, inside=True) >= 0
        return self._parsed(b"".join(taken))

    def _never_closed(self, first: bytes) -> Row:
        text = decode(first)
        at = open_quote(text, self.delimiter)
        start = len(text[:at].encode())
        self._fault("csv-quote", 1, "a quote is never closed", column=at + 1, shift=start, row=self.row)
        row = Row([], first, self._offset, self._line)
        self._advance(first)
        return row

    def _parsed(self, raw: bytes) -> Row:
        text = decode(raw).replace("\0", "")
        if b"\0" in raw:
            at = raw.index(b"\0")
            self._fault("nul-bytes", raw.count(b"\0"), "", shift=at, row=self.row, recovered=True)
        elif not raw.isascii() and (bad := _bad_byte(raw)) is not None:
            column = len(decode(raw[:bad])) + 1
            detail = f"byte 0x{raw[bad]:02X}"
            self._fault("invalid-utf8", 1, detail, column=column, shift=bad, row=self.row, recovered=True)
        source = [text] if self.newline == b"\n" else [text.replace("\r", "\n")]
        try:
            fields = next(csv.reader(source, delimiter=self.delimiter, strict=True), [])
        except csv.Error:
            fields, told = self._forgiven(source)
            self._fault("csv-quote", len(raw.rstrip()), told, row=self.row, recovered=True)
        row = Row(fields, raw, self._offset, self._line)
        self._advance(raw)
        return row

    def _forgiven(self, source: list[str]) -> tuple[list[str], str]:
        """The fields of a row that is not strictly CSV, and why it is not."""
        try:
            return next(csv.reader(source, delimiter=self.delimiter), []), "text follows a closing quote"
        except csv.Error:
            whole = [_BARE_RETURN.sub(" ", text) for text in source]
            fields = next(csv.reader(whole, delimiter=self.delimiter), [])
            return fields, "a carriage return in a cell without quotes"

    def _fault(
        self,
        kind: str,
        length: int,
        detail: str,
        *,
        column: int = 1,
        shift: int = 0,
        row: int | None = None,
        recovered: bool = False,
    ) -> None:
        self._block.faults.append(
            Fault(
                kind,
                self.path,
                row=row,
                offset=self._offset + shift,
                length=length,
                line=self._line,
                column=column,
                detail=detail,
                recovered=recovered,
            )
        )

    def _names(self, row: Row) -> list[str] | None:
        """The header's names, or None where the first row looks like data."""
        names = [field.strip() for field in row.fields]
        if any(name.lower() in _KNOWN for name in names):
            return names
        odd = [
            name
            for name in names
            if not name
            or len(name) > 64
            or name.endswith((".", "?", "!"))
            or _is_number(name)
            or "\n" in name
        ]
        first_is_index = names[:1] == [""] and len(odd) == 1
        if not names or (odd and not first_is_index) or len(set(names)) < len(names):
            return None
        return names

    def _repeated(self, row: Row, names: list[str]) -> None:
        """Of two columns of one name only the last can be read."""
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._block.faults.append(
                Fault("duplicate-key", self.path, offset=row.offset, line=row.line, column=1, detail=name)
            )

    def _no_header(self, row: Row) -> None:
        self._block.faults.append(
            Fault("csv-no-header", self.path, offset=row.offset, line=row.line, column=1, recovered=True)
        )

    def _take(self, row: Row, names: list[str]) -> None:
        if len(row.fields) != len(names):
            if row.fields:
                self._ragged(row, len(names))
            self.row += 1
            return
        data = dict(zip(names, row.fields, strict=True))
        for index, field in enumerate(row.fields):
            if field[:1] in ("=", "+", "-", "@", "\t", " ", "\r") and _FORMULA.match(field):
                self._formula(row, names[index])
                break
        self._block.add(self.row, data, row.offset, row.raw, row.line)
        self.row += 1

    def _ragged(self, row: Row, columns: int) -> None:
        self._block.faults.append(
            self._row_fault("csv-ragged", row, f"{len(row.fields)} of {columns} columns")
        )

    def _formula(self, row: Row, name: str) -> None:
        pointer = "/" + name.replace("~", "~0").replace("/", "~1")
        self._block.faults.append(
            self._row_fault("csv-formula", row, name[:60], recovered=True, pointer=pointer)
        )

    def _row_fault(self, kind: str, row: Row, detail: str, **more: Any) -> Fault:
        """A fault of a row as a whole."""
        return Fault(
            kind,
            self.path,
            row=self.row,
            offset=row.offset,
            length=len(row.raw.rstrip(b"\r\n")),
            line=row.line,
            column=1,
            detail=detail,
            **more,
        )


def _numbered(row: Row) -> list[str]:
    return [f"column_{index + 1}" for index in range(len(row.fields))]


def open_quote(text: str, delimiter: str, *, inside: bool = False) -> int:
    """Where the quote stands that this line leaves open, -1 for none; `inside` where one was open before it.

    A quote opens a field only at the field's start.
    """
    at = 0
    if inside:
        close = _closing(text, 0)
        if close < 0:
            return 0
        at = text.find(delimiter, close + 1) + 1
        if not at:
            return -1
    while at < len(text):
        if text[at] == '"':
            close = _closing(text, at + 1)
            if close < 0:
                return at
            at = close + 1
        at = text.find(delimiter, at) + 1
        if not at:
            return -1
    return -1


def _closing(text: str, at: int) -> int:
    while True:
        at = text.find('"', at)
        if at < 0 or text[at + 1 : at + 2] != '"':
            return at
        at += 2


def _bad_byte(raw: bytes) -> int | None:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
