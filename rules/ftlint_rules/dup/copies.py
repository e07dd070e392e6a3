"""Files that hold the same records as another file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ftlint.detect.measures.row_hashes import BLANK
from ftlint.detect.repeats import repeats_by_file
from ftlint.model import Part
from ftlint_rules.measures.joined_rows import JoinedRows

ENOUGH_ROWS = 10
"""Records: fewer shared by chance or on purpose do not make one file a copy of another."""

COPIED = 0.9
"""Share of the smaller file's records that stand in the other one."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Nearly all records of `smaller` stand in `larger`, too: `count` of them."""

    smaller: Part
    larger: Part
    count: int


def copied(rows: JoinedRows) -> Mapping[tuple[int, int], int]:
    """Pairs of files (earlier, later) of which one copies the other, with the records they share."""
    if len(rows.parts) < 2:
        return {}
    shared = repeats_by_file(rows.keys, rows.ends, BLANK)
    sizes = [len(hashes) for hashes in rows.hashes]
    return {
        (early, late): count
        for (early, late), count in sorted(shared.items())
        if early != late
        and (fewer := min(sizes[early], sizes[late])) >= ENOUGH_ROWS
        and count >= COPIED * fewer
    }


def copies(rows: JoinedRows) -> Iterator[Copy]:
    sizes = [len(hashes) for hashes in rows.hashes]
    for (early, late), count in copied(rows).items():
        smaller, larger = (late, early) if sizes[late] <= sizes[early] else (early, late)
        yield Copy(rows.parts[smaller], rows.parts[larger], min(count, sizes[smaller]))
