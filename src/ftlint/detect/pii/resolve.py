"""From findings to spans: what is none after all is dropped, and of spans that overlap one stays."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ftlint.detect.pii.kinds import KINDS
from ftlint.model.privacy import PiiChoices
from ftlint.model.span import Span

if TYPE_CHECKING:
    from ftlint.detect.pii.detector import Found, Source


def judged(
    found: Iterable[Found], text: str, field: str, choices: PiiChoices, sources: Mapping[str, Source]
) -> list[Span]:
    """Spans of what the recognizers found, less what guards refuse and settings allow.

    With `presidio_only` every finding is a span.
    """
    spans = []
    for one in found:
        kind, label = sources[one.entity].kind, sources[one.entity].label
        if choices.presidio_only:
            spans.append(Span(kind, one.start, one.end, one.score, label))
            continue
        cut = _cut(one, kind, text)
        if _stands(cut, kind, text, field, choices):
            start, end = cut.start, _host_end(cut, kind, text)
            placeholder = _is_placeholder(kind, text, start, end)
            spans.append(Span(kind, start, end, one.score, label, placeholder))
    return spans


def _cut(one: Found, kind: str, text: str) -> Found:
    """Less what stands beside the value and is none of it."""
    from ftlint.detect.pii import edges

    cut = edges.CUTS.get(kind)
    if cut is None:
        return one
    start, end = cut(text, one.start, one.end)
    return one._replace(start=start, end=end)


def _host_end(one: Found, kind: str, text: str) -> int:
    """`81.2.30.4/24` without the length of its network: guards have seen it, and one host is one value."""
    slash = text.find("/", one.start, one.end) if kind == "ip" else -1
    return one.end if slash < 0 else slash


def _stands(one: Found, kind: str, text: str, field: str, choices: PiiChoices) -> bool:
    from ftlint.detect.pii import choices as chosen
    from ftlint.detect.pii import guards

    if KINDS[kind].context and not one.context:
        return False
    if kind != "custom" and guards.refused(kind, one.entity, text, one.start, one.end, one.score):
        return False
    return chosen.keeps(choices, kind, one.entity, text[one.start : one.end], field)


def _is_placeholder(kind: str, text: str, start: int, end: int) -> bool:
    from ftlint.detect.pii.placeholders import is_placeholder

    return is_placeholder(kind, text[start:end], text, start, end)


def resolved(spans: Iterable[Span]) -> list[Span]:
    """The surest of spans that overlap, sorted by place.

    A phone number yields to anything else: long numbers of other kinds have parts that could be dialled.
    """
    kept: list[Span] = []
    starts: list[int] = []
    for span in sorted(spans, key=_weakness):
        place = bisect_right(starts, span.start)
        if (place == 0 or kept[place - 1].end <= span.start) and (
            place == len(kept) or span.end <= kept[place].start
        ):
            kept.insert(place, span)
            starts.insert(place, span.start)
    return kept


def _weakness(span: Span) -> tuple[bool, float, int, int, int]:
    return span.kind == "phone", -span.score, span.start - span.end, KINDS[span.kind].rank, span.start
