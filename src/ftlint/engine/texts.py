"""Text rules: one joined scan marks the rows, then each rule's own pattern runs on those rows' texts."""

from collections.abc import Iterator, Sequence
from typing import Any

from ftlint.engine.plan import Patterns
from ftlint.model import Finding, Match, Record, Text
from ftlint.rule import Rule

RECORD_SEPARATOR = b"\x1e"


def marked_rows(patterns: Patterns, scanned: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Positions of rows in which some rule's mark stands, with those rules' codes."""
    buffer = RECORD_SEPARATOR.join([encoded(text) for text in scanned])
    search = patterns.joined.search
    found = search(buffer)
    if found is None:
        return
    if patterns.which is None:
        patterns.compile_own()
    starts = starts_of(scanned)
    position = 0
    while found is not None:
        position = row_at(starts, found.start(), position)
        last = row_at(starts, max(found.start(), found.end() - 1), position)
        for row in range(position, last + 1):
            codes = _codes(patterns, encoded(scanned[row]))
            if codes:
                yield row, codes
        position = last + 1
        if position >= len(scanned):
            return
        found = search(buffer, starts[position])


def encoded(text: str) -> bytes:
    """UTF-8 of the text; a lone surrogate becomes a question mark, so that offsets hold."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def starts_of(scanned: Sequence[str]) -> list[int]:
    """Where each text begins in the buffer that joins them by one byte."""
    starts, at = [], 0
    for text in scanned:
        starts.append(at)
        at += (len(text) if text.isascii() else len(encoded(text))) + 1
    return starts


def row_at(starts: list[int], offset: int, low: int) -> int:
    """The text that a byte of the buffer belongs to; it is `low` or later."""
    from bisect import bisect_right

    return bisect_right(starts, offset, low) - 1


def _codes(patterns: Patterns, text: bytes) -> list[str]:
    return [patterns.rules[index].code for index in sorted(patterns.which.Match(text) or ())]


def matches(patterns: Patterns, rule: Rule[Match], record: Record) -> Iterator[Finding]:
    """A text rule's findings in one record, placed at the match where the rule names no place."""
    own = patterns.own[rule.code]
    for text in record.texts:
        if rule.where not in ("any", text.where):
            continue
        for finding in _in_text(own, rule, record, text):
            yield finding
            if rule.per == "record":
                return


def _in_text(own: Any, rule: Rule[Match], record: Record, text: Text) -> Iterator[Finding]:
    value = text.value if text.value.isascii() else encoded(text.value).decode()
    for found in own.finditer(value):
        start, end = found.span()
        confirmed = False
        for finding in rule.check(Match(record, text, start, end)):
            confirmed = True
            if finding.pointer:
                yield finding._replace(row=record.row)
            else:
                yield finding._replace(row=record.row, pointer=text.pointer, start=start, end=end)
        if confirmed and rule.per != "match":
            return
