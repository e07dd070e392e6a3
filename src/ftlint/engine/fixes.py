"""The edits of a report, placed in their files."""

from collections.abc import Iterator

from ftlint.engine.groups import FileGroup
from ftlint.fix.apply import Placed, place
from ftlint.model.report import Report


def placed_fixes(report: Report, unsafe: bool = True) -> dict[str, list[Placed]]:
    """Edits by path, of safe fixes and, unless told otherwise, unsafe ones."""
    edits: dict[str, list[Placed]] = {}
    for group in report.groups:
        if isinstance(group, FileGroup):
            known = edits.setdefault(group.path, [])
            known += _placed(group, unsafe, len(known))
    return {path: placed for path, placed in edits.items() if placed}


def _placed(group: FileGroup, unsafe: bool, known: int) -> Iterator[Placed]:
    if group.locator is None:
        return
    for number, finding in enumerate(group.findings(), known + 1):
        if finding.fix is None or not (unsafe or finding.fix.safe):
            continue
        row = group.locator.places.place(finding.row) if finding.row is not None else None
        offset, size = row or (finding.offset or 0, 0)
        yield from place(finding.fix, offset, size, number)
