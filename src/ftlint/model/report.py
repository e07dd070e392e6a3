from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from typing import NamedTuple, Protocol

from ftlint.model.finding import Finding
from ftlint.model.severity import Severity


class FileSummary(NamedTuple):
    """One checked file, as a person is told of it."""

    path: str
    format: str
    rows: int
    bytes: int
    split: str = ""
    dataset: str = ""


class NotRun(NamedTuple):
    """A rule (code) or a file ("" and a path in the reason) that could not be checked, and why."""

    code: str
    reason: str


class Failure(NamedTuple):
    """A rule or reader that broke: exit code 2."""

    code: str
    path: str
    line: int | None
    message: str


class Excerpt(NamedTuple):
    """A masked piece of the row around a finding; the caret spans [start, end) of `text`, in code points."""

    text: str
    start: int
    end: int


class Group(Protocol):
    """All findings of one rule in one file. Located lazily: only what is shown is read again."""

    path: str
    code: str
    name: str
    severity: Severity
    help: str

    @property
    def count(self) -> int: ...

    @property
    def headline(self) -> str:
        """What stands above the findings: their number and fault, or the message of the only one."""
        ...

    @property
    def safe_fixes(self) -> int: ...

    @property
    def unsafe_fixes(self) -> int: ...

    def findings(self, limit: int | None = None) -> Iterator[Finding]:
        """The findings in row order, with line and columns; the first `limit` where given."""
        ...

    def identified(self) -> Iterator[tuple[Finding, str]]:
        """All findings in row order, each with its fingerprint."""
        ...

    def excerpt(self, finding: Finding, bare: bool = False) -> Excerpt | None:
        """The masked excerpt of one of this group's findings, None where there is nothing to show."""
        ...

    def fingerprint(self, finding: Finding) -> str:
        """A stable identity of the finding: rule, path and the content of its row, not its number."""
        ...


@dataclass(slots=True)
class Report:
    """What a run found, after suppression; exact counts; what did not run; the exit code.

    `groups` are sorted by path, then severity (worst first), then code. A path of "" belongs to the
    project as a whole. `stale` are the entries of the suppressions file that nothing matches any more.
    """

    root: str
    files: Sequence[FileSummary]
    groups: Sequence[Group]
    not_run: Sequence[NotRun] = ()
    failures: Sequence[Failure] = ()
    rules: int = 0
    seconds: float = 0.0
    fail_on: Severity = Severity.ERROR
    suppressed: int = 0
    hints: Sequence[str] = field(default_factory=list)
    stale: Sequence[object] = ()

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    def count(self, severity: Severity) -> int:
        return sum(group.count for group in self.groups if group.severity is severity)

    def findings(self) -> Iterator[tuple[Finding, str]]:
        """Every finding with its fingerprint, sorted by path, row, code and place."""
        paths: dict[str, list[Group]] = {}
        for group in self.groups:
            paths.setdefault(group.path, []).append(group)
        for path in sorted(paths):
            found = merge(*(group.identified() for group in paths[path]), key=_row)
            for _, alike in groupby(found, key=_row):
                yield from sorted(alike, key=_place)

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings at or above `fail_on`, 2 could not check."""
        if self.failures:
            return 2
        return int(any(group.count and group.severity >= self.fail_on for group in self.groups))


def _row(item: tuple[Finding, str]) -> int:
    row = item[0].row
    return -1 if row is None else row


def _place(item: tuple[Finding, str]) -> tuple[int, int, str, str, int, str, str]:
    finding, fingerprint = item
    return (
        _row(item),
        finding.line or 0,
        finding.code,
        finding.pointer,
        finding.start or 0,
        finding.message,
        fingerprint,
    )
