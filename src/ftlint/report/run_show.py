"""One run for a person at a terminal: what it is, its curves, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TextIO

from ftlint.detect.curves.spark import BLOCKS, GAP, spark
from ftlint.detect.mask import visible
from ftlint.model import Finding, Severity
from ftlint.model.run_log import Series
from ftlint.report.amounts import plural
from ftlint.report.cells import cells, cut, cut_left, pad, wrap
from ftlint.report.run_canvas import ASCII, Glyphs
from ftlint.report.run_chart import HEIGHT, chart, frame, legend
from ftlint.report.run_curves import Axis, Point, label_of
from ftlint.report.run_marks import marks
from ftlint.report.run_panels import Panel, nothing, panels
from ftlint.report.run_view import RunView, facts, spread, sureness, undecided
from ftlint.report.style import Style
from ftlint.report.wording import guarded

UNITS: dict[Axis, str] = {"step": "step", "epoch": "epoch", "time": "hours"}
ROWS = 8
"""Series that get a line of blocks below the chart, where nobody says which."""

_INDENT = 10


class Asked(NamedTuple):
    """What a person wants to see of a run: `names` are series, `span` the first and last step."""

    names: Sequence[str] = ()
    axis: Axis = "step"
    span: Point | None = None
    log: bool = False
    height: int = HEIGHT


def write(view: RunView, out: TextIO, style: Style, asked: Asked, *, plain: bool = False) -> None:
    """`plain` draws with ASCII alone."""
    page = Page(out, style, ASCII if plain else Glyphs())
    drawn = panels(view.log, asked.names, asked.axis, asked.span, most=ROWS)
    page.header(view)
    whole = drawn if asked.names else drawn[:1]
    for panel in whole:
        page.panel(view, panel, asked)
    if not drawn:
        page.paragraph("  ", nothing(view.log, asked.axis), 2)
    page.lines(view, [] if asked.names else drawn[1:])
    page.verdicts(view)


def draws_braille(stream: TextIO | None) -> bool:
    """Whether a stream takes braille; else charts are drawn with ASCII."""
    try:
        "⣿●╎┊░▁█→".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Page:
    def __init__(self, out: TextIO, style: Style, glyphs: Glyphs) -> None:
        self.out, self.style, self.glyphs = out, style, glyphs

    def put(self, line: str = "") -> None:
        line = line.rstrip()
        if not self.glyphs.braille:
            line = line.translate(_PLAIN_BLOCKS)
        self.out.write(guarded(line) + "\n")

    def paragraph(self, lead: str, text: str, hanging: int) -> None:
        first, *others = wrap(text, max(20, self.style.width - hanging), self.style.width - hanging)
        self.put(lead + first)
        for line in others:
            self.put(" " * hanging + line)

    def header(self, view: RunView) -> None:
        tail = "".join(f" · {fact}" for fact in facts(view))
        path = visible(view.name or view.log.path)
        if cells(path) + cells(tail) <= self.style.width:
            self.put(self.style.strong(path) + self.style.faint(tail))
        else:
            self.put(self.style.strong(cut_left(path, self.style.width)))
            for line in wrap(tail.removeprefix(" · "), self.style.width - 2, self.style.width - 2):
                self.put("  " + self.style.faint(line))

    def panel(self, view: RunView, panel: Panel, asked: Asked) -> None:
        unit = view.log.unit if asked.axis == "step" else UNITS[asked.axis]
        drawn = marks(view.log, view.findings, view.judgements, asked.axis)
        if not any(each.dots and each.name.endswith("loss") for each in panel.curves):
            drawn = drawn._replace(best=None, rise=None)
        made = frame(panel, unit, log=asked.log)
        for line in self.beside(legend(panel, drawn, view.log, self.style, self.glyphs)):
            self.put(" " + line)
        for line in chart(panel, drawn, made, self.style, self.glyphs, asked.height):
            self.put(line)
        self.put()

    def beside(self, parts: Sequence[str]) -> list[str]:
        """Parts of a legend, as many on a line as it has room for."""
        lines: list[str] = []
        used = 0
        for part in parts:
            width = cells(_bare(part))
            if lines and used + 3 + width <= self.style.width - 2:
                lines[-1] += "   " + part
                used += 3 + width
            else:
                lines.append(part)
                used = width
        return lines

    def lines(self, view: RunView, drawn: Sequence[Panel]) -> None:
        """A line of blocks for each further series."""
        rows = [view.log.series[each.name] for panel in drawn for each in panel.curves][:ROWS]
        if not rows:
            return
        names = min(26, max(cells(label_of(series.name)) for series in rows))
        room = max(8, min(40, self.style.width - names - 34))
        for series in rows:
            self.put(self._line(series, names, room))
        self.put()

    def _line(self, series: Series, names: int, room: int) -> str:
        blocks, _ = spark(series, room)
        label = pad(cut(label_of(series.name), names), names)
        left = self.style.width - names - room - 6
        return f"  {label}  {self.style.paint(pad(blocks, room), '34')}  {cut(spread(series), left)}"

    def verdicts(self, view: RunView) -> None:
        for finding in view.findings:
            self.finding(finding, view.log.unit)
        for name, needs in undecided(view):
            self.paragraph(f"  {self.style.faint('unknown')} ", f"{name}: cannot tell yet, {needs}", _INDENT)
        for each in view.log.damaged[:3]:
            place = "" if each.line is None else f" line {each.line}"
            self.paragraph(
                f"  {self.style.faint('damaged')} ", visible(f"{each.path}{place}: {each.message}"), _INDENT
            )
        if not view.findings and view.rules:
            self.put(self.style.paint(f"  nothing found by {plural(view.rules, 'rule')}", "32"))

    def finding(self, finding: Finding, unit: str) -> None:
        severity = finding.severity or Severity.INFO
        label = self.style.severity(severity.label.ljust(7), severity)
        title = f"  {label} {self.style.code(finding.code)} {visible(finding.name)}"
        told = sureness(finding, unit)
        wide = 11 + cells(finding.code) + cells(visible(finding.name)) + 2 + cells(told)
        if not told or wide <= self.style.width:
            self.put(title + (self.style.faint(f"  {told}") if told else ""))
        else:
            self.put(title)
            self.put(" " * _INDENT + self.style.faint(told))
        self.paragraph(" " * _INDENT, visible(finding.message), _INDENT)
        if finding.help:
            self.paragraph(
                " " * _INDENT + self.style.paint("help: ", "32"), visible(finding.help), _INDENT + 6
            )


def _bare(text: str) -> str:
    """A text without its colours."""
    pieces = text.split("\x1b[")
    return pieces[0] + "".join(piece.partition("m")[2] for piece in pieces[1:])


_PLAIN_BLOCKS = str.maketrans(dict(zip(BLOCKS + GAP + "→", "_.-~=+*#X>", strict=True)))
