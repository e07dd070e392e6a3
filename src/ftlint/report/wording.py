"""What every text format says in the same words."""

from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.mask import visible
from ftlint.model import Finding, Severity
from ftlint.model.report import Group, Report, short
from ftlint.report.amounts import duration, number, plural, size


def certainty(finding: Finding) -> str:
    """`94% sure`; "" where a finding says nothing of it. Nothing that a curve shows is certain."""
    return "" if finding.confidence is None else f"{min(finding.confidence, 0.99):.0%} sure"


def message(finding: Finding) -> str:
    """The finding's message, with the place it points to where the message does not name it."""
    related = finding.related
    if related is None:
        return finding.message
    place = location(related.path, related.line, related.row)
    if place in finding.message:
        return finding.message
    if finding.message.endswith(related.path):
        return finding.message.removesuffix(related.path) + place
    if related.path == finding.path and place != related.path:
        place = f"row {related.row}" if related.line is None else f"line {related.line}"
    return f"{finding.message} → {place}"


def location(path: str, line: int | None, row: int | None) -> str:
    """`path:18`; in a file without lines `path (row 17)`, counted from 0."""
    if line is not None:
        return f"{path}:{line}"
    return path if row is None else f"{path} (row {row})"


def worst(finding: Finding, group: Group) -> Severity:
    return group.severity if finding.severity is None else finding.severity


def fixable(group: Group) -> str:
    """How much of a group can be mended by machine: `""`, `fixable`, `12 fixable`."""
    count = group.safe_fixes + group.unsafe_fixes
    if not count:
        return ""
    return "fixable" if count == group.count else f"{number(count)} fixable"


def fixes(report: Report) -> int:
    """How many findings can be mended by machine, less those that `--fix` has just left."""
    return _safe(report) + sum(
        [*(group.unsafe_fixes for group in report.groups), *(-file.unsafe for file in report.not_fixed)]
    )


def _safe(report: Report) -> int:
    return sum([*(group.safe_fixes for group in report.groups), *(-file.safe for file in report.not_fixed)])


def counts(report: Report) -> str:
    """`12 errors, 31 warnings`; "" where there is nothing."""
    parts = [
        plural(report.count(severity), severity.label)
        for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
        if report.count(severity)
    ]
    return ", ".join(parts)


def summary(report: Report) -> list[str]:
    """The summary in parts, to be joined by ` · `; the first says how it stands."""
    found = counts(report)
    if report.failures:
        failed = plural(len(report.failures), "failure")
        verdict = f"{failed}, {found}" if found else f"{failed}: could not check everything"
    elif not found:
        asked = report.files or (report.since and report.since.total)
        verdict = "clean" if asked else "nothing checked: no data files"
    else:
        verdict = found
    if found:
        paths = {file.path for file in report.files}
        touched = {group.path for group in report.groups if group.count} & paths
        if touched:
            verdict += f" in {number(len(touched))} of {plural(len(paths), 'file')}"
    parts = [verdict]
    if report.files:
        runs = sum(bool(file.about) for file in report.files)
        read = [plural(report.rows, "row")] if report.rows or not runs else []
        read += [plural(runs, "run")] if runs else []
        parts.append(f"{', '.join(read)}, {size(report.bytes)}, {duration(report.seconds)}")
    mended = fixes(report)
    if mended:
        parts.append(f"{number(mended)} fixable ({_with_what(report)})")
    if report.suppressed:
        parts.append(f"{number(report.suppressed)} suppressed")
    parts.append(plural(report.rules, "rule"))
    return parts


def _with_what(report: Report) -> str:
    """How what is fixable is fixed."""
    safe = _safe(report)
    if safe == fixes(report):
        return "--fix"
    return f"{number(safe)} safe: --fix" if safe else "--fix --unsafe-fixes"


def since(report: Report) -> list[str]:
    """What changed and what is not told; then what rose, and where it is not known what changed."""
    told = report.since
    if told is None:
        return []
    ref = short(told.ref)
    at = f" ({told.commit})" if told.commit and told.commit != ref else ""
    against = f"staged, against {ref}{at}" if told.staged else f"since {ref}{at}"
    if told.staged and not told.commit:
        against = "staged, for the first commit"
    if not told.files:
        parts = [f"nothing added or changed in {plural(told.total, 'file')}"]
    elif told.rows:
        changed = plural(told.rows, "changed row")
        parts = [f"{changed} in {number(told.files)} of {plural(told.total, 'file')}"]
    else:  # a config, or rows that went
        parts = [f"{number(told.files)} of {plural(told.total, 'file')} changed, without new rows"]
    if told.hidden:
        known = "1 known finding" if told.hidden == 1 else f"{number(told.hidden)} known findings"
        parts.append(f"{known} not shown")
    if told.files and told.unread:
        parts.append(f"{plural(told.unread, 'file')} not read")
    lines = [f"{against}: {'; '.join(parts)}"]
    lines += [
        f"{rise.code} {rise.name} rose from {number(rise.before)} to {number(rise.now)} in {rise.dataset}"
        for rise in told.rises
    ]
    return [visible(line) for line in (*lines, *told.notes)]


def not_run(report: Report) -> str:
    """What did not run, rules with the same reason together; "" where everything did."""
    codes: dict[str, list[str]] = {}
    for entry in report.not_run:
        codes.setdefault(entry.reason, []).append(entry.code)
    parts = []
    for reason, named in codes.items():
        rules = ", ".join(sorted({code for code in named if code}))
        parts.append(f"{rules} ({reason})" if rules else reason)
    return visible(", ".join(parts))


def failures(report: Report) -> Iterator[tuple[str, str]]:
    """Place and message of each thing that broke."""
    for failure in report.failures:
        place = location(failure.path, failure.line, None) if failure.path else ""
        named = " ".join(part for part in (failure.code, place) if part)
        yield visible(named), visible(failure.message)


def guarded(line: str) -> str:
    """A line that no CI system takes for a command: GitHub's runner strips white space before it looks."""
    bare = line.lstrip()
    return line.replace("::", "\\x3a:", 1) if bare.startswith("::") else line
