"""What differs between two versions, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.model import Severity
from ftlint.model.dataset_diff import ChangedRow, DatasetDiff, FoundRow, RuleDiff, ScopeDiff
from ftlint.report import dataset_diff_wording as wording
from ftlint.report.amounts import duration, number, plural
from ftlint.report.cells import cells, cut, cut_left, pad, wrap
from ftlint.report.style import Style
from ftlint.report.wording import guarded, location

_LABEL = 10
ESTIMATED = (
    "tokens are estimates; PSI from 0.1 is a moderate shift, from 0.25 a major one (docs/data-diff.md)"
)


def write(diff: DatasetDiff, out: TextIO, style: Style) -> None:
    page = _Page(out, style)
    page.head(diff)
    page.rows(diff)
    page.distribution(diff)
    page.findings(diff)
    page.closing(diff)


class _Page:
    def __init__(self, out: TextIO, style: Style) -> None:
        self.out = out
        self.style = style

    def put(self, line: str = "") -> None:
        self.out.write(guarded(line.rstrip()) + "\n")

    def labelled(self, label: str, text: str, colour: str = "36") -> None:
        """A label and its text, wrapped under its own beginning."""
        indent = _LABEL + 2
        room = self.style.width - indent
        first, *others = wrap(visible(text), room, room)
        shown = cut(label, _LABEL)
        self.put(f"  {self.style.paint(shown, colour)}{' ' * (_LABEL - cells(shown))}{first}")
        for line in others:
            self.put(" " * indent + line)

    def alarm(self, label: str, text: str, indent: int) -> None:
        """What must not be overlooked, wrapped."""
        label = f" {label} " if self.style.colour else label
        used = indent + len(label) + 1
        first, *others = wrap(visible(text), self.style.width - used, self.style.width - 4)
        self.put(f"{' ' * indent}{self.style.paint(label, '1;37;41')} {first}")
        for line in others:
            self.put("    " + line)

    def wrapped(self, text: str) -> None:
        for line in wrap(text, self.style.width, self.style.width):
            self.put(line)

    def indented(self, text: str, deeper: int = 0) -> None:
        lead = " " * (_LABEL + 2 + deeper)
        self.put(lead + cut(visible(text), self.style.width - len(lead)))

    def head(self, diff: DatasetDiff) -> None:
        for label, side in (("old", diff.old), ("new", diff.new)):
            facts = wording.side(side)
            name = cut_left(visible(side.name), max(20, self.style.width - cells(facts) - 7))
            self.put(f"{label}  {self.style.strong(name)}  {self.style.faint(facts)}")
        self.put()

    def rows(self, diff: DatasetDiff) -> None:
        self.labelled("rows", wording.verdict(diff))
        if diff.differs or diff.key:
            self.labelled("", wording.matched(diff))
        for move in diff.moved:
            if move.leak:
                self.alarm("LEAK RISK", wording.moved(move), 2)
            else:
                self.labelled("moved", wording.moved(move))
            for old, new in move.examples:
                self.indented(wording.between(old, new))
            self.more(move.rows, len(move.examples))
        if len(diff.splits) > 1:
            self.table(diff)
        for each in diff.converted:
            self.labelled("converted", wording.converted(each))
        if diff.fields:
            told = " · ".join(f"{field.pointer} {number(field.rows)}" for field in diff.fields)
            some = diff.counted < wording.edited(diff)
            self.labelled("fields", told + (f" (of the first {number(diff.counted)} rows)" if some else ""))
        for row in diff.changed:
            self.changed(row)
        if diff.changed:
            self.more(wording.edited(diff), len(diff.changed))
        self.found("added", diff.added, diff.rows.added)
        self.found("removed", diff.removed, diff.rows.removed)

    def table(self, diff: DatasetDiff) -> None:
        name = min(max(cells(visible(split.name)) for split in diff.splits), 24)
        table = _fitting(wording.columns(diff.splits), self.style.width - _LABEL - 2 - name)
        widths = _widths(table)
        lead = " " * (_LABEL + 2)
        titles = "".join(f"  {title:>{width}}" for (title, _), width in zip(table, widths, strict=True))
        self.put(self.style.faint(lead + " " * name + titles))
        for index, split in enumerate(diff.splits):
            figures = "".join(
                f"  {figures[index]:>{width}}" for (_, figures), width in zip(table, widths, strict=True)
            )
            self.put(lead + pad(cut_left(visible(split.name), name), name) + figures)

    def changed(self, row: ChangedRow) -> None:
        self.labelled("changed", f"{wording.between(row.old, row.new)} ({wording.known_by(row)})", "33")
        for each in row.differences:
            self.indented(each.pointer or "/", 2)
            for sign, text, colour in (("-", each.old, "31"), ("+", each.new, "32")):
                if text is not None:
                    lead = " " * (_LABEL + 6)
                    shown = cut(visible(text), self.style.width - len(lead) - 2)
                    self.put(lead + self.style.paint(f"{sign} {shown}", colour))
        left = row.differing - len(row.differences)
        if left > 0:
            self.indented(self.style.faint(f"… {plural(left, 'more value')}"), 2)

    def found(self, label: str, rows: Sequence[FoundRow], whole: int) -> None:
        for row in rows:
            place = wording.place(row.place)
            self.labelled(label, place, "32" if label == "added" else "31")
            if row.excerpt:
                self.indented(f"│ {row.excerpt}", 2)
        if rows:
            self.more(whole, len(rows))

    def more(self, whole: int, shown: int) -> None:
        if shown and whole > shown:
            self.put(" " * (_LABEL + 2) + self.style.faint(f"… {number(whole - shown)} more"))

    def distribution(self, diff: DatasetDiff) -> None:
        self.put()
        for label, text in wording.figures(diff.total):
            self.labelled(label, text)
        if len(diff.scopes) > 1:
            for scope in diff.scopes:
                for text in _shifts(scope):
                    self.labelled("shift", f"in {scope.name}: {text}", "33")

    def findings(self, diff: DatasetDiff) -> None:
        if diff.rules is None:
            return
        self.put()
        changed = [rule for rule in diff.rules if wording.has_changed(rule)]
        same = sum(rule.new for rule in diff.rules if not wording.has_changed(rule))
        told = f"; {number(same)} on both sides" if same else ""
        told = f"of {plural(len(changed), 'rule')} differ{told}" if changed else f"none new, none gone{told}"
        self.labelled("findings", told)
        for rule in changed:
            self.rule(rule)

    def rule(self, rule: RuleDiff) -> None:
        severity = self.style.severity(f"{rule.severity.label:<8}", rule.severity)
        used = 2 + cells(f"{rule.severity.label:<8}{rule.code} ")
        told = cut(f"{rule.name}  {wording.found(rule)}", self.style.width - used)
        self.put(f"  {severity}{self.style.code(rule.code)} {told}")
        for finding in rule.examples:
            place = location(finding.path, finding.line, finding.row)
            self.indented(f"{place}  {finding.message}")
            if finding.excerpt:
                self.indented(f"│ {finding.excerpt}", 2)
        if rule.fresh:
            self.more(rule.fresh, len(rule.examples))

    def closing(self, diff: DatasetDiff) -> None:
        self.put()
        for entry in diff.not_read:
            self.alarm("COULD NOT READ", f"{entry.path}: {entry.reason}", 0)
        self.wrapped(f"{wording.verdict(diff)} · {duration(diff.seconds)}")
        for label, text in _remarks(diff):
            lines = wrap(visible(text), self.style.width - len(label), self.style.width - 2)
            severity = Severity.INFO if label == "hint: " else Severity.WARNING
            self.put(self.style.severity(label, severity) + lines[0])
            for line in lines[1:]:
                self.put("  " + line)
        if diff.total.shifts:
            for line in wrap(ESTIMATED, self.style.width, self.style.width):
                self.put(self.style.faint(line))


Column = tuple[str, list[str]]


def _widths(table: Sequence[Column]) -> list[int]:
    return [max(len(title), *map(len, figures)) for title, figures in table]


def _fitting(table: list[Column], room: int) -> list[Column]:
    """The columns for which there is room; what can be worked out from the others gives way."""
    for title in ("same", "order"):
        if sum(width + 2 for width in _widths(table)) > room:
            table = [column for column in table if column[0] != title]
    return table


def _shifts(scope: ScopeDiff) -> Iterator[str]:
    for each in scope.shifts:
        if wording.is_told(each):
            parts = f": {wording.parts(each)}" if each.parts else ""
            yield f"{each.name}{parts}; {wording.shift(each)}"


def _remarks(diff: DatasetDiff) -> Iterator[tuple[str, str]]:
    if told := wording.not_run(diff):
        yield "not run: ", told
    for note in diff.notes:
        yield "hint: ", note
