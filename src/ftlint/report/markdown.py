"""Markdown for a job's summary and for a comment under a pull request, as GitHub and GitLab render it.

GitHub drops a summary of more than 1 MiB and refuses a comment of more than 65,536 characters. So there is a
limit, what does not fit is left out by whole lines, and a line says how much that is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TextIO

from ftlint.model import Finding, Severity
from ftlint.model.report import Group, Report
from ftlint.report.amounts import number, plural
from ftlint.report.gfm import cell, code, link, row, table
from ftlint.report.rule_help import page_of
from ftlint.report.style import Style
from ftlint.report.wording import failures, guarded, location, message, since, summary, worst

LIMIT = 900 * 1024
"""UTF-8 bytes."""

CLOSING = 200
"""Bytes that are kept for the last line."""

ROWS, ALIKE = 20, 5
"""Rows that are shown with what stands in them, and how many of them with findings of the same rules."""
EACH, ALL = 200, 5_000
"""Findings of a rule and file, and of all, among which the worst rows are looked for."""
FILES = 50
WIDE, LONG = 120, 300
"""Characters of a message in a table, and in a list."""

_MARKS = {
    Severity.ERROR: "🔴\u00a0error",
    Severity.WARNING: "🟡\u00a0warning",
    Severity.INFO: "🔵\u00a0info",
}


class Block(NamedTuple):
    """Lines that stand or fall one by one, below a head without which they are nothing."""

    head: str
    lines: Sequence[str]
    what: str
    tail: str = ""


def write(report: Report, out: TextIO, style: Style) -> None:
    out.write(text(report, style))


def text(report: Report, style: Style, limit: int = LIMIT) -> str:
    """The report in Markdown, of at most `limit` bytes in UTF-8 (which is no fewer than its characters).

    Rule codes link to their pages where `style.page_url` says where these are.
    """
    parts = [_verdict(report)]
    room = limit - CLOSING - _size(parts[0])
    left: dict[str, int] = {}
    for block in _blocks(report, style):
        shown, used = [], _size(block.head) + _size(block.tail) + 4
        for line in block.lines:
            if used + _size(line) + 1 > room:
                break
            shown.append(line)
            used += _size(line) + 1
        if shown:
            parts.append("\n".join([block.head, *shown]) + block.tail)
            room -= used
        if len(shown) < len(block.lines):
            left[block.what] = len(block.lines) - len(shown)
    if left:
        told = ", ".join(plural(count, what) for what, count in left.items())
        parts.append(f"*Left out, for there is no more room: {told}.*")
    return "\n\n".join(parts) + "\n"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace"))


def _verdict(report: Report) -> str:
    first, *rest = summary(report)
    failed = report.exit_code
    mark = "❌" if failed else "⚠️" if any(group.count for group in report.groups) else "✅"
    worse = "" if report.fail_on is Severity.ERROR else " and worse"
    told = {
        0: "The check passes",
        1: f"The check fails on {report.fail_on.label}s{worse}",
        2: "The check could not look at everything",
    }
    return f"### {mark} ftlint: {first}\n\n{' · '.join([told[failed], *rest])}"


def _blocks(report: Report, style: Style) -> Iterator[Block]:
    changed = [f"- {code(line, LONG)}" for line in since(report)]
    if changed:
        yield Block("#### Changed rows\n", changed, "note on what changed")
    broken = [f"- {_failure(place, what)}" for place, what in failures(report)]
    if broken:
        yield Block("#### Could not check\n", broken, "failure")
    groups = [group for group in report.groups if group.count and style.shows(group.severity)]
    if groups:
        head = table(("", "rule", "findings", "fixable", "first", "what"), right=(2, 3))
        yield Block(f"#### Rules\n\n{head}", list(_rules(groups, style)), "rule")
    missed = [f"- {line}" for line in _not_run(report)]
    if missed:
        yield Block("#### Not run\n", missed, "note of what did not run")
    worst_rows = list(_worst_rows(groups, style))
    if worst_rows:
        yield Block("#### Where to look first\n", worst_rows, "row")
    touched = _files(report, groups)
    if touched:
        opened = f"<details>\n<summary>{plural(len(report.files), 'file')}</summary>\n\n"
        head = table(("file", "format", "rows", "errors", "warnings", "infos"), right=(2, 3, 4, 5))
        yield Block(opened + head, touched, "file", "\n\n</details>")


def _failure(place: str, what: str) -> str:
    return f"{code(place, WIDE)}: {code(what, LONG)}" if place else code(what, LONG)


def _not_run(report: Report) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for entry in report.not_run:
        reasons.setdefault(entry.reason, []).append(entry.code)
    for reason, codes in reasons.items():
        named = ", ".join(sorted({each for each in codes if each}))
        yield f"{named}: {code(reason, LONG)}" if named else code(reason, LONG)


def _rules(groups: Sequence[Group], style: Style) -> Iterator[str]:
    """A line for each rule, the worst first."""
    together: dict[tuple[Severity, str], list[Group]] = defaultdict(list)
    for group in groups:
        together[group.severity, group.code].append(group)
    order = sorted(together, key=lambda key: (-key[0], -sum(group.count for group in together[key]), key[1]))
    for severity, named in order:
        mine = together[severity, named]
        first = next(iter(mine[0].findings(1)), None)
        fixable = sum(group.safe_fixes + group.unsafe_fixes for group in mine)
        yield row(
            (
                _MARKS[severity],
                f"{link(named, page_of(style.page_url, named))} {cell(code(mine[0].name))}",
                number(sum(group.count for group in mine)),
                number(fixable) if fixable else "",
                cell(code(_place(mine[0].path, first), WIDE, keep_end=True)),
                cell(code(_told(mine[0], first), WIDE)),
            )
        )


def _told(group: Group, first: Finding | None) -> str:
    return (
        message(first) if first is not None and (group.count == 1 or not group.headline) else group.headline
    )


def _place(path: str, finding: Finding | None) -> str:
    if not path:
        return "the project as a whole"
    return path if finding is None else location(path, finding.line, finding.row)


def _worst_rows(groups: Sequence[Group], style: Style) -> Iterator[str]:
    """The rows with the most severe findings and the most of them, and what was found there."""
    rows: dict[tuple[str, int, str], list[tuple[Group, Finding]]] = defaultdict(list)
    looked_at = 0
    for group in sorted(groups, key=lambda group: -group.severity):
        for finding in group.findings(min(EACH, ALL - looked_at)):
            looked_at += 1
            where = finding.row if finding.row is not None else finding.line
            if group.path and where is not None:
                rows[group.path, where, _place(group.path, finding)].append((group, finding))
    seen: dict[tuple[str, ...], int] = defaultdict(int)
    shown = 0
    for key in sorted(rows, key=lambda key: (*_weight(rows[key]), key)):
        alike = tuple(sorted(group.code for group, _ in rows[key]))
        seen[alike] += 1
        if seen[alike] <= ALIKE and shown < ROWS:
            shown += 1
            yield _row(key[2], rows[key], style)


def _weight(found: Iterable[tuple[Group, Finding]]) -> tuple[int, ...]:
    severities = [worst(finding, group) for group, finding in found]
    return tuple(-severities.count(level) for level in (Severity.ERROR, Severity.WARNING, Severity.INFO))


def _row(place: str, found: Sequence[tuple[Group, Finding]], style: Style) -> str:
    """One item of a list. What is foreign in it stands behind a bullet or a tag of ours."""
    lines = [f"- {code(place, WIDE, keep_end=True)}"]
    ordered = sorted(found, key=lambda pair: (-worst(pair[1], pair[0]), pair[0].code))
    for group, finding in ordered[:5]:
        rule = link(group.code, page_of(style.page_url, group.code))
        lines.append(f"  - {_MARKS[worst(finding, group)]} {rule} {code(message(finding), LONG)}")
        excerpt = group.excerpt(finding)
        if excerpt is not None:
            lines.append(f"    <br>{code(excerpt.text, LONG)}")
    if len(ordered) > 5:
        lines.append(f"  - {number(len(ordered) - 5)} more")
    return "\n".join(map(guarded, lines))


def _files(report: Report, groups: Sequence[Group]) -> list[str]:
    """Files by how much was found in them; those without findings are told by their number."""
    counts: dict[str, dict[Severity, int]] = defaultdict(lambda: defaultdict(int))
    for group in groups:
        counts[group.path][group.severity] += group.count
    levels = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    ranks = {file.path: [-counts[file.path][level] for level in levels] for file in report.files}
    order = sorted(report.files, key=lambda file: (ranks[file.path], file.path))
    lines = [
        row(
            (
                cell(code(file.path, WIDE, keep_end=True)),
                cell(code(file.format)) if file.format else "",
                number(file.rows) if file.rows else "",
                *(number(counts[file.path][level]) if counts[file.path][level] else "" for level in levels),
            )
        )
        for file in order[:FILES]
    ]
    if len(order) > FILES:
        lines.append(row((f"{number(len(order) - FILES)} more", "", "", "", "", "")))
    return lines
