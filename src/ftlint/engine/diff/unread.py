"""Rows that could not be read: all that can be said is whether the same bytes stand on the other side."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import xxhash

from ftlint.detect.measures.row_digests import RowDigests
from ftlint.engine.diff.version import Version
from ftlint.read.records import reread


def unread(version: Version) -> Counter[int]:
    """A hash of the bytes of each such row, 0 where it cannot be read again, and how often it stands."""
    found: Counter[int] = Counter()
    for plan in version.plans:
        partial = version.scanned[plan.path]
        if partial.rows == partial.records:
            continue
        measure = partial.measures[RowDigests]
        assert isinstance(measure, RowDigests)
        positions = measure.positions
        runs = [*zip(positions.starts, positions.rows, strict=True), (len(positions), partial.rows)]
        missing = range(runs[0][1]) if runs[0][0] == 0 else range(0)
        rows = list(missing)
        for (start, row), (stop, following) in pairwise(runs):
            rows += range(row + stop - start, following)
        places = [place for row in rows if (place := partial.places.place(row)) is not None]
        found[0] += len(rows) - len(places)
        found.update(xxhash.xxh3_64_intdigest(raw.strip()) for raw in reread(plan.source, sorted(places)))
    return +found
