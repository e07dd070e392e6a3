"""Whether what is served answers as what was trained: the adapter against the merged (and quantised) model.

Both answer the same rows, so every difference is one of precision, and none is chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from ftlint.evaluate.result import Comparison, Prediction
from ftlint.model import FtlintError

TOLERANCE = 0.01
"""How much worse counts as a drop: of a metric between 0 and 1 a hundredth, of a loss a hundredth of it."""

_SHARES = ("loss", "perplexity", "bits_per_byte", "nll")
"""Metrics without an upper end: their change counts as a share of what it was before."""


class Parity(NamedTuple):
    """`differing` of `rows` outputs are not the same text; `rise` is the mean change of the loss in nats a
    token (positive: worse), `worst` the largest of one row; None where nothing was measured. `drops` names
    what fell by more than the tolerance.
    """

    rows: int
    differing: int
    rise: float | None
    worst: float | None
    drops: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {**self._asdict(), "drops": list(self.drops)}


def parity(
    adapter: Sequence[Prediction],
    served: Sequence[Prediction],
    comparisons: Sequence[Comparison],
    *,
    tolerance: float = TOLERANCE,
) -> Parity:
    """What changed between the adapter's predictions and those of what is served; comparisons are of served
    (tuned) against adapter (base). Raises `FtlintError` where their rows are not the same.
    """
    pairs = list(zip(adapter, served, strict=True))
    if any(left.id != right.id for left, right in pairs):
        raise FtlintError("the adapter and the merged model were given different rows")
    rises = [
        right.loss - left.loss for left, right in pairs if left.loss is not None and right.loss is not None
    ]
    return Parity(
        rows=len(pairs),
        differing=sum(left.output != right.output for left, right in pairs),
        rise=math.fsum(rises) / len(rises) if rises else None,
        worst=max(rises) if rises else None,
        drops=tuple(_named(each) for each in comparisons if _dropped(each, tolerance)),
    )


def _named(found: Comparison) -> str:
    return found.metric if found.role == "narrow" else f"{found.metric} ({found.role})"


def _dropped(found: Comparison, tolerance: float) -> bool:
    fall = -found.difference if found.higher_is_better else found.difference
    if found.metric.rpartition("/")[2] in _SHARES:
        fall = fall / abs(found.base.value) if found.base.value else fall
    return fall > tolerance
