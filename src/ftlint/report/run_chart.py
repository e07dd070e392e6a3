"""A panel of curves in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ftlint.model.run_log import RunLog
from ftlint.report.cells import cells
from ftlint.report.run_canvas import Canvas, Glyphs
from ftlint.report.run_curves import Curve, Point, at, extremes
from ftlint.report.run_marks import Marks, best_told
from ftlint.report.run_panels import Panel
from ftlint.report.run_scale import TINY, Scale, exact, round_ticks, scale, short, told
from ftlint.report.style import Style

HEIGHT = 14
PAINTS = ("34", "33", "35", "36", "32", "31")
"""Colours of curves, in the order of a panel: the training loss blue, evals from yellow on."""

RISE = "31"


class Frame(NamedTuple):
    """The two scales of a chart and what the horizontal one counts."""

    across: Scale
    up: Scale
    unit: str


def reach(panels: Sequence[Panel]) -> Point:
    """The first and the last place of panels: all that are drawn together begin and end there."""
    curves = [each for panel in panels for each in panel.curves]
    ends = [each.points[end][0] for each in curves if each.points for end in (0, -1)]
    ends += [place for each in curves for place in each.broken]
    return (min(ends), max(ends)) if ends else (0.0, 1.0)


def frame(
    panel: Panel, unit: str, *, log: bool = False, raw: bool = False, span: Point | None = None
) -> Frame:
    """The scales of a panel; `raw` where more than medians is drawn, `span` how far those beside it reach."""
    low, high = span or reach([panel])
    if 0 < low < 0.1 * high:
        low = 0.0
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-9):
        high = low + 1
    values = panel.values(raw=raw)
    return Frame(Scale(low, high), scale(values, log=log and any(value > TINY for value in values)), unit)


def chart(
    panel: Panel,
    marks: Marks,
    made: Frame,
    style: Style,
    glyphs: Glyphs,
    height: int = HEIGHT,
    letters: Sequence[str] = (),
) -> Iterator[str]:
    """The lines of a chart: as wide as the style says, labels and axes among them.

    `letters` name the curves at their ends, where they are runs that are compared.
    """
    labels = _labels(made.up, height)
    margin = max(cells(text) for text in labels.values())
    canvas = Canvas(style.width - margin - 3, height, glyphs)
    for index, each in enumerate(panel.curves):
        draw = _evals if each.dots and not letters else _line
        draw(canvas, each, made, index, panel)
    for each in panel.curves:
        _broken(canvas, each, made)
    if letters:
        _ends(canvas, panel, made, letters)
    _mark(canvas, marks, made, panel)
    for row, line in enumerate(canvas.rows(style)):
        label = f"{labels.get(row, ''):>{margin}}"
        yield f" {label} {style.faint(glyphs.tick if row in labels else glyphs.up)}{line}"
    yield from _below(canvas, made, margin, style, glyphs)


def _line(canvas: Canvas, each: Curve, made: Frame, index: int, _: Panel) -> None:
    paint = PAINTS[index % len(PAINTS)]
    shown = [point for point in extremes(each.median, 2 * canvas.width) if not made.up.log or point[1] > TINY]
    canvas.line([(made.across.place(x), made.up.place(y)) for x, y in shown], paint)
    # of what a median hides only the peaks are told
    limit = (
        max(made.up.high, scale(value for _, value in each.points).high) if each.smoothed else made.up.high
    )
    _beyond(canvas, [point for point in each.points if point[1] > limit], made, paint)


def _evals(canvas: Canvas, each: Curve, made: Frame, index: int, panel: Panel) -> None:
    paint = PAINTS[index % len(PAINTS)]
    order = sum(other.dots for other in panel.curves[:index])
    sign = canvas.glyphs.eval[order % len(canvas.glyphs.eval)]
    shown = [(x, y) for x, y in each.points if not made.up.log or y > TINY]
    if len(shown) <= canvas.width // 3 or len(panel.curves) == 1:
        canvas.line([(made.across.place(x), made.up.place(y)) for x, y in shown], paint)
    for x, y in shown:
        canvas.sign(canvas.column(made.across.place(x)), canvas.row(made.up.place(y)), sign, paint)
    _beyond(canvas, [point for point in shown if made.up.beyond(point[1])], made, paint)


def _beyond(canvas: Canvas, points: Sequence[Point], made: Frame, paint: str) -> None:
    for x, y in points:
        row = 0 if y > made.up.high else canvas.height - 1
        if row == 0:
            canvas.sign(canvas.column(made.across.place(x)), row, canvas.glyphs.beyond, paint)


def _broken(canvas: Canvas, each: Curve, made: Frame) -> None:
    for place in each.broken:
        canvas.sign(canvas.column(made.across.place(place)), 0, canvas.glyphs.broken, RISE)


def _ends(canvas: Canvas, panel: Panel, made: Frame, letters: Sequence[str]) -> None:
    """The letter of each run at the end of its line, and a few along it where there are no colours."""
    taken: set[tuple[int, int]] = set()
    for index, (each, letter) in enumerate(zip(panel.curves, letters, strict=True)):
        if not each.median:
            continue
        low, high = each.median[0][0], each.median[-1][0]
        for share in (1.0, 0.2 + 0.06 * index, 0.55 + 0.06 * index):
            place = low + (high - low) * share
            value = at(each.median, place)
            if value is None:
                continue
            cell = canvas.column(made.across.place(place)), canvas.row(made.up.place(value))
            while cell in taken and cell[0] > 0:
                cell = cell[0] - 1, cell[1]
            taken.add(cell)
            canvas.sign(*cell, letter, PAINTS[index % len(PAINTS)])


def _mark(canvas: Canvas, marks: Marks, made: Frame, panel: Panel) -> None:
    """Lines behind the curves: epochs, restarts, the best step; the rise after it, shaded."""
    glyphs = canvas.glyphs
    if marks.rise is not None and marks.best is not None:
        _shade(canvas, marks, made, panel)
    for place, sign, paint in (
        *((each, glyphs.restart, "36") for each in marks.restarts),
        *([(marks.best.place, glyphs.best, "1")] if marks.best is not None else []),
        *((each, glyphs.epoch, "2") for each, _ in marks.epochs),
    ):
        if made.across.low <= place <= made.across.high:
            column = canvas.column(made.across.place(place))
            for row in range(canvas.height):
                canvas.sign(column, row, sign, paint, over=False)


def _shade(canvas: Canvas, marks: Marks, made: Frame, panel: Panel) -> None:
    best, rise = marks.best, marks.rise
    evals = next((each for each in panel.curves if each.dots), None)
    if best is None or rise is None or evals is None:
        return
    floor = canvas.row(made.up.place(best.value))
    first, last = (canvas.column(made.across.place(each)) for each in (rise.begin, rise.end))
    highest = canvas.height
    for column in range(first + 1, last + 1):
        place = made.across.low + (column + 0.5) / canvas.width * (made.across.high - made.across.low)
        value = at(evals.points, min(place, rise.end))
        if value is None:
            continue
        top = canvas.row(made.up.place(value))
        highest = min(highest, top)
        for row in range(top + 1, floor + 1):
            canvas.sign(column, row, canvas.glyphs.shade, RISE, over=False)
    text = f"{rise.share:+.0%}"
    row = highest - 1 if highest > 0 else 0
    canvas.text(max(0, last - len(text)), row, text, f"1;{RISE}")


def _labels(up: Scale, height: int) -> dict[int, str]:
    values = up.ticks(max(2, height // 3))
    rows: dict[int, str] = {}
    for value, text in zip(values, told(values), strict=True):
        rows[min(height - 1, int((1 - up.place(value)) * height))] = text
    return rows


def _below(canvas: Canvas, made: Frame, margin: int, style: Style, glyphs: Glyphs) -> Iterator[str]:
    low, high = made.across.low, made.across.high
    ticks = round_ticks(low, high, max(2, canvas.width // 14))
    axis = [glyphs.across] * canvas.width
    words = [" "] * (canvas.width + 2)
    free = 0
    unit_at = canvas.width - len(made.unit)
    for value in ticks:
        column = canvas.column(made.across.place(value))
        text = short(value)
        begin = min(max(0, column - len(text) // 2), canvas.width - len(text))
        axis[column] = glyphs.below
        if begin >= free and begin + len(text) < unit_at - 1:
            words[begin : begin + len(text)] = text
            free = begin + len(text) + 1
    words[unit_at : unit_at + len(made.unit)] = made.unit
    lead = " " * (margin + 2)
    yield lead + style.faint(glyphs.corner + "".join(axis))
    yield style.faint((lead + " " + "".join(words)).rstrip())


def legend(panel: Panel, marks: Marks, log: RunLog, style: Style, glyphs: Glyphs) -> list[str]:
    """What the signs of a panel stand for."""
    parts: list[str] = []
    evals = 0
    for index, each in enumerate(panel.curves):
        sign = glyphs.eval[evals % len(glyphs.eval)] if each.dots else "⣀⣀" if glyphs.braille else "**"
        evals += each.dots
        label = f"{each.label} ({'mean' if each.mean else 'median'})" if each.smoothed else each.label
        parts.append(style.paint(sign, PAINTS[index % len(PAINTS)]) + f" {label}")
    if marks.best is not None:
        told_best = f"best {exact(marks.best.value)} at {best_told(log, marks.best)}"
        parts.append(f"{style.strong(glyphs.best)} {told_best}")
    if marks.epochs:
        parts.append(f"{style.faint(glyphs.epoch)} epoch")
    if marks.restarts:
        parts.append(f"{style.paint(glyphs.restart, '36')} resumed")
    if any(each.broken for each in panel.curves):
        parts.append(f"{style.paint(glyphs.broken, RISE)} NaN or infinite")
    return parts
