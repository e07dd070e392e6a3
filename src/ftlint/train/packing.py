"""Examples put together so that little of a sequence is padding: best fit, longest first."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence


def packed(sizes: Sequence[int], length: int) -> list[list[int]]:
    """Indices of examples by pack, none longer than `length` tokens in sum.

    Each example, longest first, goes to the pack with the least room that it still fits in: best-fit
    decreasing. The same sizes give the same packs; an example longer than `length` is a pack of its own.
    """
    packs: list[list[int]] = []
    room: list[tuple[int, int]] = []
    for at in sorted(range(len(sizes)), key=lambda index: (-sizes[index], index)):
        size = sizes[at]
        place = bisect_left(room, (size, -1))
        if place < len(room):
            left, pack = room.pop(place)
            packs[pack].append(at)
        else:
            left, pack = length, len(packs)
            packs.append([at])
        if left > size:
            insort(room, (left - size, pack))
    return packs


def positions(sizes: Sequence[int]) -> list[int]:
    """Position of each token in its own example: they begin again at 0 where an example does."""
    return [place for size in sizes for place in range(size)]
