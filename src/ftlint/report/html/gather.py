"""What of the findings goes into the page: of each rule and file some, and of those that name another row all
that are needed to see who repeats whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from ftlint.model import Finding, Severity
from ftlint.model.report import Excerpt, Group, Preview, Report
from ftlint.report.style import Style

SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)

MOST_ROWS = 20_000
"""Findings that the browser of the page holds."""

MOST_LINKED = 100_000
"""Findings with another row that are looked through for clusters."""


class Found(NamedTuple):
    """A finding as the page shows it: a masked piece of the row, or what the row says, or neither."""

    finding: Finding
    excerpt: Excerpt | None
    preview: Preview | None


class Gathered(NamedTuple):
    """A group, the findings of it that are shown, and the first `looked` of those that name another row."""

    group: Group
    shown: Sequence[Found]
    linked: Sequence[Finding]
    looked: int


def gathered(report: Report, style: Style, most: int = MOST_ROWS) -> list[Gathered]:
    groups = [group for group in report.groups if group.count and style.shows(group.severity)]
    room = level([group.count for group in groups], most)
    linking = [_links(group) for group in groups]
    links = level([group.count for group, links in zip(groups, linking, strict=True) if links], MOST_LINKED)
    return [_of(group, room, links if link else 0) for group, link in zip(groups, linking, strict=True)]


def _of(group: Group, room: int, links: int) -> Gathered:
    shown: list[Found] = []
    linked: list[Finding] = []
    looked = 0
    limit = max(room, links)
    for looked, finding in enumerate(islice(group.findings(limit), limit), 1):
        if looked <= room:
            shown.append(_found(group, finding))
        if finding.related is not None and finding.related.row is not None and finding.row is not None:
            linked.append(finding)
    return Gathered(group, shown, linked, looked)


def _links(group: Group) -> bool:
    """Whether the group's findings name another row, judged by the first one."""
    first = next(iter(group.findings(1)), None)
    return first is not None and first.related is not None and first.related.row is not None


def _found(group: Group, finding: Finding) -> Found:
    """Of a row as a whole its first characters say little: then what is asked and answered in it."""
    whole = finding.row is not None and not finding.pointer and finding.start is None and not finding.kind
    preview = None
    if whole and finding.offset is None and finding.row is not None:
        preview = group.preview(finding.path, finding.row)
    return Found(finding, None if preview else group.excerpt(finding), preview)


def level(amounts: Sequence[int], most: int) -> int:
    """The largest share that each of the amounts may take so that all together take `most` at the most."""
    left, room = sorted(amounts), most
    while left:
        each = room // len(left)
        if left[0] > each:
            return each
        room -= left.pop(0)
    return max(amounts, default=0)


def examples(gathered: Sequence[Gathered], most: int) -> Iterator[tuple[Gathered, Found]]:
    """The first of every group, then the second of every group, and so on."""
    given = 0
    for index in range(most):
        for each in gathered:
            if given < most and index < len(each.shown):
                given += 1
                yield each, each.shown[index]
