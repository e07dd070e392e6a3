"""What a row says, in short and masked: the last question and the answer to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from ftlint.detect.mask import window
from ftlint.engine.locate import Locator
from ftlint.engine.shapes import masked
from ftlint.model import Format, Record, Text, Turn
from ftlint.model.report import Preview
from ftlint.read.open import open_stream
from ftlint.read.records import Held, read_again

LONGEST = 160
"""Code points of each of the two."""

_SPACED = str.maketrans("\n\r\t", "   ")


def preview(locator: Locator, format: Format, row: int) -> Preview | None:
    """None where the row cannot be read again as a record, or holds no text."""
    data = _decoded(locator, row)
    if not data:
        return None
    from ftlint.formats import best

    turns = Record(data, best(masked(data), format) or format).turns
    answered, answer = _last(turns, "target")
    _, prompt = _last(turns[:answered] if answer else turns, "prompt")
    if not (prompt or answer):
        return None
    return Preview(_shown(locator, row, prompt), _shown(locator, row, answer))


def _decoded(locator: Locator, row: int) -> dict[str, Any]:
    """A row as a record; nothing where it is none."""
    raw = locator.raw(row)
    if not raw:
        return {}
    if locator.source.container in ("csv", "tsv"):
        return _of_table(locator, raw)
    try:
        data = orjson.loads(raw)
    except ValueError:
        data = read_again(locator.source, raw) if locator.source.container in ("json", "jsonl") else {}
    return data if isinstance(data, dict) else {}


def _of_table(locator: Locator, raw: bytes) -> dict[str, Any]:
    from ftlint.read.csv_rows import TableReader

    if locator.columns is None:
        stream = open_stream(locator.source)
        try:
            locator.columns = TableReader(locator.source, stream, 0).names()
        finally:
            stream.close()
    fields = TableReader(locator.source, Held(raw), 0).fields()
    return dict(zip(locator.columns, fields, strict=True)) if len(fields) == len(locator.columns) else {}


def _last(turns: Sequence[Turn], where: str) -> tuple[int, list[Text]]:
    """The last turn with such texts, by its index, and those texts; of preference records what was chosen."""
    for index in range(len(turns) - 1, -1, -1):
        if turns[index].branch != "rejected":
            texts = [text for text in turns[index].texts if text.where == where and text.value.strip()]
            if texts:
                return index, texts
    return len(turns), []


def _shown(locator: Locator, row: int, texts: Sequence[Text]) -> str:
    """The beginnings of the texts, one after another, until there is no more room."""
    parts: list[str] = []
    room = LONGEST
    for text in texts:
        if room <= 0:
            break
        shown, _, _ = window(
            text.value.translate(_SPACED), 0, 0, 0, room, hidden=list(_hidden(locator, row, text))
        )
        parts.append(shown)
        room -= len(shown)
    return " ".join(parts)


def _hidden(locator: Locator, row: int, text: Text) -> Iterator[tuple[int, int]]:
    for found in locator.found_private(row):
        if found.pointer == text.pointer and found.start is not None and found.end is not None:
            yield found.start, found.end
