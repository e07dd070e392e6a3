"""Files beside the data (configs, logs, notebooks, code): looked through for secrets, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial as bound
from typing import TYPE_CHECKING, NamedTuple

from ftlint.engine.scan import Scan
from ftlint.model import Finding, Span, Text
from ftlint.read.open import open_stream

if TYPE_CHECKING:
    from ftlint.engine.sensitive import Sensitive

PIECE = 4 << 20
OVERLAP = 64 << 10
"""Bytes of a piece that are looked at again with the next: a block of keys is shorter."""


class Piece(NamedTuple):
    """Text from byte `offset` and line `line` (from 1) on, `before` code points into that line.

    What begins from byte `until` on is the next piece's.
    """

    data: bytes
    offset: int
    line: int
    before: int
    until: int


def look_through(scan: Scan) -> None:
    """Tell the secrets of the scan's file."""
    sensitive = scan.rules.sensitive
    lines = 0
    for piece in _pieces(scan):
        lines = (
            piece.line - 1 + piece.data.count(b"\n") + (not piece.data.endswith(b"\n") and bool(piece.data))
        )
        if sensitive is not None and sensitive.wanted.secrets and sensitive.may_hold_secret(piece.data):
            _tell(scan, sensitive, piece)
    scan.partial.lines = lines
    scan.partial.bytes = scan.plan.source.size


def _pieces(scan: Scan) -> Iterator[Piece]:
    """The file in pieces that end with a line and begin with one, each with the end of the piece before."""
    source = scan.plan.source
    begin = source.header_offset if source.encoding == "utf-8" else 0
    stream = open_stream(source, begin)
    offset, line, before, data = begin, 1, 0, b""
    try:
        while True:
            more = stream.read(PIECE)
            data += more
            if len(more) < PIECE:
                yield Piece(data, offset, line, before, offset + len(data))
                return
            # a line longer than a piece is cut: what stands across the cut is found with the next
            cut = data.rfind(b"\n", 0, len(data) - OVERLAP) + 1 or _between_signs(data, len(data) - OVERLAP)
            yield Piece(data, offset, line, before, offset + cut)
            line += data.count(b"\n", 0, cut)
            newline = data.rfind(b"\n", 0, cut)
            before = len(_text(data[newline + 1 : cut])) + (before if newline < 0 else 0)
            offset += cut
            data = data[cut:]
    finally:
        stream.close()


def _between_signs(data: bytes, at: int) -> int:
    """The place at or before `at` where no character of UTF-8 is cut."""
    for back in range(4):
        if data[at - back] & 0xC0 != 0x80:
            return at - back
    return at


def _text(data: bytes) -> str:
    """The bytes as text of which every byte that is no UTF-8 is one sign, so that places can be told."""
    return data.decode("utf-8", "surrogateescape")


def _tell(scan: Scan, sensitive: Sensitive, piece: Piece) -> None:
    text = _text(piece.data)
    sound = text.encode("utf-8", "replace").decode()
    told = Text("", sound, "meta")
    for span in scan.sought(None, bound(sensitive.finder.secret.spans, sound)):
        rules = [rule for rule in sensitive.rules_of(span) if rule.documents]
        if not rules:
            continue
        start = text.rfind("\n", 0, span.start) + 1
        offset = piece.offset + len(text[: span.start].encode("utf-8", "surrogateescape"))
        end = text.find("\n", span.start)
        line = sound[start : len(text) if end < 0 else end]
        ignored = set[str]() if scan.plan.deaf else _ignored(line)
        if offset >= piece.until or "ALL" in ignored:
            continue
        whole = span._replace(text=told)
        for rule in rules:
            if ignored.isdisjoint((rule.code, rule.name)):
                for finding in scan.guarded(rule, None, bound(sensitive.findings, rule, whole)):
                    placed = _placed(finding, whole, sound, piece)
                    scan.partial.findings[rule.code].append(placed._replace(offset=offset))


def _ignored(line: str) -> set[str]:
    """The rules that a comment on the line names."""
    if "ftlint" not in line:
        return set()
    from ftlint.engine.suppress import inline

    return inline(line) or set()


def _placed(finding: Finding, span: Span, text: str, piece: Piece) -> Finding:
    """The finding by line and column."""
    start, last = (text.rfind("\n", 0, at) + 1 for at in (span.start, span.end))
    column = span.start - start + (0 if start else piece.before)
    end = span.end - last + (0 if last else piece.before)
    line = piece.line + text.count("\n", 0, span.start)
    return finding._replace(
        row=None,
        pointer="",
        line=line,
        column=column + 1,
        end_line=line + text.count("\n", span.start, span.end),
        end_column=end + 1,
        start=column,
        end=column + span.length,
    )
