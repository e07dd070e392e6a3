"""What differs between two records, value by value, and how it may be shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from ftlint.detect.mask import mask, window
from ftlint.model.dataset_diff import Difference

MOST = 100
"""Values of one row that are told apart."""

DEEPEST = 32

EMPTY = '""'
"""How an empty text is shown."""


class _Absent:
    """Stands for a value that one side does not have."""

    def __repr__(self) -> str:
        return "<absent>"


ABSENT = _Absent()


class Pair(NamedTuple):
    """Two values at one pointer. `steps` are keys and places in lists, those of the new record."""

    steps: tuple[str | int, ...]
    old: Any
    new: Any

    @property
    def pointer(self) -> str:
        return "".join(f"/{_escaped(str(step))}" for step in self.steps)


def differences(old: Any, new: Any) -> list[Pair]:
    """The values that differ, in the order of the new record; at most 100."""
    return list(islice(_differing((), old, new), MOST))


def pattern(steps: Sequence[str | int]) -> str:
    """A pointer with `*` for any place in a list, and nothing private in it."""
    return "".join(f"/{'*' if isinstance(step, int) else _masked(step)}" for step in steps)


def shown(
    pair: Pair, old_hidden: Sequence[tuple[int, int]], new_hidden: Sequence[tuple[int, int]]
) -> Difference:
    """A difference with masked excerpts around the first place that differs.

    `old_hidden` and `new_hidden` are spans of the texts that are masked whatever they look like.
    """
    pointer = "".join(f"/{_masked(str(step))}" for step in pair.steps)
    old, new = _text(pair.old), _text(pair.new)
    start = _common(old, new) if old is not None and new is not None else 0
    tail = _common(old[start:][::-1], new[start:][::-1]) if old is not None and new is not None else 0
    return Difference(
        pointer,
        None if old is None else _around(old, start, len(old) - tail, old_hidden),
        None if new is None else _around(new, start, len(new) - tail, new_hidden),
    )


def _around(text: str, start: int, end: int, hidden: Sequence[tuple[int, int]]) -> str:
    return window(text, start, end, hidden=hidden)[0] if text else EMPTY


def _differing(steps: tuple[str | int, ...], old: Any, new: Any) -> Iterator[Pair]:
    if type(old) is type(new) and len(steps) < DEEPEST:
        if isinstance(old, Mapping):
            for key in (*new, *(key for key in old if key not in new)):
                if key not in old or key not in new or not _equal(old[key], new[key]):
                    yield from _differing((*steps, str(key)), old.get(key, ABSENT), new.get(key, ABSENT))
            return
        if isinstance(old, list):
            yield from _in_lists(steps, old, new)
            return
    if not _equal(old, new):
        yield Pair(steps, old, new)


def _in_lists(steps: tuple[str | int, ...], old: list[Any], new: list[Any]) -> Iterator[Pair]:
    """Lists less their common head and tail, item by item; what is too many was added or removed."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if not _equal(old[at], new[at])), shorter)
    tail = 0
    while tail < shorter - head and _equal(old[-1 - tail], new[-1 - tail]):
        tail += 1
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    for at in range(max(len(before), len(after))):
        left = before[at] if at < len(before) else ABSENT
        right = after[at] if at < len(after) else ABSENT
        if left is ABSENT or right is ABSENT or not _equal(left, right):
            yield from _differing((*steps, head + at), left, right)


def _equal(old: Any, new: Any) -> bool:
    """Equal in JSON: 1, 1.0 and true are three values."""
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        return old.keys() == new.keys() and all(_equal(value, new[key]) for key, value in old.items())
    if isinstance(old, list):
        return len(old) == len(new) and all(map(_equal, old, new))
    return bool(old == new) or (old != old and new != new)  # noqa: PLR0124 - not a number


def _text(value: Any) -> str | None:
    """A value as text: a string as it is, anything else as JSON."""
    if value is ABSENT:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _common(old: str, new: str) -> int:
    """How many characters both begin with."""
    shorter = min(len(old), len(new))
    if old[:shorter] == new[:shorter]:
        return shorter
    low, high = 0, shorter
    while high - low > 1:
        middle = (low + high) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle
    return low


@lru_cache(maxsize=4096)
def _masked(step: str) -> str:
    """A key of a record can be anybody's address."""
    return mask(_escaped(step))


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
