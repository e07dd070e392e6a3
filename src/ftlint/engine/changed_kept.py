"""Which findings are about rows and lines that changed, and which have to be held against the older state."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ftlint.engine.changed_rows import Rows
from ftlint.engine.entries import END_LINE, LINE, OTHER_LINE, OTHER_ROW, Entries
from ftlint.engine.groups import FileGroup
from ftlint.engine.partial import Verdict
from ftlint.model import Dataset, Project, RunLog, Span, Training, TrainingConfig

WHOLE = (Dataset, Training, Project)
"""Subjects of rules that look at more than one row or file."""


class Changed(NamedTuple):
    """What changed, by path as shown: rows of data, lines of other files (None for all of them). `fresh` are
    the files that the older state does not have."""

    rows: Mapping[str, Rows]
    lines: Mapping[str, Sequence[range] | None]
    fresh: frozenset[str]

    def has_line(self, path: str, first: int, last: int) -> bool:
        lines = self.lines.get(path, ())
        return lines is None or any(run.start <= last and first < run.stop for run in lines)

    def has_row(self, path: str, row: int) -> bool:
        return path in self.rows and row in self.rows[path]

    def has(self, path: str) -> bool:
        return path in self.rows or path in self.lines


class Sifted(NamedTuple):
    """The findings of one group: those to tell, and those that the older state may have had as well."""

    kept: FileGroup | None
    pending: FileGroup | None


def sifted(group: FileGroup, changed: Changed) -> Sifted:
    """A finding of a row stays where the row changed, or the other row that it names; one of a line where the
    line did, one of a training run where its log did anywhere. What is about a whole file or dataset is
    pending."""
    entries = group.entries
    keep, wait = bytearray(len(entries)), bytearray(len(entries))
    if len(entries):
        _mark(group, changed, keep, wait)
    verdicts = [left for each in group.verdicts if len(left := _of_rows(each, group.path, changed))]
    kept = with_findings(group, [entries.only(keep), *verdicts])
    return Sifted(kept, with_findings(group, [entries.only(wait)]))


def with_findings(group: FileGroup, found: Sequence[Entries | Verdict]) -> FileGroup | None:
    """The group with these findings in place of its own, None without any."""
    some = [each for each in found if len(each)]
    return FileGroup(group.path, group.rule, group.severity, some, group.locators) if some else None


def _of_rows(verdict: Verdict, path: str, changed: Changed) -> Verdict:
    rows = array("I", (row for row in verdict.rows if changed.has_row(path, row)))
    return Verdict(verdict.code, verdict.finding, rows)


def _mark(group: FileGroup, changed: Changed, keep: bytearray, wait: bytearray) -> None:
    entries, path = group.entries, group.path
    others = [each.related.path if each.related else "" for each in entries.templates]
    whole = group.rule.subject in WHOLE
    if group.rule.subject is RunLog:
        keep[:] = bytes([changed.has(path)]) * len(keep)
        return
    for index, row in enumerate(entries.rows()):
        other = others[entries.which[index]]
        if row >= 0:
            twin = _number(entries, OTHER_ROW, index)
            keep[index] = changed.has_row(path, row) or (twin >= 0 and changed.has_row(other, twin))
            continue
        line, twin = _number(entries, LINE, index), _number(entries, OTHER_LINE, index)
        last = max(line, _number(entries, END_LINE, index))
        mine = line > 0 and changed.has_line(path, line, last)
        if mine or (twin > 0 and changed.has_line(other, twin, twin)):
            keep[index] = True
        elif group.rule.subject is Span:
            continue
        elif path in changed.fresh and not whole:
            keep[index] = True
        else:
            wait[index] = whole or group.rule.subject is TrainingConfig or changed.has(path)


def _number(entries: Entries, column: int, index: int) -> int:
    if entries.which[index] in entries.whole:
        finding = entries[index]
        other = finding.related
        told = {LINE: finding.line, END_LINE: finding.end_line}
        told |= {OTHER_ROW: other.row, OTHER_LINE: other.line} if other else {}
        return told.get(column) or -1
    numbers = entries.columns[column]
    return numbers[index] if numbers is not None else -1
