"""Which kind of text a file's head is: JSON Lines, one JSON value, a table, prose."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from ftlint.model.source import Container
from ftlint.read.joined import MARKERS
from ftlint.read.pointer import elements

DELIMITERS = (",", ";", "\t", "|")
_COMMENT = (b"//", b"#", b"/*")
_ARRAY = re.compile(rb"\[\s*(?:[\[{\"'\-0-9\]]|true|false|null|NaN|//|/\*|$)")
_OBJECT = re.compile(rb"\{\s*(?:[\"'}/#]|[A-Za-z_]\w*\s*:|$)")


@dataclass(frozen=True, slots=True)
class Shape:
    """`is_certain` where the content alone decides, not the name."""

    container: Container
    delimiter: str = ","
    detail: str = ""
    is_certain: bool = True


def shape(head: bytes, wanted: Container | None, *, whole: bool) -> Shape:
    """The kind of text that starts with `head` (all of it where `whole`), under a name that says `wanted`."""
    rows = _rows(head)
    first = next(rows, b"")
    start = first.lstrip(b" \t\r\0")
    if _ARRAY.match(start):
        return _array(head, first, rows, wanted)
    if _OBJECT.match(start):
        return _object(head, first, rows, wanted, whole=whole)
    if wanted in ("csv", "tsv"):
        return _table(head, wanted)
    if _parses(first) or (start[:1] == b'"' and wanted not in ("text", None)):
        return Shape("jsonl" if wanted != "json" else "json", is_certain=False)
    table = _table(head, None)
    if table.is_certain and wanted not in ("text", None):
        return table
    if wanted in ("jsonl", "json"):
        return Shape("jsonl", is_certain=False)
    if wanted == "text":
        return Shape("text")
    return Shape("none", is_certain=False)


def _rows(head: bytes) -> Iterator[bytes]:
    """Lines that may be rows: no blank ones, no comments, no merge markers."""
    for line in head.split(b"\n"):
        text = line.strip(b" \t\r\0")
        if text and not text.startswith(_COMMENT) and not line.startswith(MARKERS):
            yield line


def _parses(line: bytes) -> bool:
    try:
        orjson.loads(line.strip(b" \t\r\0"))
    except orjson.JSONDecodeError:
        return False
    return True


def _array(head: bytes, first: bytes, rows: Iterator[bytes], wanted: Container | None) -> Shape:
    """A file that is one array; lines that are an array each are JSON Lines."""
    if _parses(first):
        following = next(rows, b"").lstrip()
        if following[:1] in (b"[", b"{") or (wanted == "jsonl" and following):
            return Shape("jsonl", is_certain=False)
        if wanted == "jsonl" and not following and not isinstance(_first_element(first), dict):
            return Shape("jsonl", is_certain=False)
        return Shape("json", detail="one array on one line")
    inside = head.lstrip()[1:].lstrip()
    if wanted == "text" and inside[:1] not in (b"{", b"["):
        return Shape("text")
    return Shape("json", detail="one array over all lines")


def _first_element(line: bytes) -> object:
    value = orjson.loads(line.strip(b" \t\r\0"))
    return value[0] if isinstance(value, list) and value else None


def _object(
    head: bytes, first: bytes, rows: Iterator[bytes], wanted: Container | None, *, whole: bool
) -> Shape:
    following = next(rows, b"")
    if _parses(first):
        if wanted == "json" and not following:
            return Shape("json")
        return Shape("jsonl")
    if following and _parses(following) and following.lstrip()[:1] == b"{" and wanted != "json":
        return Shape("jsonl")
    text = head.decode("utf-8", "replace").lstrip("﻿ \t\r\n\0")
    try:
        end = json.JSONDecoder(strict=False).raw_decode(text)[1]
    except (ValueError, RecursionError):
        if wanted == "json":
            return Shape("json", is_certain=False)
        return Shape("jsonl", is_certain=not whole or wanted == "jsonl")
    if text[end:].strip():
        return Shape("jsonl")
    return Shape("jsonl" if wanted == "jsonl" or (not whole and wanted != "json") else "json")


def _table(head: bytes, wanted: Container | None) -> Shape:
    """A table with the delimiter that gives every line the same number of columns, two or more."""
    lines = [line for line in head.decode("utf-8", "replace").splitlines()[:60] if line.strip()][:50]
    if len(head) >= 1 << 20 and len(lines) > 1:
        lines.pop()
    best, columns, agreeing = ",", 1, 0.0
    preferred = ("\t", ",", ";", "|") if wanted == "tsv" else DELIMITERS
    for delimiter in preferred:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        share = sum(width == widths[0] for width in widths) / len(widths)
        if share > agreeing + 0.2 or columns < 2:
            best, columns, agreeing = delimiter, widths[0], share
    certain = columns > 1 and agreeing > 0.9 and len(lines) > 2
    if columns < 2:
        best = "\t" if wanted == "tsv" else ","
    container: Container = "tsv" if wanted == "tsv" or (best == "\t" and wanted != "csv") else "csv"
    return Shape(container, best, is_certain=certain)


def as_lines(raw: bytes) -> bytes | None:
    """An array of objects as JSON Lines, each element's bytes kept but for line breaks; else None."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
        return None
    start = raw.index(b"[")
    rows = [raw[at:end] for at, end in elements(raw, start)]
    return b"".join(b" ".join(line.strip() for line in row.splitlines()) + b"\n" for row in rows)
