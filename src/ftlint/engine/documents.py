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
    """Text from byte `offset` and line `line` (from 1) on; what begins from `until` on is the next's."""

    data: bytes
    offset: int
    line: int
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
    offset, line, data = begin, 1, b""
    try:
        while True:
            more = stream.read(PIECE)
            data += more
            if len(more) < PIECE:
                yield Piece(data, offset, line, offset + len(data))
                return
            cut = data.rfind(b"\n", 0, len(data) - OVERLAP) + 1
            # a line longer than a piece is cut: what stands across the cut is found with the next
            cut = cut or len(data) - OVERLAP
            yield Piece(data, offset, line, offset + cut)
            line += data.count(b"\n", 0, cut)
            offset += cut
            data = data[cut:]
    finally:
        stream.close()


def _tell(scan: Scan, sensitive: Sensitive, piece: Piece) -> None:
    text = piece.data.decode("utf-8", "replace")
    told = Text("", text, "meta")
    for span in scan.guarded(scan.rules.span[0], None, bound(sensitive.finder.secret.spans, text)):
        rules = [rule for rule in sensitive.rules.get(span.kind, ()) if rule.documents]
        if not rules:
            continue
        start = text.rfind("\n", 0, span.start) + 1
        offset = piece.offset + len(text[: span.start].encode("utf-8", "surrogatepass"))
        end = text.find("\n", span.start)
        ignored = _ignored(text[start : len(text) if end < 0 else end])
        if offset >= piece.until or "ALL" in ignored:
            continue
        whole = span._replace(text=told)
        for rule in rules:
            if ignored.isdisjoint((rule.code, rule.name)):
                for finding in scan.guarded(rule, None, bound(sensitive.findings, rule, whole)):
                    scan.partial.findings[rule.code].append(
                        _placed(finding, whole, text, start, offset, piece.line)
                    )


def _ignored(line: str) -> set[str]:
    """The rules that a comment on the line names."""
    if "ftlint" not in line:
        return set()
    from ftlint.engine.suppress import inline

    return inline(line) or set()


def _placed(finding: Finding, span: Span, text: str, start: int, offset: int, first: int) -> Finding:
    """The finding by line and column; `start` is where its line begins in the text."""
    line = first + text.count("\n", 0, span.start)
    last = text.rfind("\n", 0, span.end) + 1
    return finding._replace(
        row=None,
        pointer="",
        line=line,
        column=span.start - start + 1,
        end_line=line + text.count("\n", span.start, span.end),
        end_column=span.end - max(last, start) + 1,
        offset=offset,
        start=span.start - start,
        end=span.end - start,
    )
