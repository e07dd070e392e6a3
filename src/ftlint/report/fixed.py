"""What was fixed, and what would be, in the words of the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftlint.detect.mask import visible
from ftlint.model.report import FixedFile, NotFixed, Report
from ftlint.report.amounts import number, plural


def lines(report: Report, *, every: bool, logged: bool = True) -> Iterator[str]:
    """`fixed 12 findings in 3 files`, where that is `logged`; with `every` the rules of each file below."""
    if not report.fixed:
        if every:
            yield "nothing fixed"
        return
    total = sum(file.total for file in report.fixed)
    log = " · log: .ftlint/changes.jsonl" if logged else ""
    yield f"fixed {plural(total, 'finding')} in {plural(len(report.fixed), 'file')}{log}"
    if every:
        yield from rules(report.fixed)


def rules(files: Sequence[FixedFile]) -> Iterator[str]:
    """The rules that were fixed, file by file."""
    for file in files:
        yield f"  {visible(file.path)}"
        for code, name, count in file.counts:
            yield f"    {number(count)} × {code} {visible(name)}"


def left(files: Sequence[NotFixed]) -> Iterator[str]:
    """Why files were left as they are, each reason once."""
    reasons: dict[str, list[str]] = {}
    for file in files:
        reasons.setdefault(file.reason, []).append(visible(file.path))
    for reason, (first, *more) in reasons.items():
        others = f" and {plural(len(more), 'more file')}" if more else ""
        yield f"{first}{others}: {reason}"


def would(files: Sequence[FixedFile]) -> Iterator[str]:
    """What fixing would do."""
    if not files:
        yield "nothing to fix"
        return
    total = sum(file.total for file in files)
    yield f"would fix {plural(total, 'finding')} in {plural(len(files), 'file')}"
    yield from rules(files)
