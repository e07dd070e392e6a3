"""The exact cause of one broken row, and the row itself where its meaning is certain."""

import ast
import json
import re
import warnings
from dataclasses import dataclass, field
from typing import Any

import orjson

from ftlint.model import Fault
from ftlint.read.lenient import Issue, Scanner
from ftlint.read.places import decode, position

LONGEST = 8 << 20
"""Longer rows are named by the parser's own message: the tolerant scanner takes about a second for 8 MiB."""

LONGEST_PYTHON = 1 << 20
_STRINGS = re.compile(rb"'(?:[^'\\]++|\\.)*+'|\"(?:[^\"\\]++|\\.)*+\"", re.DOTALL)
_UTF8 = re.compile(
    rb"(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+"
)


@dataclass(slots=True)
class Diagnosis:
    """`values` are (start, end, decoded) of each value that could be read."""

    issues: list[Issue] = field(default_factory=list)
    values: list[tuple[int, int, Any]] = field(default_factory=list)

    @property
    def kinds(self) -> set[str]:
        return {issue.kind for issue in self.issues}


def diagnose(raw: bytes) -> Diagnosis:
    """Why `raw` is no JSON. At least one issue; no values where reading on would be a guess."""
    if len(raw) > LONGEST:
        return Diagnosis([_by_parser(raw)])
    scan = Scanner(raw).scan()
    if scan.fatal is not None and scan.fatal.kind == "python-repr":
        return _python(raw, scan.fatal)
    issues = scan.issues
    bad = _bad_bytes(raw)
    if bad is not None:
        issues.append(bad)
    if scan.fatal is not None:
        issues.append(scan.fatal)
        return Diagnosis(_merged(raw, issues))
    values = []
    for start, end, clean in scan.values:
        try:
            values.append((start, end, _decoded(clean)))
        except (ValueError, RecursionError):
            issues.append(_by_parser(raw))
            return Diagnosis(_merged(raw, issues))
    if not issues:
        issues.append(_by_parser(raw) if values else Issue("invalid-json", 0, 0, "no value"))
        values = []
    return Diagnosis(_merged(raw, issues), values)


def faults(
    diagnosis: Diagnosis, raw: bytes, path: str, row: int | None, offset: int, line: int
) -> list[Fault]:
    """The issues of one row as faults; `line` is the line on which `raw` starts, None-able parts included."""
    found = []
    for issue in diagnosis.issues:
        down, column, end_column = position(raw, issue.start, issue.end)
        found.append(
            Fault(
                issue.kind,
                path,
                row=row,
                offset=offset + issue.start,
                length=issue.end - issue.start,
                line=line + down,
                column=column,
                end_column=end_column,
                detail=issue.detail,
                recovered=bool(diagnosis.values),
                replacement=issue.replacement,
                times=issue.count,
            )
        )
    return found


def _merged(raw: bytes, issues: list[Issue]) -> list[Issue]:
    """One issue per kind: its bytes reach from the first to the last, with all of that kind mended."""
    groups: dict[str, list[Issue]] = {}
    for issue in issues:
        groups.setdefault(issue.kind, []).append(issue)
    return [_joined(raw, group) for group in groups.values()]


def _joined(raw: bytes, group: list[Issue]) -> Issue:
    first = group[0]
    if len(group) == 1:
        return first
    if any(issue.replacement is None for issue in group):
        return Issue(first.kind, first.start, first.end, first.detail, count=len(group))
    pieces = []
    at = first.start
    for issue in group:
        pieces += [raw[at : issue.start], issue.replacement or b""]
        at = issue.end
    return Issue(first.kind, first.start, at, first.detail, b"".join(pieces), len(group))


def _bad_bytes(raw: bytes) -> Issue | None:
    """Bytes that are no UTF-8, as Windows-1252 where they can be."""
    if raw.isascii():
        return None
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        at, spans = error.start, 0
        end = error.end
        while at < len(raw):
            match = _UTF8.match(raw, at)
            if match:
                at = match.end()
            else:
                spans += 1
                at += 1
        return Issue("invalid-utf8", error.start, end, f"byte 0x{raw[error.start]:02X}", count=spans)
    return None


def _decoded(clean: bytes) -> Any:
    try:
        return orjson.loads(clean)
    except orjson.JSONDecodeError:
        text = decode(clean)
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return json.loads(text, strict=False)


def _python(raw: bytes, fatal: Issue) -> Diagnosis:
    """A Python literal: certain where Python itself reads it and JSON can say it."""
    value: Any = None
    text = raw.strip()
    start = len(raw) - len(raw.lstrip())
    if text.endswith(b","):
        text = text[:-1]
    if len(text) <= LONGEST_PYTHON and _depth(text) < 90:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of escapes Python does not know: they would show the row
                value = ast.literal_eval(decode(text))
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            value = None
    if isinstance(value, (dict, list)):
        try:
            mended = orjson.dumps(value)
        except (TypeError, orjson.JSONEncodeError):
            pass
        else:
            issue = Issue("python-repr", start, start + len(text), fatal.detail, mended)
            return Diagnosis([issue], [(start, start + len(text), orjson.loads(mended))])
    return Diagnosis([fatal])


def _depth(text: bytes) -> int:
    depth = deepest = 0
    for char in _STRINGS.sub(b"", text):
        if char in b"{[(":
            depth += 1
            deepest = max(deepest, depth)
        elif char in b"}])":
            depth -= 1
    return deepest


def _by_parser(raw: bytes) -> Issue:
    """The parser's own verdict, for rows too long for the scanner or where both disagree."""
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        at = min(
            len(raw), error.pos if raw.isascii() else len(error.doc[: error.pos].encode("utf-8", "replace"))
        )
        kind = "invalid-json"
        for words, named in _MESSAGES:
            if words in error.msg:
                kind = named
                break
        return Issue(kind, at, min(at + 1, len(raw)), error.msg)
    return Issue("invalid-json", 0, 0, "no JSON")


_MESSAGES = (
    ("UTF-8", "invalid-utf8"),
    ("depth limit", "deep-nesting"),
    ("unexpected end", "truncated-row"),
    ("trailing comma", "trailing-comma"),
    ("escape", "bad-escape"),
    ("surrogate", "lone-surrogate"),
    ("control character", "control-character"),
    ("number is infinity", "big-integer"),
    ("after document", "several-objects-on-line"),
)
