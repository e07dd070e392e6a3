"""From an old text to a new one by few and small edits, so that cursors and folds of an editor stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

REACH = 32
"""Lines that are looked ahead for where two texts meet again; where they do not, the rest is one edit."""


class TextChange(NamedTuple):
    """Put `new` in the place of the code points [start, end) of the old text."""

    start: int
    end: int
    new: str


def edits(old: str, new: str) -> list[TextChange]:
    """Edits that make `new` of `old`, in order, none of which overlap."""
    found: list[TextChange] = []
    at = 0
    for before, now in _pieces(fed(old), fed(new)):
        written, wanted = "".join(before), "".join(now)
        if written != wanted:
            head, tail = common(written, wanted)
            end = len(written) - tail
            found.append(TextChange(at + head, at + end, wanted[head : len(wanted) - tail]))
        at += len(written)
    return found


def fed(text: str) -> list[str]:
    """The lines of a text with their newlines; LF alone ends one."""
    lines = text.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *lines[-1:]]


def common(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many items two sequences share at their beginning, and at their end apart from those."""
    most = min(len(one), len(other))
    head = next((index for index in range(most) if one[index] != other[index]), most)
    left = most - head
    tail = next((index for index in range(left) if one[-1 - index] != other[-1 - index]), left)
    return head, tail


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Runs of lines of the old text, and what takes the place of each."""
    head, tail = common(old, new)
    yield old[:head], old[:head]
    at, to = head, head
    end, last = len(old) - tail, len(new) - tail
    while at < end or to < last:
        if at < end and to < last and old[at] == new[to]:
            yield old[at : at + 1], old[at : at + 1]
            at, to = at + 1, to + 1
            continue
        gone, came = _meeting(old[at : min(end, at + REACH)], new[to : min(last, to + REACH)]) or (
            end - at,
            last - to,
        )
        if gone == came:
            yield from zip(_each(old[at : at + gone]), _each(new[to : to + came]), strict=True)
        else:
            yield old[at : at + gone], new[to : to + came]
        at, to = at + gone, to + came


def _meeting(old: Sequence[str], new: Sequence[str]) -> tuple[int, int] | None:
    """After how many lines of each the two go on alike, the fewest; None where they do not."""
    places: dict[str, int] = {}
    for index, line in enumerate(new):
        places.setdefault(line, index)
    met = [(index + places[line], index, places[line]) for index, line in enumerate(old) if line in places]
    if met:
        _, gone, came = min(met)
        return gone, came
    return (len(old), len(new)) if len(old) == len(new) == REACH else None


def _each(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    return ([line] for line in lines)
