from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ftlint.model.finding import Finding
from ftlint.model.severity import Severity

if TYPE_CHECKING:
    from ftlint.model.stats import Stats


class FileSummary(NamedTuple):
    """One checked file, as a person is told of it; `about` is what its format does not say of it."""

    path: str
    format: str
    rows: int
    bytes: int
    split: str = ""
    dataset: str = ""
    about: str = ""


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


class FixedFile(NamedTuple):
    """A file that was mended: for each rule its code, its name and how many of its findings."""

    path: str
    counts: tuple[tuple[str, str, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, _, count in self.counts)


class NotFixed(NamedTuple):
    """A file that was to be mended and was not, or not wholly: why, and how many of its safe and unsafe fixes
    are left."""

    path: str
    reason: str
    safe: int
    unsafe: int


class Rise(NamedTuple):
    """A rule that finds more in a dataset than it did in the older state."""

    code: str
    name: str
    dataset: str
    before: int
    now: int


class Since(NamedTuple):
    """What a report of changed rows is held against.

    `ref` is what a person compares with, `commit` the commit that is, as git abbreviates it ("" before the
    first). `rows` and `files` changed; `total` files were asked for, `unread` of them were not read, since
    nothing in them or their dataset changed. `hidden` findings are not told. `notes` say where it could not
    be known which rows changed.
    """

    ref: str
    commit: str
    staged: bool
    rows: int
    files: int
    total: int
    unread: int
    hidden: int
    rises: tuple[Rise, ...] = ()
    notes: tuple[str, ...] = ()


def short(ref: str) -> str:
    """A ref as people are told of it: of a whole commit id the first digits."""
    return ref[:SHORT] if len(ref) >= 40 and set(ref) <= set("0123456789abcdef") else ref


SHORT = 7


class Excerpt(NamedTuple):
    """A masked piece of the row around a finding; the caret spans [start, end) of `text`, in code points."""

    text: str
    start: int
    end: int


class Preview(NamedTuple):
    """What a row says, in short and masked: the last question and the answer to it, "" where it has none."""

    prompt: str
    answer: str


class Replacement(NamedTuple):
    """Put `text` in the place of `length` bytes at byte `offset` of a file."""

    offset: int
    length: int
    text: str


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

    def preview(self, path: str, row: int) -> Preview | None:
        """What a row of some file says, masked; None where it cannot be read or its format is not known."""
        ...

    def fingerprint(self, finding: Finding) -> str:
        """A stable identity of the finding: rule, path and the content of its row, not its number."""
        ...

    def replacements(self, finding: Finding) -> Sequence[Replacement]:
        """The finding's fix as bytes of its file. None of a fix that is more than that, that another program
        could not apply to the file as it is, or that would show what may be private."""
        ...


class Accepted(NamedTuple):
    """A group of which some findings are accepted; `reason` says why one is, None where it is not."""

    group: Group
    reason: Callable[[Finding, str], str | None]

    def findings(self) -> Iterator[tuple[Finding, str, str]]:
        """The accepted findings, each with its fingerprint and the reason."""
        for finding, fingerprint in self.group.identified():
            reason = self.reason(finding, fingerprint)
            if reason is not None:
                yield finding, fingerprint, reason


@dataclass(slots=True)
class Report:
    """What a run found, after suppression; exact counts; what did not run; the exit code.

    `groups` are sorted by path, then severity (worst first), then code. A path of "" belongs to the
    project as a whole. `profile` counts what the data holds when it is called, which reads all of it again;
    None where nobody can. `stale` are the entries of the suppressions file that nothing matches any more,
    `accepted` the groups that it took findings out of: read again by formats that tell of them.
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
    profile: "Callable[[], Stats] | None" = None
    fixed: Sequence[FixedFile] = ()
    not_fixed: Sequence[NotFixed] = ()
    since: Since | None = None
    accepted: Sequence[Accepted] = ()

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
