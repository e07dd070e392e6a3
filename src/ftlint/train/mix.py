"""General data mixed in against forgetting: so much that it makes up its share of the trained tokens."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence


def mixed(trained: Sequence[int], narrow: int, share: float, seed: int) -> list[int]:
    """Which general examples are trained on, by index, in a seeded order.

    `trained` is how many tokens of each the loss counts, `narrow` that of all narrow examples together. As
    many are taken as bring general data nearest to `share` of all trained tokens. Where there are too few,
    they are repeated in whole passes, each in another order.
    """
    wanted = narrow * share / (1 - share)
    useful = [at for at, count in enumerate(trained) if count]
    if wanted <= 0 or not useful:
        return []
    whole = sum(trained[at] for at in useful)
    passes, rest = divmod(wanted, whole)
    chosen: list[int] = []
    for number in range(int(passes)):
        chosen += _shuffled(useful, seed, number)
    taken = 0
    for at in _shuffled(useful, seed, int(passes)):
        if abs(rest - taken - trained[at]) > abs(rest - taken):
            continue  # a smaller one may still fit
        taken += trained[at]
        chosen.append(at)
        if math.isclose(taken, rest):
            break
    return chosen or [useful[0]]


def _shuffled(values: Sequence[int], seed: int, number: int) -> list[int]:
    found = list(values)
    random.Random(f"{seed} general {number}").shuffle(found)
    return found
