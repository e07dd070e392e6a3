"""Text measured in terminal cells: wide characters take two, combining ones none."""

from __future__ import annotations

import unicodedata


def cells(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(char: str) -> int:
    if char < "\u0300":
        return 1
    # Vowels and final consonants of Hangul written in pieces join the syllable's first piece.
    if unicodedata.category(char) in {"Mn", "Me", "Cf"} or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def cut(text: str, width: int) -> str:
    """`text`, or its beginning and `…` where it is wider than `width`."""
    return text if cells(text) <= width else text[: _fitting(text, width - 1)] + "…"


def cut_left(text: str, width: int) -> str:
    """`text`, or `…` and its end: the end of a path says more than its beginning."""
    if cells(text) <= width:
        return text
    return "…" + text[::-1][: _fitting(text[::-1], width - 1)][::-1]


def wrap(text: str, first: int, rest: int) -> list[str]:
    """`text` in lines of at most `first` and then `rest` cells, broken at spaces where it can be."""
    lines: list[str] = []
    line, room = "", first
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cells(joined) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
            room = rest
        line = word
        while cells(line) > room:
            fits = max(1, _fitting(line, room))
            lines.append(line[:fits])
            line, room = line[fits:], rest
    return [*lines, line]


def frame(text: str, start: int, end: int, width: int) -> tuple[str, int, int]:
    """A piece of `text` no wider than `width` that shows [start, end), and that span in the piece's cells."""
    if cells(text) > width:
        lead = text[:start]
        # The span begins no later than a third of the line, so that what follows is seen.
        if cells(lead) > width // 3 and cells(text[:end]) > width - 1:
            keep = _fitting(lead[::-1], width // 3 - 1)
            text = "…" + text[start - keep :]
            start, end = keep + 1, end - start + keep + 1
        text = cut(text, width)
        end = min(end, len(text))
        start = min(start, end)
    left = cells(text[:start])
    return text, left, max(left + 1, cells(text[:end]))


def _fitting(text: str, width: int) -> int:
    """How many characters of `text` fit into `width` cells."""
    used = 0
    for index, char in enumerate(text):
        used += _cell(char)
        if used > width:
            return index
    return len(text)
