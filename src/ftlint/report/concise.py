"""One line per finding, for editors and for grep: `path:line:col: CODE [name] severity message`."""

from __future__ import annotations

from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.model import Finding, Severity
from ftlint.model.report import Report
from ftlint.report import closing
from ftlint.report.severities import findings
from ftlint.report.style import Style
from ftlint.report.wording import guarded, message


def write(report: Report, out: TextIO, style: Style) -> None:
    def put(line: str) -> None:
        out.write(guarded(line) + "\n")

    for finding, _, severity in findings(report):
        if style.shows(severity):
            put(_line(finding, severity, style))
    closing.write(report, put, style)


def _line(finding: Finding, severity: Severity, style: Style) -> str:
    place = visible(finding.path) or "project"
    if finding.line is not None:
        place += f":{finding.line}" if finding.column is None else f":{finding.line}:{finding.column}"
    row = f"row {finding.row}: " if finding.line is None and finding.row is not None else ""
    label = style.severity(severity.label, severity)
    text = visible(message(finding))
    return f"{place}: {style.code(finding.code)} [{visible(finding.name)}] {label} {row}{text}"
