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
    adapter: Sequence[Prediction], served: Sequence[Prediction], comparisons: Sequence[Comparison]
) -> Parity:
    """What changed between the adapter's predictions and those of what is served; comparisons are of served
    (tuned) against adapter (base), each with the tolerance that it was made with. Raises `FtlintError` where
    their rows are not the same.
    """
    pairs = list(zip(adapter, served, strict=True))
    if any(left.id != right.id for left, right in pairs):
        raise FtlintError("the adapter and the merged model were given different rows")
    rises = [
        (right.loss - left.loss, left.tokens)
        for left, right in pairs
        if left.loss is not None and right.loss is not None and left.tokens
    ]
    return Parity(
        rows=len(pairs),
        differing=sum(left.output != right.output for left, right in pairs),
        rise=math.fsum(rise * tokens for rise, tokens in rises) / sum(tokens for _, tokens in rises)
        if rises
        else None,
        worst=max(rise for rise, _ in rises) if rises else None,
        drops=tuple(_named(each) for each in comparisons if _dropped(each)),
    )


def _named(found: Comparison) -> str:
    return found.metric if found.role == "narrow" else f"{found.metric} ({found.role})"


def _dropped(found: Comparison) -> bool:
    """Whatever chance may say: all that differs between the two is how the same weights are rounded."""
    fall = -found.difference if found.higher_is_better else found.difference
    return fall > found.tolerance
