"""Several runs for a person at a terminal: a line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from ftlint.detect.curves.spark import spark
from ftlint.detect.mask import visible
from ftlint.model import Severity
from ftlint.model.run_log import Series
from ftlint.report.amounts import amount, plural
from ftlint.report.cells import cells, cut, cut_left, pad
from ftlint.report.run_canvas import ASCII, Glyphs
from ftlint.report.run_curves import label_of
from ftlint.report.run_marks import best_of, main_eval
from ftlint.report.run_scale import exact, short
from ftlint.report.run_show import Page
from ftlint.report.run_view import RunView, named
from ftlint.report.style import Style

_BLOCKS = 16
_COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "33", Severity.INFO: "36"}


def write(views: Sequence[RunView], out: TextIO, style: Style, *, plain: bool = False) -> None:
    """Name, curve, the best value and its step, and what was found, of each run."""
    page = Page(out, style, ASCII if plain else Glyphs())
    views = named(views)
    wide = _BLOCKS if style.width >= 80 else _BLOCKS // 2
    rows = [(visible(view.name), *_curve(view, wide), _told(view)) for view in views]
    bests = min(max(cells(row[2]) for row in rows), 34)
    room = max(12, style.width - wide - bests - 4)  # a name may be cut, the step of the best may not
    names = min(max(cells(row[0]) for row in rows), max(16, style.width // 3), room)
    for (name, blocks, best, told), view in zip(rows, views, strict=True):
        room = style.width - names - wide - bests - 6
        label = style.strong(pad(cut_left(name, names), names))
        worst = view.worst
        beside = cells(told) <= room or room >= 24
        said = cut(told, room) if beside else ""
        said = style.paint(said, _COLOURS[worst]) if worst is not None else style.faint(said)
        line = f"{label}  {style.paint(pad(blocks, wide), '34')}  {pad(cut(best, bests), bests)}  {said}"
        page.put(line)
        if told and not beside:
            page.paragraph("  ", told, 2)
    hint = "name one to see its curves, or ftlint logs compare to compare them"
    page.paragraph("", f"{plural(len(views), 'run')}: {hint}", 0)


def _curve(view: RunView, wide: int) -> tuple[str, str]:
    """Blocks of what a run is judged by, and its best value."""
    log = view.log
    series = main_eval(log)
    if series is not None:
        best = best_of(log, series, "step")
        told = (
            f"{label_of(series.name)} {exact(best.value)} at {log.unit} {amount(best.step)}" if best else ""
        )
        return spark(series, wide)[0], told
    other = log.series.get("reward") or log.loss or next(iter(log.series.values()), None)
    if other is None or not len(other):
        return "", "no values"
    return spark(other, wide)[0], f"{label_of(other.name)} {_last(other)}"


def _last(series: Series) -> str:
    finite = [value for value in series.values if value - value == 0]
    return f"{short(finite[0])} → {short(finite[-1])}" if finite else "never finite"


def _told(view: RunView) -> str:
    names: dict[str, int] = {}
    for finding in view.findings:
        names[finding.name] = names.get(finding.name, 0) + 1
    return ", ".join(names) or ("nothing found" if view.rules else "")
