"""A file as batches of rows that, put together again, are the file byte for byte."""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Iterator
from typing import Any

from ftlint.model import Fault, FtlintError, Source
from ftlint.prepare.batches import Batch, Form
from ftlint.read.open import open_stream
from ftlint.read.pieces import Readable

SIZE = 1 << 20
"""Bytes of a batch: large enough that handing it to another process costs little."""

LINES = 256
"""Lines of a paragraph at most; one with a key block that is still open may have more."""

LONGEST_BLOCK = 1 << 20


def batches(source: Source, given: Readable | None = None) -> Iterator[Batch]:
    """The file's batches, read from `given` where that is not None.

    Raises `FtlintError` where the file cannot be read to its end.
    """
    try:
        yield from _batches(source, Exact(source, given))
    except OSError as error:
        raise FtlintError(f"cannot be read: {error.strerror or error}", source.path) from None


def _batches(source: Source, stream: Exact) -> Iterator[Batch]:
    try:
        if stream.mark:
            yield Batch([stream.mark], ["gap"])
        if source.container == "jsonl":
            yield from _lines(stream, b"\r" if source.delimiter == "\r" else b"\n")
        elif source.container == "json":
            yield from _values(source, stream)
        elif source.container == "text":
            yield from _paragraphs(stream, b"\r" if source.delimiter == "\r" else b"\n")
        else:
            yield from _table(source, stream)
        if stream.fault is not None:
            raise FtlintError(f"cannot be read to its end: {stream.fault.detail}", source.path)
    finally:
        stream.close()


class Exact:
    """A file as UTF-8, without the byte order mark, which is `mark`; what is no text is refused."""

    def __init__(self, source: Source, given: Readable | None) -> None:
        self.mark = b""
        self._path = source.path
        self._inner: Any = given or open_stream(source._replace(encoding="utf-8"))
        self._decoder: Any = None
        if source.header_offset:
            self.mark = self._inner.read(source.header_offset)
        if source.encoding != "utf-8":
            self._decoder = codecs.getincrementaldecoder(source.encoding)("strict")
            self.mark = b""

    @property
    def fault(self) -> Fault | None:
        fault: Fault | None = self._inner.fault
        return fault

    def read(self, size: int) -> bytes:
        data: bytes = self._inner.read(size)
        if self._decoder is None:
            return data
        try:
            text = self._decoder.decode(data, final=not data)
            while data and not text:
                data = self._inner.read(size)
                text = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise FtlintError(f"is no sound {error.encoding.upper()}: save it as UTF-8", self._path) from None
        return str(text).encode("utf-8", "surrogatepass")

    def close(self) -> None:
        self._inner.close()


def _chunks(stream: Exact, newline: bytes) -> Iterator[list[bytes]]:
    """Whole lines without their ends, about a MiB of them at once; the last ends where the file does."""
    parts: list[bytes] = []
    while data := stream.read(SIZE):
        head, found, tail = data.rpartition(newline)
        if not found:
            parts.append(tail)
            continue
        yield [*b"".join((*parts, head)).split(newline), b""]
        parts = [tail] if tail else []
    if parts:
        yield b"".join(parts).split(newline)


def _lines(stream: Exact, newline: bytes) -> Iterator[Batch]:
    for lines in _chunks(stream, newline):
        yield Batch(lines, ["json"], newline)


def _values(source: Source, stream: Exact) -> Iterator[Batch]:
    """The records of one JSON value, and what stands between them."""
    from ftlint.read.json_array import ValueReader

    copied = _Copied(stream)
    rows: list[bytes] = []
    forms: list[Form] = []
    size = 0
    for block in ValueReader(source.path, copied).blocks():
        for offset, length in zip(block.offsets, block.sizes, strict=True):
            if offset < copied.at:
                continue  # a record that is told twice is redacted once
            rows += (copied.take(offset), copied.take(offset + length))
            forms += ("gap", "json")
            size += length
            if size >= SIZE:
                yield Batch(rows, forms)
                rows, forms, size = [], [], 0
    yield Batch([*rows, copied.take(copied.end)], [*forms, "gap"])
    for lines in _chunks(stream, b"\n"):  # what the reader could make nothing of
        yield Batch(lines, ["gap"], b"\n")


class _Copied:
    """A stream that keeps what was read of it until it is taken."""

    def __init__(self, stream: Exact) -> None:
        self._stream = stream
        self._held = bytearray()
        self.at = 0
        self.end = 0

    @property
    def fault(self) -> Fault | None:
        return self._stream.fault

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._held += data
        self.end += len(data)
        return data

    def take(self, to: int) -> bytes:
        """The bytes from where was taken last up to `to`."""
        count = to - self.at
        data = bytes(self._held[:count])
        del self._held[:count]
        self.at = to
        return data


def _paragraphs(stream: Exact, newline: bytes) -> Iterator[Batch]:
    """Runs of lines that are not blank; a key block is never cut in two."""
    held: list[bytes] = []
    size = 0
    open_block = False
    for lines in _chunks(stream, newline):
        rows: list[bytes] = []
        last = lines.pop()  # the file's end, or the empty start of what comes next
        for line in [line + newline for line in lines] + ([last] if last else []):
            if b"-----BEGIN" in line:
                open_block = True
            if b"-----END" in line:
                open_block = False
            held.append(line)
            size += len(line)
            full = not line.strip() or len(held) >= LINES or size >= LONGEST_BLOCK
            if full and (not open_block or size >= LONGEST_BLOCK):
                rows.append(b"".join(held))
                held, size, open_block = [], 0, False
        if rows:
            yield Batch(rows, ["text"])
    if held:
        yield Batch([b"".join(held)], ["text"])


def _table(source: Source, stream: Exact) -> Iterator[Batch]:
    delimiter = "\t" if source.container == "tsv" and source.delimiter == "," else source.delimiter
    newline = b"\r" if delimiter == "\r" else b"\n"
    delimiter = "," if delimiter == "\r" else delimiter
    names = _names(source)
    awaited = names != [f"/column_{index + 1}" for index in range(len(names))] or not names
    rows: list[bytes] = []
    forms: list[Form] = []
    size = 0
    for row in _rows(stream, newline, delimiter):
        is_header = awaited and bool(row.strip())
        awaited = awaited and not is_header
        rows.append(row)
        forms.append("names" if is_header else "cells")
        size += len(row)
        if size >= SIZE:
            yield Batch(rows, forms, b"", names, delimiter)
            rows, forms, size = [], [], 0
    if rows:
        yield Batch(rows, forms, b"", names, delimiter)


def _names(source: Source) -> list[str]:
    """The pointers of a table's columns, as its reader names them: column_1 and so on without a header."""
    from ftlint.read.records import sample

    first = sample(source, 1)
    return [f"/{name.replace('~', '~0').replace('/', '~1')}" for name in (first[0] if first else {})]


def _rows(stream: Exact, newline: bytes, delimiter: str) -> Iterator[bytes]:
    """Rows with their line ends; a quote that is never closed ends with its line."""
    from ftlint.read.csv_rows import LATER_ROW, LONGEST_ROW, open_quote

    ahead = _ended(stream, newline)
    put_back: deque[bytes] = deque()
    longest = LONGEST_ROW
    while line := put_back.popleft() if put_back else next(ahead, b""):
        taken, size = [line], len(line)
        opened = b'"' in line and open_quote(_text(line), delimiter) >= 0
        while opened:
            line = (put_back.popleft() if put_back else next(ahead, b"")) if size < longest else b""
            if not line:
                longest = LATER_ROW
                put_back.extendleft(reversed(taken[1:]))
                taken = taken[:1]
                break
            taken.append(line)
            size += len(line)
            opened = b'"' not in line or open_quote(_text(line), delimiter, inside=True) >= 0
        yield b"".join(taken)


def _ended(stream: Exact, newline: bytes) -> Iterator[bytes]:
    for lines in _chunks(stream, newline):
        last = lines.pop()
        for line in lines:
            yield line + newline
        if last:
            yield last


def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")
