"""Findings of one file as plain values, to go from the worker to the server."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from ftlint.detect.mask import visible
from ftlint.engine.groups import FileGroup
from ftlint.fix.apply import Placed, place
from ftlint.model import Dataset, Drop, Edit, Finding, Project, ReplaceBytes, Rewrite, SetValue, Training
from ftlint.model.report import Group, Report
from ftlint.report.wording import message, worst

WIDE = (Dataset, Training, Project)
"""What a rule looks at that may be more than one file."""

Told = dict[str, Any]


def told(report: Report, path: str, limit: int, fixable: Collection[str], *, alone: bool = False) -> Told:
    """The findings in one file, `limit` of them at most, shared out among the rules; how many more there are.

    Fixes are told of the rules that are `fixable`. With `alone` what belongs to the project as a whole is
    told of the file, too.
    """
    groups = [group for group in report.groups if group.count and group.path == path]
    count = sum(group.count for group in groups)
    findings = [_told(group, finding, fixable) for group, finding in _chosen(groups, limit)]
    located = (group.locator for group in groups if isinstance(group, FileGroup) and group.locator)
    source = next((locator.source for locator in located), None)
    return {
        "findings": findings,
        "more": count - len(findings),
        "container": source.container if source else "",
        "failures": [
            [entry.code, entry.line, visible(entry.message)]
            for entry in report.failures
            if entry.path == path or (alone and not entry.path)
        ],
    }


def _chosen(groups: list[Group], limit: int) -> Iterator[tuple[Group, Finding]]:
    """The first findings of every group, then what is left of the worst."""
    runs = [(group, group.findings()) for group in groups]
    share = max(1, limit // max(1, len(runs)))
    for group, run in runs:
        for finding in islice(run, min(share, limit)):
            yield group, finding
            limit -= 1
    for group, run in runs:
        for finding in islice(run, limit):
            yield group, finding
            limit -= 1


def _told(group: Group, finding: Finding, fixable: Collection[str]) -> Told:
    fix = finding.fix if finding.code in fixable else None
    other = finding.related
    wide = isinstance(group, FileGroup) and group.rule.subject in WIDE
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": worst(finding, group).label,
        "message": visible(message(finding)),
        "help": visible(finding.help),
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "row": finding.row,
        "related": None if other is None else [other.path, other.line, other.row],
        "wide": wide,
        "fix": None
        if fix is None
        else [visible(fix.message), fix.safe, [_sent(each) for each in _placed(group, finding)]],
    }


def _placed(group: Group, finding: Finding) -> list[Placed]:
    locator = group.locator if isinstance(group, FileGroup) else None
    if locator is None or finding.fix is None or locator.source.compression:
        return []
    row = locator.places.place(finding.row) if finding.row is not None else None
    offset, size = row or (finding.offset or 0, 0)
    return place(finding.fix, offset, size, 1, finding.row)


def _sent(placed: Placed) -> list[Any]:
    edit = placed.edit
    values: list[Any] = list(edit)
    if isinstance(edit, ReplaceBytes):
        values = [edit.offset, edit.length, edit.replacement.decode("latin-1")]
    return [type(edit).__name__, values, placed.offset, placed.size, placed.group, placed.row]


def received(sent: list[Any]) -> Placed:
    """The placed edit that `told` sent."""
    name, values, *where = sent
    edit: Edit
    match name:
        case "SetValue":
            edit = SetValue(*values)
        case "Drop":
            edit = Drop(*values)
        case "ReplaceBytes":
            edit = ReplaceBytes(values[0], values[1], values[2].encode("latin-1"))
        case _:
            edit = Rewrite(*values)
    return Placed(edit, *where)
