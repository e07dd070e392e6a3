"""The entry points of reading: where to cut a file, its blocks, single records again."""

import json
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any

from ftlint.model import Fault, Source
from ftlint.read import pointer
from ftlint.read.block import Block
from ftlint.read.cuts import cuts
from ftlint.read.jsonl import LinesReader
from ftlint.read.open import open_stream
from ftlint.read.places import position
from ftlint.read.urls import is_remote

PER_FILE = frozenset({"blank-line", "crlf-newlines", "line-separator"})
"""Kinds that each shard tells once, with a count: those of a file's shards add up to the first of them."""


def shards(source: Source, size: int) -> list[tuple[int, int]]:
    """Byte ranges of about `size` that can be read apart; the rows and faults do not depend on the size."""
    if not source.splittable or source.delimiter == "\r" or size <= 0:
        return [(0, source.size)]
    places = [0, *cuts(source.file, source.size, size), source.size]
    return list(pairwise(places))


def blocks(source: Source, start: int = 0, end: int | None = None) -> Iterator[Block]:
    """The records of a file, or of one of its shards, with the faults met on the way."""
    container = source.container
    if container == "none":
        return
    if container == "parquet":
        from ftlint.read import parquet

        yield from parquet.blocks(source)
        return
    if container == "arrow":
        from ftlint.read import arrow

        yield from arrow.blocks(source)
        return
    begin = max(start, source.header_offset) if _is_plain(source) else 0
    stream = open_stream(source, begin, end)
    row = line = 0
    try:
        if source.compression and source.encoding == "utf-8" and source.header_offset:
            begin = len(stream.read(source.header_offset))
        for block in _of_container(source, stream, begin):
            row, line = block.end_row, block.end_line
            yield block
        if stream.fault is not None:
            yield Block(faults=[stream.fault], end_row=row, end_line=line)
    finally:
        stream.close()


def _of_container(source: Source, stream: Any, begin: int) -> Iterator[Block]:
    if source.container == "jsonl":
        newline = b"\r" if source.delimiter == "\r" else b"\n"
        return LinesReader(source.path, stream, begin, newline).blocks()
    if source.container == "json":
        from ftlint.read.json_array import ValueReader

        return ValueReader(source.path, stream, begin).blocks()
    if source.container == "text":
        from ftlint.read.prose import blocks as prose_blocks

        return prose_blocks(source.path, stream, begin)
    from ftlint.read.csv_rows import TableReader

    return TableReader(source, stream, begin).blocks()


def reread(source: Source, wanted: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    """The bytes of records by (offset, size), sorted by offset. Columnar files give a record as JSON."""
    if source.container in ("parquet", "arrow"):
        from ftlint.read import columnar

        yield from columnar.reread(source, wanted)
        return
    if _is_plain(source):
        if is_remote(source.file):
            from ftlint.read import remote

            yield from remote.fetch_all(source.file, source.size, wanted)
            return
        with open(source.file, "rb", buffering=0) as handle:
            for offset, size in wanted:
                handle.seek(offset)
                yield handle.read(size)
        return
    stream = open_stream(source)
    try:
        yield from _windows(stream, wanted)
    finally:
        stream.close()


def _windows(stream: Any, wanted: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    held, at = b"", 0
    for offset, size in wanted:
        while at + len(held) < offset:
            at += len(held)
            held = stream.read(1 << 20)
            if not held:
                return
        held, at = held[max(0, offset - at) :], max(at, offset)
        parts, have = [held], len(held)
        while have < size and (more := stream.read(max(1 << 16, size - have))):
            parts.append(more)
            have += len(more)
        held = b"".join(parts)
        yield held[:size]


def duplicate_keys(raw: bytes, path: str, row: int, offset: int, line: int) -> list[Fault]:
    """The keys that one record writes twice, each at its second place."""
    doubled = False

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal doubled
        found = dict(pairs)
        doubled = doubled or len(found) != len(pairs)
        return found

    try:
        json.loads(raw, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return []
    if not doubled:
        return []
    found = []
    for place, key_start, key_end, count in pointer.repeated(raw):
        down, column, end_column = position(raw, key_start, key_end)
        found.append(
            Fault(
                "duplicate-key",
                path,
                row=row,
                offset=offset + key_start,
                length=key_end - key_start,
                line=line + down,
                column=column,
                end_column=end_column,
                detail=place.rpartition("/")[2].replace("~1", "/").replace("~0", "~")[:60],
                recovered=True,
                times=count,
                pointer=place,
            )
        )
    return found


def sample(source: Source, limit: int = 200) -> list[dict[str, Any]]:
    """The first records of a file, for telling its format."""
    rows: list[dict[str, Any]] = []
    for block in blocks(source):
        rows += block.data[: limit - len(rows)]
        if len(rows) >= limit:
            break
    return rows


def _is_plain(source: Source) -> bool:
    return not source.compression and source.encoding == "utf-8"


def read_again(source: Source, raw: bytes) -> dict[str, Any]:
    """The record in the bytes of one row of JSON lines that has a fault the reader recovers from."""
    reader = LinesReader(source.path, Held(raw), 0, b"\n")
    found = [data for block in reader.blocks() for data in block.data]
    return found[0] if found else {}


class Held(BytesIO):
    """Bytes at hand, to be read as a stream of a file."""

    fault: Fault | None = None
