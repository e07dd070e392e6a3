"""A canvas of terminal cells: lines in braille, two by four dots a cell, and signs over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ftlint.report.style import Style

_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BRAILLE = 0x2800


class Glyphs(NamedTuple):
    """The signs of a chart, for terminals that know braille and for those that know ASCII alone."""

    braille: bool = True
    eval: str = "●◆▲■"
    best: str = "╎"
    epoch: str = "┊"
    restart: str = "↻"
    shade: str = "░"
    beyond: str = "▴"
    broken: str = "×"
    up: str = "│"
    across: str = "─"
    corner: str = "└"
    tick: str = "┤"
    below: str = "┴"


ASCII = Glyphs(False, "oxv+", "!", ":", "R", ".", "^", "X", "|", "-", "+", "|", "+")


class Canvas:
    """`width` by `height` cells; places are 0 to 1 from the left and from the bottom."""

    def __init__(self, width: int, height: int, glyphs: Glyphs) -> None:
        self.width, self.height, self.glyphs = width, height, glyphs
        self._dots: dict[tuple[int, int], int] = {}
        self._signs: dict[tuple[int, int], str] = {}
        self._paint: dict[tuple[int, int], str] = {}

    def column(self, place: float) -> int:
        return min(self.width - 1, max(0, int(place * self.width)))

    def row(self, place: float) -> int:
        """The row from the top."""
        return min(self.height - 1, max(0, int((1 - place) * self.height)))

    def line(self, places: Sequence[tuple[float, float]], paint: str) -> None:
        """A line through places from left to right."""
        across, down = (2, 4) if self.glyphs.braille else (1, 1)
        columns, rows = self.width * across, self.height * down
        last: tuple[int, int] | None = None
        for x, y in places:
            dot = min(columns - 1, int(x * columns)), min(rows - 1, int((1 - y) * rows))
            for each in _between(last, dot) if last is not None else (dot,):
                self._dot(each, paint)
            last = dot

    def _dot(self, dot: tuple[int, int], paint: str) -> None:
        if self.glyphs.braille:
            cell = dot[0] // 2, dot[1] // 4
            self._dots[cell] = self._dots.get(cell, 0) | _BITS[dot[1] % 4][dot[0] % 2]
        else:
            cell = dot
            self._dots[cell] = 0xFF
        self._paint[cell] = paint

    def sign(self, column: int, row: int, sign: str, paint: str, *, over: bool = True) -> None:
        """A sign in a cell; with `over` False only where nothing is yet."""
        cell = column, row
        if over or (cell not in self._signs and cell not in self._dots):
            self._signs[cell] = sign
            self._paint[cell] = paint

    def text(self, column: int, row: int, text: str, paint: str) -> None:
        for index, sign in enumerate(text):
            if 0 <= column + index < self.width:
                self.sign(column + index, row, sign, paint)

    def rows(self, style: Style) -> Iterator[str]:
        """The lines, from the top, painted."""
        for row in range(self.height):
            yield "".join(self._runs(row, style)).rstrip()

    def _runs(self, row: int, style: Style) -> Iterator[str]:
        """Neighbours of one colour are painted together."""
        text, colour = "", ""
        for column in range(self.width):
            sign = self._sign(column, row)
            wanted = self._paint.get((column, row), "") if sign != " " else colour
            if wanted != colour:
                yield style.paint(text, colour) if colour else text
                text, colour = "", wanted
            text += sign
        yield style.paint(text.rstrip(), colour) if colour else text

    def _sign(self, column: int, row: int) -> str:
        cell = column, row
        if cell in self._signs:
            return self._signs[cell]
        bits = self._dots.get(cell)
        if bits is None:
            return " "
        return chr(_BRAILLE + bits) if self.glyphs.braille else "*"


def _between(one: tuple[int, int], other: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The dots of a line after its first."""
    (x, y), (to_x, to_y) = one, other
    count = max(abs(to_x - x), abs(to_y - y))
    for index in range(1, count + 1):
        yield round(x + (to_x - x) * index / count), round(y + (to_y - y) * index / count)
    if not count:
        yield other
