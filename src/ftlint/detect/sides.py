"""Which splits must not share rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def sides(splits: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of a held-out split and one it must not share rows with: train, and for test validation, too."""
    names = list(splits)
    for name in names:
        if name != "train" and "train" in names:
            yield name, "train"
    if "validation" in names and "test" in names:
        yield "test", "validation"
