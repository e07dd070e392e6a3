"""Places in a text that must not overlap: which of them stay."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Protocol, TypeVar


class Placed(Protocol):
    """What stands at [start, end) of a text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


P = TypeVar("P", bound=Placed)


def apart(spans: Iterable[P]) -> list[P]:
    """Of spans in the order of their priority, each that overlaps none kept before it; sorted by place.

    Each is compared with its two neighbours alone: O(n log n).
    """
    kept: list[P] = []
    starts: list[int] = []
    for span in spans:
        at = bisect_right(starts, span.start)
        free_before = at == 0 or kept[at - 1].end <= span.start
        if free_before and (at == len(kept) or span.end <= kept[at].start):
            starts.insert(at, span.start)
            kept.insert(at, span)
    return kept
