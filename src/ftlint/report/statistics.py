"""A table of rules by how often they were found, and one of formats by what was found in them."""

from __future__ import annotations

from collections import Counter
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
            shown = f"{visible(name):<{names}}"
            put(f"{number(count):>{room}}  {style.code(code)}{gap}{shown}  {label}  {_count(mended)}")
    formats = by_format(report, style)
    if rules and len(formats) > 1:
        put("")
        head = " ".join(f"{severity.label:>8}" for severity in LEVELS)
        width = max(cells(visible(name)) for name in formats)
        put(style.faint(f"{'files':>{max(5, room)}}  {'format':<{width}}{head}"))
        for name, (files, counts) in formats.items():
            told = " ".join(f"{_count(counts[severity]):>8}" for severity in LEVELS)
            put(f"{number(files):>{max(5, room)}}  {visible(name):<{width}}{told}")
    closing.write(report, put, style, apart=bool(rules))


LEVELS = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def by_format(report: Report, style: Style) -> dict[str, tuple[int, dict[Severity, int]]]:
    """Record formats and config dialects: the files of each, and findings by severity; most files first."""
    formats = {file.path: file.format or "other" for file in report.files}
    files = Counter(formats.values())
    found: dict[str, dict[Severity, int]] = {name: dict.fromkeys(LEVELS, 0) for name in files}
    for group in report.groups:
        if group.path in formats and style.shows(group.severity):
            found[formats[group.path]][group.severity] += group.count
    order = sorted(files, key=lambda name: (-files[name], name))
    return {name: (files[name], found[name]) for name in order}


def _count(count: int) -> str:
    return number(count) if count else "-"
