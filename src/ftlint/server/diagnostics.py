"""From findings to diagnostics of the protocol."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.uris import from_fs_path

from ftlint.server.lines import Lines
from ftlint.server.view import Told, View

SOURCE = "ftlint"
LEVELS = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}

Shown = tuple[types.Diagnostic, Told | None]


def shown(
    view: View,
    lines: Lines,
    ahead: int,
    root: str,
    path: str,
    page: Callable[[str], str],
    version: int | None,
    *,
    related: bool,
) -> list[Shown]:
    """What the editor is to show of a file. `page` gives the address of a rule's page."""
    found: list[Shown] = []
    for finding in view.findings(lines.text):
        diagnostic = _diagnostic(finding, lines, ahead, root, page(finding["code"]), related=related)
        fix = finding["fix"]
        diagnostic.data = {
            "version": version,
            "at": len(found),
            "fix": None if fix is None else "safe" if fix[1] else "unsafe",
        }
        found.append((diagnostic, finding))
    for code, line, message in view.failures:
        text = f"{code} could not run: {message}" if code else f"could not be checked: {message}"
        found.append((_note(text, _line(lines, line), types.DiagnosticSeverity.Error), None))
    if view.more:
        text = f"{view.more:,} more findings are not shown here: ftlint check {path}"
        found.append((_note(text, _line(lines, None)), None))
    if view.mistake:
        where = _line(lines, view.mistake["line"])
        found.append((_note(view.mistake["message"], where, types.DiagnosticSeverity.Error), None))
    return found


def _diagnostic(
    finding: Told, lines: Lines, ahead: int, root: str, href: str, *, related: bool
) -> types.Diagnostic:
    message = finding["message"]
    if finding["help"]:
        message += f"\nhelp: {finding['help']}"
    diagnostic = types.Diagnostic(
        range=range_of(finding, lines, ahead),
        message=message,
        severity=LEVELS[finding["severity"]],
        code=finding["code"],
        code_description=types.CodeDescription(href) if href else None,
        source=SOURCE,
    )
    if related and finding["related"]:
        path, line, _ = finding["related"]
        place = types.Position(max(0, (line or 1) - 1), 0)
        location = types.Location(from_fs_path(os.path.join(root, path)) or "", types.Range(place, place))
        told = f"{path}:{line}" if line else path
        diagnostic.related_information = [types.DiagnosticRelatedInformation(location, told)]
    return diagnostic


def range_of(finding: Told, lines: Lines, ahead: int = 0) -> types.Range:
    """The range of a finding; the first character of the file where it has no line."""
    line, column = finding["line"], finding["column"]
    if line is None:
        return _line(lines, None)
    if column is None:
        return _line(lines, line)
    start = lines.counted(line, column, ahead)
    end_line = finding["end_line"] or line
    end = lines.counted(end_line, finding["end_column"], ahead) if finding["end_column"] else start
    return span(lines, start, max(start, end))


def span(lines: Lines, start: int, end: int) -> types.Range:
    """A range from offsets in code points."""
    return types.Range(types.Position(*lines.place(start)), types.Position(*lines.place(end)))


def _line(lines: Lines, line: int | None) -> types.Range:
    """A whole line of the engine without its indent; for none the first character of the file."""
    if line is None:
        return span(lines, 0, min(1, lines.line_end(0)))
    start, end = lines.counted(line, 1), lines.counted_end(line)
    written = lines.text[start:end]
    return span(lines, start + len(written) - len(written.lstrip()), end)


def _note(
    message: str,
    where: types.Range,
    severity: types.DiagnosticSeverity = types.DiagnosticSeverity.Information,
) -> types.Diagnostic:
    return types.Diagnostic(range=where, message=message, severity=severity, source=SOURCE)


def overlaps(one: types.Range, other: types.Range) -> bool:
    """Whether two ranges share a place; edges count, for a cursor has no width."""
    return not (_after(one.start, other.end) or _after(other.start, one.end))


def _after(one: types.Position, other: types.Position) -> bool:
    return (one.line, one.character) > (other.line, other.character)


def as_edits(lines: Lines, changes: Any) -> list[types.TextEdit]:
    return [types.TextEdit(span(lines, each.start, each.end), each.new) for each in changes]
