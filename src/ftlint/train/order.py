"""The order that rows are trained in: the same on every machine, of every Python and every torch."""

from __future__ import annotations


def order(count: int, seed: int, epoch: int) -> list[int]:
    """The numbers 0 to count - 1, shuffled for one epoch."""
    import random

    chosen = list(range(count))
    # a seed that is text is hashed by SHA-512, the same everywhere
    random.Random(f"{seed}/{epoch}").shuffle(chosen)
    return chosen
