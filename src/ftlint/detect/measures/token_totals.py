from __future__ import annotations

from typing import Any, Self

from ftlint.detect.measures.token_lengths import answers, estimated, wrapping
from ftlint.detect.tokens import estimate
from ftlint.model import Batch
from ftlint.rule import Measure


class TokenTotals(Measure):
    """Estimated tokens of all rows together: what the model reads, and the answer that is trained last.

    Both add up to the sum of `TokenLengths`. Of plain text all is trained.
    """

    def __init__(self) -> None:
        self.prompt = 0
        self.completion = 0

    def add(self, batch: Batch) -> None:
        found = estimated(batch)
        total = sum(found)
        trained = total
        if batch.format.kind not in ("text", "tokenised"):
            turn = wrapping(batch)
            trained = sum(
                # the estimate of a whole row rounds down, so that of its answer alone may be one above it
                min(tokens, estimate(target) + turn)
                for tokens, target in zip(found, answers(batch), strict=True)
                if target
            )
        self.completion += trained
        self.prompt += total - trained

    def merge(self, other: Self, rows: int) -> None:
        self.prompt += other.prompt
        self.completion += other.completion

    def state(self) -> dict[str, Any]:
        return {"prompt": self.prompt, "completion": self.completion}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.prompt, measure.completion = state["prompt"], state["completion"]
        return measure
