"""Which splits must not share rows, and which of their rows do to the character."""

from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.repeats import shared
from ftlint.detect.sides import sides
from ftlint.model import Dataset, Part, Split
from ftlint.model.batch import EMPTY_HASH
from ftlint_rules.measures.joined_rows import JoinedRows

ALIKE = 0.8
"""Similarity from which a row is a near leak, unless that is set."""


def held_out(dataset: Dataset) -> Iterator[tuple[Split, Split]]:
    """Pairs of a held-out split and the one it must not share rows with."""
    for held, other in sides(dataset.splits):
        yield dataset.splits[held], dataset.splits[other]


class Shared:
    """Rows of a held-out split whose prompt stands in the other split, word for word.

    `whole` are those whose answer does, too; `prompts` leads from the others to the first row with that
    prompt.
    """

    def __init__(self, held: Split, other: Split) -> None:
        mine, theirs = JoinedRows(held.parts), JoinedRows(other.parts)
        self.whole = {_key(*mine.place(position)) for position, _ in shared(mine.keys, theirs.keys)}
        self.prompts: dict[tuple[str, int], tuple[Part, tuple[Part, int]]] = {}
        for position, place in shared(mine.prompts, theirs.prompts):
            part, row = mine.place(position)
            if mine.prompts[position] != EMPTY_HASH and _key(part, row) not in self.whole:
                self.prompts[_key(part, row)] = part, theirs.place(place)


def _key(part: Part, row: int) -> tuple[str, int]:
    return part.path, row
