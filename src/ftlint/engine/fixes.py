"""The edits of a report, placed in their files."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ftlint.engine.groups import FileGroup
from ftlint.fix.apply import Placed, place
from ftlint.model import Drop, Finding, Source
from ftlint.model.report import Report

Wanted = Callable[[Finding], bool]


class Edits(NamedTuple):
    """The edits of one file as it was read, and for each group of them the finding that asks for it."""

    source: Source
    placed: list[Placed]
    causes: dict[int, Finding]


def placed_fixes(report: Report, unsafe: bool = True) -> dict[str, list[Placed]]:
    """Edits by path, of safe fixes and, unless told otherwise, unsafe ones."""

    def wanted(finding: Finding) -> bool:
        return finding.fix is not None and (unsafe or finding.fix.safe)

    return {path: edits.placed for path, edits in wanted_edits(report, wanted).items()}


def wanted_edits(report: Report, wanted: Wanted) -> dict[str, Edits]:
    """Edits by path of the findings that are to be fixed.

    Of rows that repeat each other one stays: a finding whose row another one keeps, or that keeps a row which
    goes for another reason, waits until it is found again.
    """
    found = list(_wanted(report, wanted))
    waiting = _waiting(finding for _, finding in found)
    edits: dict[str, Edits] = {}
    for group, finding in found:
        locator = group.locator
        if locator is None or finding.fix is None or id(finding) in waiting:
            continue
        known = edits.setdefault(group.path, Edits(locator.source, [], {}))
        number = len(known.causes) + 1
        known.causes[number] = finding
        row = locator.places.place(finding.row) if finding.row is not None else None
        offset, size = row or (finding.offset or 0, 0)
        known.placed.extend(place(finding.fix, offset, size, number, finding.row))
    return {path: each for path, each in edits.items() if each.placed}


def wanted_findings(report: Report, wanted: Wanted) -> Iterator[Finding]:
    """The findings that are to be fixed."""
    return (finding for _, finding in _wanted(report, wanted))


def _wanted(report: Report, wanted: Wanted) -> Iterator[tuple[FileGroup, Finding]]:
    for group in report.groups:
        if isinstance(group, FileGroup) and group.locator is not None and _may_be_fixed(group):
            yield from ((group, finding) for finding in group.fixes() if wanted(finding))


def _may_be_fixed(group: FileGroup) -> bool:
    return bool(group.safe_fixes or group.unsafe_fixes)


def drops(finding: Finding) -> bool:
    """Whether the fix of a finding takes its whole row away."""
    return finding.fix is not None and any(isinstance(edit, Drop) for edit in finding.fix.edits)


Place = tuple[str, int | None]


def _waiting(found: Iterable[Finding]) -> set[int]:
    """Findings (by identity) whose row must not be dropped now.

    Of one rule whole clusters go at once: a row may go for one that itself goes for a third. What two rules
    say of a row holds only while both rows are there, so a row that is kept for one rule does not go for
    another. Leaks to other files come first: they tell of rows, not of what is alike among them.
    """
    dropping = [finding for finding in found if drops(finding)]
    gone: dict[Place, tuple[str, Place | None]] = {
        (each.path, each.row): ("", None) for each in dropping if each.related is None
    }
    kept: dict[Place, str] = {}
    waiting: set[int] = set()
    for finding in sorted((each for each in dropping if each.related is not None), key=_rank):
        assert finding.related is not None
        mine, other = (finding.path, finding.row), (finding.related.path, finding.related.row)
        if mine in gone:
            continue
        stays = _kept_instead(other, finding.code, gone)
        if stays in (None, mine) or kept.get(mine, finding.code) != finding.code:
            waiting.add(id(finding))
            continue
        assert stays is not None
        gone[mine] = (finding.code, stays)
        for each in {other, stays}:
            kept[each] = finding.code if kept.get(each, finding.code) == finding.code else MANY
    return waiting


MANY = "several rules"


def _rank(finding: Finding) -> tuple[bool, str, str, int]:
    related = finding.related.path if finding.related else ""
    return related == finding.path, finding.code, finding.path, finding.row or 0


def _kept_instead(place: Place, code: str, gone: dict[Place, tuple[str, Place | None]]) -> Place | None:
    """The row that stays of those that go one for the other, None where it goes for another reason."""
    passed = []
    while place in gone:
        why, instead = gone[place]
        if why != code or instead is None:
            return None
        passed.append(place)
        place = instead
    for each in passed:  # the next one who asks has a shorter way
        gone[each] = (code, place)
    return place
