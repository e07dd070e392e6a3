"""Metrics of all rows at once: BLEU and chrF by sacrebleu, loss and perplexity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from ftlint.evaluate.result import Prediction


class Loss(NamedTuple):
    """The mean loss of the references' tokens, in nats; as `perplexity` e to the power of it.

    Every token counts the same, so a long row counts for more.
    """

    name: str = "loss"
    higher_is_better: bool = False

    def table(self, rows: Sequence[Prediction]) -> list[list[float] | None]:
        return [
            None if row.loss is None or not row.tokens else [row.loss * row.tokens, float(row.tokens)]
            for row in rows
        ]

    def value(self, sums: Sequence[float]) -> float:
        mean = sums[0] / sums[1]
        return math.exp(min(mean, 700.0)) if self.name == "perplexity" else mean


class Sacrebleu(NamedTuple):
    """BLEU or chrF, 0 to 100, as sacrebleu computes them with its defaults (BLEU: tokeniser 13a)."""

    name: Literal["bleu", "chrf"]
    higher_is_better: bool = True

    def table(self, rows: Sequence[Prediction]) -> list[list[float] | None]:
        scorer = _scorer(self.name)
        outputs, references = [row.output for row in rows], [[row.reference for row in rows]]
        return [list(map(float, counts)) for counts in scorer._extract_corpus_statistics(outputs, references)]

    def value(self, sums: Sequence[float]) -> float:
        return float(_scorer(self.name)._compute_score_from_stats([int(count) for count in sums]).score)

    @property
    def signature(self) -> str:
        """sacrebleu's signature: what others need to get the same number."""
        return str(_scorer(self.name).get_signature())


@cache
def _scorer(name: str) -> Any:
    from ftlint.model.error import MissingExtraError

    try:
        from sacrebleu.metrics import BLEU, CHRF
    except ImportError:
        raise MissingExtraError("eval", "BLEU and chrF (sacrebleu)") from None
    return BLEU() if name == "bleu" else CHRF()
