"""A panel of curves as strokes and words: raw faint, median bold, evals as dots, what is marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ftlint.report.run_chart import Frame
from ftlint.report.run_curves import Curve, Point, extremes
from ftlint.report.run_marks import Marks
from ftlint.report.run_panels import Panel
from ftlint.report.run_scale import exact, round_ticks, short, told
from ftlint.report.run_scene import COLOURS, Anchor, Area, Dot, Piece, Place, Stroke, Words, fitting, long

ROWS = 2
"""Rows of findings' codes above a panel, so that they do not stand on each other."""


class Box(NamedTuple):
    """Where the curves of a panel are drawn: ticks stand outside of it."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left


class Axes(NamedTuple):
    box: Box
    frame: Frame
    size: float = 12

    def x(self, place: float) -> float:
        return self.box.left + self.frame.across.place(place) * self.box.width

    def y(self, value: float) -> float:
        return self.box.bottom - self.frame.up.place(value) * (self.box.bottom - self.box.top)

    def shows(self, place: float) -> bool:
        return self.frame.across.low <= place <= self.frame.across.high


def drawn(panel: Panel, marks: Marks, axes: Axes, tones: Sequence[str] = ()) -> Iterator[Piece]:
    """A panel, from behind to the front."""
    tones = tones or [f"c{index % COLOURS}" for index in range(len(panel.curves))]
    yield from _grid(axes)
    yield from _epochs(marks, axes)
    yield from _rise(panel, marks, axes)
    for each, tone in zip(panel.curves, tones, strict=True):
        if each.smoothed:
            raw = [_at(axes, point) for point in extremes(each.points, int(axes.box.width))]
            yield Stroke(raw, tone, 1, opacity=0.28)
    for each, tone in zip(panel.curves, tones, strict=True):
        yield from _curve(each, tone, axes)
    yield from _best(marks, axes)
    yield from _flags(marks, axes)


def _at(axes: Axes, point: Point) -> Place:
    return axes.x(point[0]), axes.y(point[1])


def _grid(axes: Axes) -> Iterator[Piece]:
    box, size = axes.box, axes.size
    values = axes.frame.up.ticks(max(2, int((box.bottom - box.top) / (3.2 * size))))
    for value, text in zip(values, told(values), strict=True):
        y = axes.y(value)
        yield Stroke([(box.left, y), (box.right, y)], "grid")
        yield Words(box.left - 6, y + size * 0.35, text, "faint", size, "end")
    yield Stroke([(box.left, box.bottom), (box.right, box.bottom)], "axis")
    unit = axes.frame.unit
    end = box.right - long(unit, size) - size
    ticks = round_ticks(axes.frame.across.low, axes.frame.across.high, max(2, int(box.width / (6.5 * size))))
    for value in ticks:
        x, text = axes.x(value), short(value)
        yield Stroke([(x, box.bottom), (x, box.bottom + 4)], "axis")
        if x + long(text, size) / 2 < end:
            yield Words(x, box.bottom + 5 + size, text, "faint", size, "middle")
    yield Words(box.right, box.bottom + 5 + size, unit, "faint", size, "end")


def _epochs(marks: Marks, axes: Axes) -> Iterator[Piece]:
    box, size = axes.box, axes.size - 2
    last = box.left
    for place, number in marks.epochs:
        if not axes.shows(place):
            continue
        x = axes.x(place)
        yield Stroke([(x, box.top), (x, box.bottom)], "epoch", 1, (1.5, 3))
        text = f"epoch {number}"
        if x - last > long(text, size) + 6:
            yield Words(x - 3, box.bottom - 4, text, "faint", size, "end")
            last = x
    for place in marks.restarts:
        if axes.shows(place):
            x = axes.x(place)
            yield Stroke([(x, box.top), (x, box.bottom)], "restart", 1, (6, 2, 1.5, 2))
            yield Words(x + 3, box.bottom - 4, "resumed", "restart", size)


def _rise(panel: Panel, marks: Marks, axes: Axes) -> Iterator[Piece]:
    best, rise = marks.best, marks.rise
    evals = next((each for each in panel.curves if each.dots), None)
    if best is None or rise is None or evals is None:
        return
    after = [point for point in evals.points if point[0] >= rise.begin and axes.shows(point[0])]
    if len(after) < 2:
        return
    floor = axes.y(best.value)
    line = [(x, min(y, floor)) for x, y in (_at(axes, point) for point in after)]
    yield Area([(line[0][0], axes.box.top), (line[-1][0], axes.box.top), (line[-1][0], axes.box.bottom),
                (line[0][0], axes.box.bottom)], "rise", 0.06)  # fmt: skip
    yield Area([(line[0][0], floor), *line, (line[-1][0], floor)], "rise", 0.28)
    yield Stroke([(line[0][0], floor), (line[-1][0], floor)], "rise", 1, (3, 3))
    y = max(axes.box.top + 1.4 * axes.size, min(y for _, y in line[-3:]) - 0.8 * axes.size)
    yield Words(line[-1][0] - 2, y, f"{rise.share:+.0%}", "rise", axes.size + 4, "end", bold=True)


def _curve(each: Curve, tone: str, axes: Axes) -> Iterator[Piece]:
    points = [_at(axes, point) for point in extremes(each.median, int(axes.box.width))]
    if len(points) > 1:
        yield Stroke(points, tone, 1.6 if each.dots else 2.2)
    if each.dots or len(points) == 1:
        radius = 3.4 if len(points) <= 60 else 1.6
        for x, y in points:
            yield Dot(x, y, radius if axes.size > 10 else 0.8 * radius, tone)
    for place, value in each.points:
        if value > axes.frame.up.high and axes.frame.up.beyond(value):
            x, y = axes.x(place), axes.box.top
            yield Area([(x - 4, y + 7), (x + 4, y + 7), (x, y)], tone)
    for place in each.broken:
        x, y = axes.x(place), axes.box.top + 6
        yield Stroke([(x - 4, y - 4), (x + 4, y + 4)], "error", 2)
        yield Stroke([(x - 4, y + 4), (x + 4, y - 4)], "error", 2)


def _best(marks: Marks, axes: Axes) -> Iterator[Piece]:
    best = marks.best
    if best is None or not axes.shows(best.place):
        return
    x, y = axes.x(best.place), axes.y(best.value)
    yield Stroke([(x, axes.box.top), (x, axes.box.bottom)], "best", 1.4, (6, 4))
    yield Dot(x, y, 6, "best", hollow=True)
    text = f"best {exact(best.value)}"
    right = x + 6 + long(text, axes.size) > axes.box.right
    anchor: Anchor = "end" if right else "start"
    yield Words(
        x - 6 if right else x + 6, axes.box.top + axes.size, text, "best", axes.size, anchor, bold=True
    )


def _flags(marks: Marks, axes: Axes) -> Iterator[Piece]:
    """The code of each finding above its place, below each other where they would touch."""
    size = axes.size - 1
    ends = [float("-inf")] * ROWS
    for mark in sorted(marks.findings, key=lambda each: each.place):
        if not axes.shows(mark.place):
            continue
        x = axes.x(mark.place)
        width = long(mark.code, size, bold=True)
        begin = min(max(axes.box.left, x - width / 2), axes.box.right - width)
        row = next((row for row in range(ROWS) if begin > ends[row] + 4), None)
        tone = mark.severity.label
        yield Area([(x - 4, axes.box.top - 6), (x + 4, axes.box.top - 6), (x, axes.box.top)], tone)
        if row is not None:
            ends[row] = begin + width
            y = axes.box.top - 9 - row * (size + 2)
            yield Words(begin, y, mark.code, tone, size, bold=True)


def legend(
    panel: Panel, left: float, y: float, room: float, size: float, tones: Sequence[str] = ()
) -> tuple[list[Piece], float]:
    """What the colours of a panel stand for, from a place on, and the baseline of its last line."""
    pieces: list[Piece] = []
    x = left
    for index, each in enumerate(panel.curves):
        tone = tones[index] if tones else f"c{index % COLOURS}"
        text = fitting(each.label, size, room - 24)
        wide = 22 + long(text, size)
        if x > left and x + wide > left + room:
            x, y = left, y + 1.5 * size
        middle = y - 0.35 * size
        pieces.append(Stroke([(x, middle), (x + 16, middle)], tone, 2.2))
        if each.dots:
            pieces.append(Dot(x + 8, middle, 3.2, tone))
        pieces.append(Words(x + 21, y, text, "ink", size))
        x += wide + 14
    return pieces, y
