"""The last lines of every text format: what broke, how it stands, what did not run."""

from __future__ import annotations

from collections.abc import Callable

from ftlint.detect.mask import visible
from ftlint.model import Severity
from ftlint.model.report import Report
from ftlint.report import fixed
from ftlint.report.cells import cells, wrap
from ftlint.report.style import Style
from ftlint.report.wording import counts, failures, not_run, since, summary


def write(report: Report, put: Callable[[str], None], style: Style, *, apart: bool = False) -> None:
    """`apart` sets the block off by an empty line. Quiet and clean is silent where everything ran."""
    missed = not_run(report)
    clean = not counts(report) and not report.failures
    if style.quiet and clean and not missed and (report.files or report.since):
        return
    if apart:
        put("")
    for place, what in failures(report):
        label = style.paint(" COULD NOT CHECK ", "1;37;41") if style.colour else "COULD NOT CHECK"
        used = 18 if style.colour else 16
        lines = wrap(f"{place}: {what}" if place else what, style.width - used, style.width - 4)
        put(f"{label} {lines[0]}")
        for line in lines[1:]:
            put("    " + line)
    for line in fixed.lines(report, every=style.fixes):
        put(line)
    for line in _joined(summary(report), style.width):
        put(line if not clean else style.paint(line, "32") if report.files else style.strong(line))
    for line in since(report):
        for part in wrap(line, style.width, style.width - 2):
            put(part)
    for line in fixed.left(report.not_fixed):
        _labelled("not fixed: ", line, Severity.WARNING, put, style)
    _labelled("not run: ", missed, Severity.WARNING, put, style)
    if not style.quiet:
        for hint in report.hints:
            _labelled("hint: ", visible(hint), Severity.INFO, put, style)


def _labelled(label: str, text: str, severity: Severity, put: Callable[[str], None], style: Style) -> None:
    if not text:
        return
    room = style.width - len(label)
    lines = wrap(text, room, style.width - 2)
    put(style.severity(label, severity) + lines[0])
    for line in lines[1:]:
        put("  " + line)


def _joined(parts: list[str], width: int) -> list[str]:
    """The parts joined by ` · `, broken between parts where the terminal is too narrow."""
    lines = [parts[0]]
    for part in parts[1:]:
        if cells(lines[-1]) + 3 + cells(part) <= width:
            lines[-1] += f" · {part}"
        else:
            lines.append(f"  {part}")
    return lines
