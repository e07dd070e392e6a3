"""Text that knows where each of its characters stands in the file it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ftlint.model.config_tree import NOWHERE, Range
from ftlint.read.config_text import Offsets


class Traced(NamedTuple):
    """A text; its character `i` stands at `starts[i]` to `ends[i]` of the file, in code points."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def cut(self, start: int, end: int | None = None) -> Traced:
        """A part of it."""
        part = slice(start, end)
        return Traced(self.text[part], self.starts[part], self.ends[part])

    @property
    def joined(self) -> bool:
        """Whether it stands in the file in one piece."""
        if isinstance(self.starts, range):
            return True
        return all(end == start for end, start in zip(self.ends, self.starts[1:], strict=False))

    def range(self, offsets: Offsets) -> Range | None:
        """Its place; None where it is empty or comes from several places."""
        if not self.text or not self.joined:
            return None
        return offsets.range(self.starts[0], self.ends[-1])

    def reach(self, offsets: Offsets) -> Range:
        """From its first to its last character in the file, whatever stands between."""
        if not self.text or self.ends[-1] < self.starts[0]:
            return NOWHERE
        return offsets.range(self.starts[0], self.ends[-1])


def whole(text: str) -> Traced:
    """A file's own text."""
    return Traced(text, range(len(text)), range(1, len(text) + 1))


NOTHING = whole("")


UNKNOWN = "${}"
"""What stands for an expression in a command."""


def unknown(at: Traced) -> Traced:
    """What only a run would tell, in the place of what stands there."""
    return Traced(UNKNOWN, [at.starts[0]] * 3, [at.ends[-1]] * 3)


def combined(parts: Iterable[Traced]) -> Traced:
    """Several texts as one."""
    pieces = [part for part in parts if part.text]
    if len(pieces) == 1:
        return pieces[0]
    starts: list[int] = []
    ends: list[int] = []
    for piece in pieces:
        starts += piece.starts
        ends += piece.ends
    return Traced("".join(piece.text for piece in pieces), starts, ends)
