"""The terminal's format: by file, then by rule, a few examples each, the exact counts, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from typing import NamedTuple, TextIO

from ftlint.detect.mask import visible
from ftlint.model import Finding, Severity
from ftlint.model.report import Excerpt, FileSummary, Group, Report
from ftlint.report import closing
from ftlint.report.amounts import amount, number, plural
from ftlint.report.cells import cells, cut_left, frame, pad, wrap
from ftlint.report.style import Style
from ftlint.report.wording import certainty, fixable, guarded, message, worst

_INDENT = 10
_FRAME = 12
_SEVERITY = 7
_NAMES = 32
# A headline that would get fewer cells than this beside the rule's name stands below it.
_COLUMN = 36
_FEW = 3


def write(report: Report, out: TextIO, style: Style) -> None:
    page = _Page(out, style)
    files = {file.path: file for file in report.files}
    shown = [group for group in report.groups if group.count and style.shows(group.severity)]
    for path, groups in groupby(shown, key=lambda group: group.path):
        page.put(_header(path, files.get(path), style))
        page.file([_Entry.of(group, style) for group in groups])
    closing.write(report, page.put, style, apart=bool(shown))


class _Entry(NamedTuple):
    """A group with the findings to show, the first few of them located already."""

    group: Group
    few: Sequence[Finding]
    rest: Iterator[Finding]

    @classmethod
    def of(cls, group: Group, style: Style) -> _Entry:
        found = group.findings(style.max_per_rule) if style.max_per_rule else group.findings()
        return cls(group, list(islice(found, _FEW)), found)

    @property
    def all(self) -> Iterator[Finding]:
        return chain(self.few, self.rest)

    @property
    def title(self) -> str:
        return f"{self.group.code} {visible(self.group.name)}"


class _Page:
    def __init__(self, out: TextIO, style: Style) -> None:
        self.out = out
        self.style = style
        self.names = 0
        self.advised: set[str] = set()

    def put(self, line: str) -> None:
        self.out.write(guarded(line.rstrip()) + "\n")

    def paragraph(self, lead: str, text: str, hanging: int) -> None:
        """`lead`, which is `hanging` cells wide, and `text` beside it, wrapped under its own beginning."""
        room = self.style.width - hanging
        first, *others = wrap(text, room, room)
        self.put(lead + first)
        for line in others:
            self.put(" " * hanging + line)

    def file(self, entries: Sequence[_Entry]) -> None:
        self.names = min(_NAMES, max(cells(entry.title) for entry in entries))
        self.advised.clear()
        if all(finding.row is None and _place(finding) for entry in entries for finding in entry.few):
            self.places(entries)
            return
        for entry in entries:
            if entry.group.count == 1 and entry.few:
                self.single(entry)
            elif entry.few:
                self.several(entry)
            self.advice(entry)

    def places(self, entries: Sequence[_Entry]) -> None:
        """A file that is read by line and column, such as a config: each finding is a line of its own."""
        found = [(finding, entry) for entry in entries for finding in entry.all]
        found.sort(key=_in_order)
        room = max((cells(_place(finding)) for finding, _ in found), default=0)
        drawn = _drawn(found)
        for index, (finding, entry) in enumerate(found):
            lead = f"  {pad(_place(finding), room)}  "
            self.head(entry, worst(finding, entry.group), _told(finding), lead)
            if index in drawn:
                self.frame(entry.group, finding, entry.group.excerpt(finding, self.style.values))
            self.advice(entry)
            self.advised.add(entry.group.code)
        for entry in entries:
            self.more(entry.group)

    def single(self, entry: _Entry) -> None:
        group, finding = entry.group, entry.few[0]
        place = _place(finding)
        text = f"{place}  {message(finding)}" if place else message(finding)
        self.head(entry, worst(finding, group), text)
        self.frame(group, finding, group.excerpt(finding, self.style.values))

    def several(self, entry: _Entry) -> None:
        group = entry.group
        headline = group.headline or message(entry.few[0])
        self.head(entry, group.severity, headline)
        excerpts = [group.excerpt(finding, self.style.values) for finding in entry.few]
        if not any(excerpts) and all(message(finding) == headline for finding in entry.few):
            self.lines(entry.all)
        else:
            shown = zip(entry.few, excerpts, strict=True)
            others = ((finding, group.excerpt(finding, self.style.values)) for finding in entry.rest)
            self.examples(entry, headline, chain(shown, others))
        self.more(group)

    def head(self, entry: _Entry, severity: Severity, text: str, lead: str = "  ") -> None:
        label = self.style.severity(severity.label.ljust(_SEVERITY), severity)
        title = f"{lead}{label} {self.style.code(entry.group.code)} {visible(entry.group.name)}"
        gap = max(self.names - cells(entry.title), 0) + 2
        hanging = cells(lead) + _SEVERITY + 1 + cells(entry.title) + gap
        text = visible(text)
        if self.style.width - hanging >= min(_COLUMN, cells(text)):
            self.paragraph(title + " " * gap, text, hanging)
        else:
            self.put(title)
            self.paragraph(" " * _INDENT, text, _INDENT)

    def examples(self, entry: _Entry, headline: str, shown: Iterable[tuple[Finding, Excerpt | None]]) -> None:
        room = max(cells(_place(finding)) for finding in entry.few)
        last = ""
        for finding, excerpt in shown:
            room = max(room, cells(_place(finding)))
            lead = " " * _INDENT + (pad(_place(finding), room) + "  " if room else "")
            told = message(finding)
            self.paragraph(lead, "" if told == headline else visible(told), cells(lead))
            if excerpt is not None and excerpt.text != last:
                self.frame(entry.group, finding, excerpt)
                last = excerpt.text

    def lines(self, findings: Iterable[Finding]) -> None:
        """Findings of which only the line is news: `lines 3, 7, 12`."""
        places = [place for finding in findings if (place := _place(finding))]
        for unit, found in groupby(places, key=lambda place: place.rpartition(" ")[0]):
            numbers = list(dict.fromkeys(place.rpartition(" ")[2] for place in found))
            lead = f"{unit}s " if unit and len(numbers) > 1 else f"{unit} "
            self.paragraph(" " * _INDENT + lead, ", ".join(numbers), _INDENT + len(lead))

    def frame(self, group: Group, finding: Finding, excerpt: Excerpt | None) -> None:
        if excerpt is None:
            return
        room = self.style.width - _FRAME - 2
        text, left, right = frame(visible(excerpt.text), excerpt.start, excerpt.end, room)
        bar = " " * _FRAME + self.style.faint("│") + " "
        self.put(bar + text)
        mark = "^" * (right - left)
        if finding.fix and (finding.row is None or not (group.help or finding.help)):
            advice = f" {visible(finding.fix.message)} (fixable)"
            if right + cells(advice) <= room:
                mark += advice
                self.advised.add(group.code)
        self.put(bar + " " * left + self.style.severity(mark, worst(finding, group)))

    def more(self, group: Group) -> None:
        left = group.count - self.style.max_per_rule
        if self.style.max_per_rule and left > 0:
            room = self.style.width - _INDENT
            for line in wrap(f"… {number(left)} more: {visible(self.style.all_of(group.code))}", room, room):
                self.put(" " * _INDENT + self.style.faint(line))

    def advice(self, entry: _Entry) -> None:
        """How to mend it, unless a caret has said so."""
        if entry.group.code in self.advised:
            return
        first = entry.few[0] if entry.few else None
        remedy = (first.help if first else "") or entry.group.help
        if first and first.fix and not remedy:
            remedy = first.fix.message
        text = " · ".join(part for part in (visible(remedy), fixable(entry.group)) if part)
        if text:
            label = "help: " if remedy else ""
            self.paragraph(" " * _INDENT + self.style.paint(label, "32"), text, _INDENT + len(label))


def _header(path: str, file: FileSummary | None, style: Style) -> str:
    facts = []
    if file is not None:
        facts = [visible(file.format), plural(file.rows, "row") if file.rows else "", visible(file.about)]
    known = [fact for fact in facts if fact]
    name = visible(path) or "the project as a whole"
    tail = "".join(f" · {fact}" for fact in known)
    if cells(name) + cells(tail) <= style.width or not known:
        return style.strong(guarded(cut_left(name, style.width))) + style.faint(tail)
    room = style.width - 2
    below = "".join(f"\n  {style.faint(line.rstrip())}" for line in wrap(" · ".join(known), room, room))
    return style.strong(guarded(cut_left(name, style.width))) + below


def _drawn(found: Sequence[tuple[Finding, _Entry]]) -> frozenset[int]:
    """Of which findings the excerpt is shown. The curves of a run are the same for all of them: they stand
    below what is a warning or worse, or once."""
    if any(finding.step is None for finding, _ in found):
        return frozenset(range(len(found)))
    grave = [
        index
        for index, (finding, entry) in enumerate(found)
        if worst(finding, entry.group) >= Severity.WARNING
    ]
    return frozenset(grave or [0])


def _told(finding: Finding) -> str:
    """Its message; of a training run with how sure it is."""
    sure = certainty(finding)
    return f"{message(finding)} ({sure})" if sure else message(finding)


def _in_order(found: tuple[Finding, _Entry]) -> tuple[float, int, int, str]:
    finding, entry = found
    return finding.step or 0.0, finding.line or 0, finding.column or 0, entry.group.code


def _place(finding: Finding) -> str:
    """Where in its file: `line 88`, `row 12` where there are no lines, `4:16` where there are no rows; in a
    training run `step 1200`."""
    if finding.step is not None:
        return f"{finding.unit or 'step'} {amount(finding.step)}"
    if finding.line is None:
        return "" if finding.row is None else f"row {finding.row}"
    if finding.row is None and finding.column is not None:
        return f"{finding.line}:{finding.column}"
    return f"line {finding.line}"
