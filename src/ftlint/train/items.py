"""Prepared examples in little memory: four bytes a token, made to lists when they are asked for."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, overload

from ftlint.train.packing import positions
from ftlint.weights.examples import IGNORED, Encoded

Item = dict[str, Any]
"""input_ids, labels (-100: no loss), position_ids (from 0 in each example of a pack), general (0 or 1)."""


class Examples:
    """Examples one after another. `trained[i]` is how many tokens of example i the loss counts: one whose
    label is the first of its example is predicted by nothing."""

    def __init__(self) -> None:
        self.ids = array("i")
        self.labels = array("i")
        self.ends = array("q", [0])
        self.trained = array("i")

    def add(self, example: Encoded) -> None:
        self.ids.extend(example.input_ids)
        self.labels.extend(example.labels)
        self.ends.append(len(self.ids))
        self.trained.append(sum(label != IGNORED for label in example.labels[1:]))

    def __len__(self) -> int:
        return len(self.trained)

    def size(self, at: int) -> int:
        return self.ends[at + 1] - self.ends[at]

    @property
    def sizes(self) -> list[int]:
        return [self.size(at) for at in range(len(self))]


class Items(Sequence[Item]):
    """Items of one or several examples each; `rows` are indices of examples by item."""

    def __init__(
        self, examples: Examples, rows: Sequence[Sequence[int]], general: Sequence[int] | int = 0
    ) -> None:
        self.examples = examples
        self.rows = rows
        self.general = [general] * len(rows) if isinstance(general, int) else general

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Items: ...
    def __getitem__(self, at: int | slice) -> Item | Items:
        if isinstance(at, slice):
            return Items(self.examples, self.rows[at], self.general[at])
        known, rows = self.examples, self.rows[at]
        bounds = [(known.ends[row], known.ends[row + 1]) for row in rows]
        return {
            "input_ids": [each for start, end in bounds for each in known.ids[start:end]],
            "labels": [each for start, end in bounds for each in known.labels[start:end]],
            "position_ids": positions([end - start for start, end in bounds]),
            "general": self.general[at],
        }

    def __iter__(self) -> Iterator[Item]:
        return (self[at] for at in range(len(self)))

    @property
    def tokens(self) -> int:
        """All tokens of one pass."""
        return sum(self.examples.size(row) for rows in self.rows for row in rows)

    @property
    def targets(self) -> int:
        """Tokens of one pass that the loss counts."""
        return sum(self.examples.trained[row] for rows in self.rows for row in rows)

    @property
    def longest(self) -> int:
        """Tokens of the longest item."""
        return max((sum(map(self.examples.size, rows)) for rows in self.rows), default=0)

    def digest(self) -> bytes:
        """A hash of all token ids, labels and bounds in their order, the same on every machine."""
        hashed = sha256()
        for rows, general in zip(self.rows, self.general, strict=True):
            hashed.update(f"{len(rows)} {general}\n".encode())
            for row in rows:
                start, end = self.examples.ends[row], self.examples.ends[row + 1]
                hashed.update(f"{end - start}\n".encode())
                hashed.update(_little(self.examples.ids[start:end]))
                hashed.update(_little(self.examples.labels[start:end]))
        return hashed.digest()


def _little(values: array[int]) -> bytes:
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
