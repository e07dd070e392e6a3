"""Runs side by side for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.report.cells import cells, cut, cut_left, pad
from ftlint.report.run_canvas import ASCII, Glyphs
from ftlint.report.run_chart import PAINTS, chart, frame
from ftlint.report.run_compared import SEEDS, Compared, led, where
from ftlint.report.run_curves import label_of
from ftlint.report.run_marks import Marks
from ftlint.report.run_overlay import chosen, letters, overlaid
from ftlint.report.run_scale import exact
from ftlint.report.run_show import UNITS, Asked, Page
from ftlint.report.style import Style

_PAINT = {"better": "1;32", "no evidence": "1", "cannot tell": "33"}


def write(made: Compared, out: TextIO, style: Style, asked: Asked, *, plain: bool = False) -> None:
    page = Page(out, style, ASCII if plain else Glyphs())
    for line in _table(made, style):
        page.put(line)
    page.put()
    _differing(made, page)
    _overlay(made, page, asked)
    for index in made.pairs:
        word, colon, rest = led(made, index)
        page.paragraph(
            f"{style.paint(word, _PAINT[word])}{colon} ", visible(rest.strip()), len(word + colon) + 1
        )
    if made.why:
        page.paragraph(style.paint("cannot tell", "33") + ": ", visible(made.why), 13)
    if any(pair.verdict == "better" for pair in made.pairs.values()):
        page.paragraph(style.faint("note: "), SEEDS, 6)


def _table(made: Compared, style: Style) -> Iterator[str]:
    """A line for each run; columns give way from the right where the terminal is narrow."""
    heads = ["", "run", label_of(made.metric) or "value", "at", "steps", "train loss", "findings"]
    rows = [list(_row(made, index)) for index in range(len(made.runs))]
    widths = [max(cells(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    widths[1] = min(widths[1], max(12, style.width // 3))
    widths[-1] = min(widths[-1], 40)
    shown = list(range(len(heads)))
    for column in (4, 5, 3, 6):
        if sum(widths[each] + 2 for each in shown) - 2 > style.width:
            shown.remove(column)
    for number, row in enumerate([heads, *rows]):
        parts = []
        for column in shown:
            width = widths[column]
            text = cut_left(row[column], width) if column == 1 else cut(row[column], width)
            text = f"{' ' * (width - cells(text))}{text}" if column in (2, 4, 5) else pad(text, width)
            paint = "2" if not number else PAINTS[(number - 1) % len(PAINTS)] if not column else ""
            best = number and made.leader == number - 1 and column in (1, 2)
            parts.append(style.paint(text, "1" if best else paint))
        yield "  ".join(parts)


def _row(made: Compared, index: int) -> Iterator[str]:
    view = made.runs[index]
    level = made.levels[index] if made.levels else None
    yield made.letter(index)
    yield visible(view.name)
    yield exact(level.seen) if level is not None else "-"
    yield where(made, index) if level is not None else ""
    yield f"{view.log.last_step:,.0f}"
    loss = [value for value in view.log.loss.values if value - value == 0] if view.log.loss else []
    yield exact(loss[-1]) if loss else "-"
    yield ", ".join(dict.fromkeys(finding.name for finding in view.findings)) or "-"


def _differing(made: Compared, page: Page) -> None:
    """Hyperparameters, a line each: letters and values of the runs, as many on a line as it has room for."""
    style = page.style
    if not made.differing:
        page.put(style.faint("no hyperparameter that is known of two runs differs"))
        page.put()
        return
    names = min(28, max(cells(name) for name, _ in made.differing))
    for name, values in made.differing:
        lead = "  " + pad(cut(visible(name), names), names)
        for line in page.beside([*_values(made, values, style)]):
            lines = f"{lead}  {line}"
            page.put(lines)
            lead = " " * (names + 2)
    page.put()


def _values(made: Compared, values: Sequence[str], style: Style) -> Iterator[str]:
    for index, value in enumerate(values):
        letter = style.paint(made.letter(index), PAINTS[index % len(PAINTS)])
        yield f"{letter} {cut(visible(value) or '-', 28)}"


def _overlay(made: Compared, page: Page, asked: Asked) -> None:
    found = overlaid(made, asked)
    for panel in found if asked.names else found[:1]:
        page.put(f" {page.style.strong(visible(panel.title))}")
        drawn = frame(panel, UNITS[asked.axis], log=asked.log)
        signs = letters(panel)
        for line in chart(panel, Marks(), drawn, page.style, page.glyphs, asked.height, signs):
            page.put(line)
        hidden = len(made.runs) - len(chosen(made))
        if hidden:
            page.put(page.style.faint(f" the best {len(chosen(made))} are drawn, {hidden} are not"))
        page.put()
