"""The cells of a row of a table, in the row's own writing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ftlint.prepare.json_text import Edit, places_of

_DOUBLED = re.compile('""')


class Cell(NamedTuple):
    """What stands in the row at [start, end), quotes around it left out."""

    start: int
    end: int
    is_quoted: bool


def cells(row: str, delimiter: str) -> list[Cell]:
    """The cells of a row without its line end. A cell whose quotes do not fit is taken as it is written."""
    found: list[Cell] = []
    at = 0
    while True:
        if row.startswith('"', at):
            close = _closing(row, at + 1)
            stop = row.find(delimiter, close + 1) if close >= 0 else -1
            stop = len(row) if stop < 0 else stop
            if close < 0:
                found.append(Cell(at + 1, stop, True))
            elif close + 1 == stop:
                found.append(Cell(at + 1, close, True))
            else:
                found.append(Cell(at, stop, False))
        else:
            stop = row.find(delimiter, at)
            stop = len(row) if stop < 0 else stop
            found.append(Cell(at, stop, False))
        at = stop + len(delimiter)
        if at > len(row):
            return found


def value_of(row: str, cell: Cell) -> str:
    text = row[cell.start : cell.end]
    return text.replace('""', '"') if cell.is_quoted else text


def placed_in(row: str, cell: Cell, edits: Sequence[Edit]) -> list[Edit]:
    """Edits of a cell's value as edits of the row."""
    if not cell.is_quoted:
        return [Edit(cell.start + start, cell.start + end, new) for start, end, new in edits]
    offsets = [place for edit in edits for place in edit[:2]]
    places = places_of(offsets, row[cell.start : cell.end], _DOUBLED)
    return [
        Edit(cell.start + next(places), cell.start + next(places), edit.new.replace('"', '""'))
        for edit in edits
    ]


def _closing(row: str, at: int) -> int:
    while True:
        at = row.find('"', at)
        if at < 0 or row[at + 1 : at + 2] != '"':
            return at
        at += 2
