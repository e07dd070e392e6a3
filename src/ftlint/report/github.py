"""Workflow commands for GitHub Actions: annotations on the lines of a pull request.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest in silence; the steps of a
composite action count as one. So there is one annotation per rule and file, the worst first and every file
before any file's second, and the last one says how many are left.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.model import Severity
from ftlint.model.report import Group, Report
from ftlint.report.amounts import number, plural
from ftlint.report.style import Style
from ftlint.report.wording import failures, fixable, guarded, location, message, not_run, since, summary

CAP = 10
KEPT = 4
"""Notices that are no findings: what did not run, how many are left, and two for what runs ftlint."""
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def write(report: Report, out: TextIO, style: Style) -> None:
    # Failures take the place of errors.
    broken = [f"{place}: {what}" if place else what for place, what in failures(report)]
    said = broken[: CAP - 1]
    out.writelines(_command("error", {"title": "ftlint could not check"}, text) for text in said)
    rooms = {
        Severity.ERROR: CAP - len(said),
        Severity.WARNING: CAP,
        Severity.INFO: CAP - KEPT,
    }
    left: list[Group] = []
    for severity, room in rooms.items():
        groups = [group for group in report.groups if group.severity is severity and group.count]
        if not style.shows(severity):
            continue
        ordered = _spread(groups)
        out.writelines(_annotation(group, report.root) for group in ordered[:room])
        left += ordered[room:]
    missed = not_run(report)
    if missed:
        out.write(_command("notice", {"title": "ftlint: not run"}, missed))
    unsaid = len(broken) - len(said)
    if left or unsaid:
        out.write(_command("notice", {"title": "ftlint"}, _rest(left, unsaid, style)))
    for group in left:
        place = location(visible(group.path) or "project", _first_line(group), None)
        out.write(
            guarded(f"{place}: {group.code} [{group.name}] {group.severity.label} {_headline(group)}") + "\n"
        )
    out.write(guarded("ftlint: " + " · ".join(summary(report))) + "\n")
    out.writelines(guarded(line) + "\n" for line in since(report))


def _spread(groups: Sequence[Group]) -> list[Group]:
    """Each file's first, then each file's second, and so on."""
    turns: dict[str, int] = defaultdict(int)
    ranked = []
    for group in groups:
        ranked.append((turns[group.path], group))
        turns[group.path] += 1
    return [group for _, group in sorted(ranked, key=lambda pair: pair[0])]


def _annotation(group: Group, root: str) -> str:
    first = next(iter(group.findings(1)), None)
    properties = {"title": f"{group.code} {group.name}"}
    if group.path:
        properties["file"] = visible(_repository_path(root, group.path))
    if first is not None and first.line is not None:
        properties["line"] = str(first.line)
        properties["endLine"] = str(first.end_line or first.line)
        # Columns are only shown where the range stays on one line.
        if first.column is not None and first.end_line in {None, first.line}:
            properties["col"] = str(first.column)
            properties["endColumn"] = str(first.end_column or first.column)
    text = _headline(group)
    notes = [f"help: {group.help}"] if group.help else []
    notes += [fixable(group)] if fixable(group) else []
    return _command(_COMMANDS[group.severity], properties, "\n".join([text, *map(visible, notes)]))


def _headline(group: Group) -> str:
    few = list(islice(group.findings(3), 3))
    if group.count == 1 and few:
        return visible(message(few[0]))
    text = group.headline or (message(few[0]) if few else plural(group.count, "finding"))
    lines = [str(finding.line) for finding in few if finding.line is not None]
    count = number(group.count)
    counted = "" if text.startswith(f"{count} ") else f" ({count} findings)"
    return visible(text + counted) + (f"; first at lines {', '.join(lines)}" if lines else "")


def _first_line(group: Group) -> int | None:
    return next((finding.line for finding in group.findings(1)), None)


def _rest(left: Sequence[Group], unsaid: int, style: Style) -> str:
    parts = []
    if left:
        findings, files = sum(group.count for group in left), len({group.path for group in left})
        parts.append(
            f"{number(findings)} more findings in {plural(files, 'file')}, listed in this step's log"
        )
    if unsaid:
        parts.append(f"{number(unsaid)} more failures")
    return f"{' and '.join(parts)}: {style.command}"


def _repository_path(root: str, path: str) -> str:
    """`path` as GitHub wants it: from the repository's top, where the project is a folder of it."""
    workspace = os.environ.get("GITHUB_WORKSPACE", "")
    if not workspace or "://" in path:
        return path
    whole = os.path.realpath(os.path.join(root, path))
    relative = os.path.relpath(whole, os.path.realpath(workspace))
    return path if relative.startswith("..") else relative.replace(os.sep, "/")


def _command(name: str, properties: dict[str, str], text: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
