"""A curve in one line of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ftlint.model.run_log import Series

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "×"
"""A place where all values are NaN or infinite."""

_MOST = 1e200
"""Values beyond that are as good as infinite; with those of twice the size sums would be."""


def spark(series: Series, width: int) -> tuple[str, Sequence[float]]:
    """The series in at most `width` blocks, each the mean of its values, and the last step of each block."""
    count = len(series)
    cells = min(width, count)
    cuts = [round(index * count / cells) for index in range(cells + 1)] if cells else [0]
    means = [_mean(series.values[low:high]) for low, high in pairwise(cuts)]
    known = [mean for mean in means if mean is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    scale = (len(BLOCKS) - 1) / (high - low) if high - low > 1 / _MOST else 0.0
    text = "".join(GAP if mean is None else BLOCKS[round((mean - low) * scale)] for mean in means)
    return text, [series.steps[cut - 1] for cut in cuts[1:]]


def _mean(values: Sequence[float]) -> float | None:
    finite = [value for value in values if abs(value) < _MOST]
    return sum(finite) / len(finite) if finite else None
