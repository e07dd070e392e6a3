"""The picture of a run: what it is, its verdicts, the main panel, the others below it."""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.detect.mask import visible
from ftlint.model import Severity
from ftlint.report.cells import cut_left, wrap
from ftlint.report.run_axes import ROWS, Axes, Box, drawn, legend
from ftlint.report.run_chart import frame, reach
from ftlint.report.run_curves import Point
from ftlint.report.run_marks import Marks, marks
from ftlint.report.run_panels import Panel, nothing, panels
from ftlint.report.run_scene import Dot, Piece, Scene, Words
from ftlint.report.run_show import UNITS, Asked
from ftlint.report.run_view import RunView, facts, sureness

WIDE, NARROW = 960, 360
VERDICTS = 3
"""Findings that are written above the curves, the worst of them."""

EDGE = 16


def plot(view: RunView, asked: Asked, width: int = WIDE, *, heading: bool = True) -> Scene:
    """A picture of a run, `width` pixels wide and as high as it takes.

    `heading` writes above the curves what the run is and what was found.
    """
    title = visible(view.name or view.log.path)
    pieces: list[Piece] = []
    y = _heading(view, title, pieces, width, float(EDGE)) if heading else 0.0
    found = panels(view.log, asked.names, asked.axis, asked.span)
    unit = view.log.unit if asked.axis == "step" else UNITS[asked.axis]
    marked = marks(view.log, view.findings, view.judgements, asked.axis)
    if found:
        axes = main_axes(found, marked, asked, unit, width, y)
        pieces += legend(found[0], axes.box.left, y + 14, axes.box.width, axes.size)[0]
        pieces += drawn(found[0], of_panel(found[0], marked), axes)
        y = beside(
            found[1:], marked, asked, unit, pieces, width, axes.box.bottom + 2.4 * axes.size, reach(found)
        )
    else:
        pieces.append(Words(width / 2, y + 30, nothing(view.log, asked.axis), "faint", 13, "middle"))
        y += 60
    told = "; ".join([*facts(view), *(f"{each.code} {each.name}: {each.message}" for each in view.findings)])
    return Scene(width, y + EDGE / 2, title, visible(told), pieces)


def main_axes(
    found: Sequence[Panel], marked: Marks, asked: Asked, unit: str, width: int, y: float = 0.0
) -> Axes:
    """Where the main panel stands in a picture whose heading ends at `y`."""
    left, size, high = (58, 12, 330) if width > WIDE / 2 else (46, 11, 220)
    _, last = legend(found[0], left, y + 14, width - left - EDGE, size)
    flags = min(ROWS, len({mark.code for mark in marked.findings}))
    top = last + 14 + flags * (size + 3)
    box = Box(left, top, width - EDGE, top + high)
    return Axes(box, frame(found[0], unit, log=asked.log, raw=True, span=reach(found)), size)


def _heading(view: RunView, title: str, pieces: list[Piece], width: int, y: float) -> float:
    room = width - 2 * EDGE
    y += 14
    pieces.append(Words(EDGE, y, cut_left(title, int(room / 10)), "ink", 17, bold=True))
    y += 4
    for line in wrap(" · ".join(facts(view)), int(room / 7), int(room / 7)):
        y += 16
        pieces.append(Words(EDGE, y, line, "faint", 12))
    for finding in view.findings[:VERDICTS]:
        tone = (finding.severity or Severity.INFO).label
        told = visible(f"{finding.code} {finding.name}: {finding.message}")
        sure = sureness(finding, view.log.unit)
        y += 6
        pieces.append(Dot(EDGE + 5, y + 13, 4, tone))
        for line in wrap(f"{told} ({sure})" if sure else told, int(room / 7.6), int(room / 7.6)):
            y += 17
            pieces.append(Words(EDGE + 16, y, line, "ink", 13))
    rest = len(view.findings) - VERDICTS
    if rest > 0:
        y += 18
        pieces.append(Words(EDGE + 16, y, f"and {rest} more: ftlint logs show", "faint", 12))
    if view.rules and not view.findings:
        y += 20
        pieces.append(Dot(EDGE + 5, y - 4, 4, "ok"))
        pieces.append(Words(EDGE + 16, y, f"nothing found by {view.rules} rules", "ok", 13))
    return y + 14


def beside(
    found: Sequence[Panel],
    marked: Marks,
    asked: Asked,
    unit: str,
    pieces: list[Piece],
    width: int,
    y: float,
    span: Point,
    tones: Sequence[Sequence[str]] = (),
) -> float:
    """The further panels, smaller: two abreast where there is room. `tones` are the colours of each."""
    columns = 2 if width > WIDE / 2 else 1
    left = 58 if width > WIDE / 2 else 46
    size = 11
    each_wide = (width - EDGE) / columns
    for first in range(0, len(found), columns):
        row = found[first : first + columns]
        lowest = y
        for index, panel in enumerate(row):
            start = index * each_wide + left
            colours = tones[first + index] if tones else ()
            named, top = legend(panel, start, y + 18, each_wide - left, size, colours)
            pieces += named
            box = Box(start, top + 10, (index + 1) * each_wide, top + 130)
            few = marked._replace(best=None, rise=None, findings=(), epochs=())
            pieces += drawn(
                panel, few, Axes(box, frame(panel, unit, log=asked.log, raw=True, span=span), size), colours
            )
            lowest = max(lowest, box.bottom + 2.4 * size)
        y = lowest
    return y


def of_panel(panel: Panel, marked: Marks) -> Marks:
    """What is marked on a panel: the best step where its own eval loss is drawn."""
    if any(each.dots and each.name.endswith("loss") for each in panel.curves):
        return marked
    return marked._replace(best=None, rise=None)
