"""A table of rules by how often they were found."""

from __future__ import annotations

from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.model import Severity
from ftlint.model.report import Report
from ftlint.report import closing
from ftlint.report.amounts import number
from ftlint.report.cells import cells
from ftlint.report.style import Style
from ftlint.report.wording import guarded


def write(report: Report, out: TextIO, style: Style) -> None:
    def put(line: str) -> None:
        out.write(guarded(line.rstrip()) + "\n")

    found: dict[tuple[str, str, Severity], list[int]] = {}
    for group in report.groups:
        if group.count and style.shows(group.severity):
            entry = found.setdefault((group.code, group.name, group.severity), [0, 0])
            entry[0] += group.count
            entry[1] += group.safe_fixes + group.unsafe_fixes
    rules = sorted(found, key=lambda rule: (-found[rule][0], rule))
    if rules:
        room = max(5, *(len(number(found[rule][0])) for rule in rules))
        codes = max(cells(rule[0]) for rule in rules)
        names = max(cells(rule[1]) for rule in rules)
        put(style.faint(f"{'count':>{room}}  {'rule':<{codes + 1 + names}}  severity  fixable"))
        for code, name, severity in rules:
            count, mended = found[code, name, severity]
            gap = " " * (codes - cells(code) + 1)
            label = style.severity(severity.label, severity) + " " * (8 - len(severity.label))
            fixed = number(mended) if mended else "-"
            shown = f"{visible(name):<{names}}"
            put(f"{number(count):>{room}}  {style.code(code)}{gap}{shown}  {label}  {fixed}")
    closing.write(report, put, style, apart=bool(rules))
