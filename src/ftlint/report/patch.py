"""The lines that a fix changes, masked and cut to where they differ: for eyes, not for `patch`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TextIO

from ftlint.detect.mask import visible, window
from ftlint.report.amounts import plural
from ftlint.report.wording import guarded

AHEAD = 64
"""Lines within which two versions of a file are brought in step again."""

MOST = 100
"""Places shown of one file."""


class Change(NamedTuple):
    """Lines of the old version from `old_line`, and those of the new one from `new_line` in their place."""

    old_line: int
    old: tuple[bytes, ...]
    new_line: int
    new: tuple[bytes, ...]


def write_changes(path: str, old: Iterable[bytes], new: Iterable[bytes], out: TextIO) -> None:
    """The changes of one file, whose two versions are given line by line."""
    shown = 0
    left = 0
    for change in changes(old, new):
        if shown == MOST:
            left += 1
            continue
        if not shown:
            out.write(f"--- {visible(path)}\n+++ {visible(path)}\n")
        shown += 1
        out.writelines(guarded(line) + "\n" for line in _hunk(change))
    if left:
        out.write(f"… {plural(left, 'more place')} of {visible(path)}\n")


def changes(old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[Change]:
    """Where two versions differ. Lines that moved farther than `AHEAD` are told as changed."""
    before, after = _Lines(old), _Lines(new)
    while before.fill() | after.fill():
        if before.held and after.held and before.held[0] == after.held[0]:
            before.take(1)
            after.take(1)
            continue
        removed, added = _step(list(before.held), list(after.held))
        old_line, new_line = before.at, after.at
        yield Change(old_line, before.take(removed), new_line, after.take(added))


def _step(old: list[bytes], new: list[bytes]) -> tuple[int, int]:
    """How many lines of each go before they are in step again; one of each where they are not soon."""
    first: dict[bytes, int] = {}
    for index, line in enumerate(new):
        first.setdefault(line, index)
    best = min(
        ((index + first[line], index, first[line]) for index, line in enumerate(old) if line in first),
        default=None,
    )
    if best is not None:
        return best[1], best[2]
    return min(1, len(old)), min(1, len(new))


class _Lines:
    """A window over the lines of a file; `at` is the number of its first line."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.lines = iter(lines)
        self.held: deque[bytes] = deque()
        self.at = 1

    def fill(self) -> bool:
        self.held.extend(islice(self.lines, AHEAD - len(self.held)))
        return bool(self.held)

    def take(self, count: int) -> tuple[bytes, ...]:
        self.at += count
        return tuple(self.held.popleft() for _ in range(count))


def _hunk(change: Change) -> Iterator[str]:
    old, new = change.old, change.new
    yield f"@@ -{_range(change.old_line, len(old))} +{_range(change.new_line, len(new))} @@"
    paired = len(old) == len(new)
    for sign, mine, others in (("-", old, new), ("+", new, old)):
        for index, line in enumerate(mine):
            text = line.decode("utf-8", "replace")
            start, end = _differing(text, others[index].decode("utf-8", "replace")) if paired else (0, 60)
            yield f"{sign} {visible(window(_ended(text), start, end)[0])}"


def _ended(text: str) -> str:
    """The line without its usual end; an unusual one is shown."""
    return text.removesuffix("\n")


def _range(first: int, count: int) -> str:
    return f"{first}" if count == 1 else f"{first},{count}"


def _differing(text: str, other: str) -> tuple[int, int]:
    """The part of `text` that `other` has not, from the first character to the last that differ."""
    start = 0
    shortest = min(len(text), len(other))
    while start < shortest and text[start] == other[start]:
        start += 1
    end = 0
    while end < shortest - start and text[-1 - end] == other[-1 - end]:
        end += 1
    return start, len(text) - end
