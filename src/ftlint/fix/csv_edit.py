"""Edits one cell of one row of CSV or TSV: every other cell stays as it was written."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import NamedTuple

from ftlint.fix.json_edit import NoPlaceError, Splice, pointer_parts
from ftlint.model import SetValue


class Table(NamedTuple):
    """The columns of a file, by name and in order, and what stands between its cells."""

    names: Sequence[str]
    delimiter: str = ","


def splice_of(raw: bytes, edit: SetValue, table: Table) -> Splice | None:
    """What `edit` does to the row `raw`; None where it is done already.

    Raises `NoPlaceError` where the row has no such cell, is not certain to be read as it is, or where the
    value is no text.
    """
    parts = pointer_parts(edit.pointer)
    plain = edit.rename is None and not edit.remove and isinstance(edit.value, str)
    if not plain or len(parts) != 1 or list(table.names).count(parts[0]) != 1:
        raise NoPlaceError(edit.pointer)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise NoPlaceError("the row is not UTF-8") from None
    bare = text.rstrip("\r\n")
    cells = _cells(bare, table.delimiter)
    fields = next(csv.reader([bare], delimiter=table.delimiter), []) if "\n" not in bare else None
    if len(cells) != len(table.names) or (fields is not None and len(fields) != len(cells)):
        raise NoPlaceError("the row has not one cell for each column")
    start, end = cells[list(table.names).index(parts[0])]
    new = _written(edit.value, text[start:end], table.delimiter)
    if new == text[start:end]:
        return None
    return Splice(len(text[:start].encode()), len(text[:end].encode()), new.encode())


def _cells(text: str, delimiter: str) -> list[tuple[int, int]]:
    """Where each cell of a row starts and ends, its quotes included."""
    found = []
    at = 0
    while True:
        end = at
        if text[at : at + 1] == '"':
            end = _closed(text, at + 1)
            if text[end : end + 1] not in ("", delimiter):
                raise NoPlaceError("text follows a closing quote")
        else:
            following = text.find(delimiter, at)
            end = following if following >= 0 else len(text)
        found.append((at, end))
        if end >= len(text):
            return found
        at = end + 1


def _closed(text: str, at: int) -> int:
    """The place after the quote that closes a cell."""
    while True:
        at = text.find('"', at)
        if at < 0:
            raise NoPlaceError("a quote is never closed")
        if text[at + 1 : at + 2] != '"':
            return at + 1
        at += 2


def _written(value: str, before: str, delimiter: str) -> str:
    """A cell in quotes where it was so, or has to be."""
    quoted = before.startswith('"') or any(sign in value for sign in (delimiter, '"', "\r", "\n"))
    doubled = value.replace('"', '""')
    return f'"{doubled}"' if quoted else value
