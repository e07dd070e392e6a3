from array import array
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ftlint.model.dataset import Part

Place = tuple[Part, int]
"""A file and a row of it."""


class Near(NamedTuple):
    """A row and another that its text is near to, verified by reading both.

    `similarity` is the Jaccard similarity of their sets of five-word shingles, shared boilerplate left out;
    `equal` says that they have the same shingles with it, `later` that the row stands after the other one.
    `first` is the first row of the cluster both belong to, `size` the rows in it (0 across splits).
    """

    part: Part
    row: int
    other: Part
    before: int
    similarity: float
    first: Place
    size: int
    equal: bool
    later: bool

    @property
    def shown(self) -> str:
        """The similarity as a message gives it: rounded down, so that 1.00 means all."""
        return f"{int(100 * self.similarity) / 100:.2f}"


class Alike:
    """Rows that are near another one, in columns of one entry each; they expand when iterated.

    Positions count all rows of the dataset that were compared; `place` leads back to file and row.
    """

    __slots__ = ("equals", "firsts", "others", "place", "positions", "similarities", "sizes")

    def __init__(self, place: Callable[[int], Place]) -> None:
        self.place = place
        self.positions: array[int] = array("Q")
        self.others: array[int] = array("Q")
        self.similarities: array[float] = array("d")
        self.firsts: array[int] = array("Q")
        self.sizes: array[int] = array("I")
        self.equals: array[int] = array("B")

    def __len__(self) -> int:
        return len(self.positions)

    def __iter__(self) -> Iterator[Near]:
        columns = (self.positions, self.others, self.similarities, self.firsts, self.sizes, self.equals)
        for position, other, similarity, first, size, equal in zip(*columns, strict=True):
            mine, theirs, head = map(self.place, (position, other, first))
            yield Near(*mine, *theirs, similarity, head, size, bool(equal), position > other)


class Likeness(NamedTuple):
    """Who is near whom in a dataset: within each split, and across splits by (held-out split, other split).

    Within a split every row of a cluster but its first is listed; across splits every held-out row with a
    twin.
    """

    within: Mapping[str, Alike]
    across: Mapping[tuple[str, str], Alike]
