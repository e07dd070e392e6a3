from __future__ import annotations

from collections import Counter
from typing import Any, Self

from ftlint.detect.scripts import script
from ftlint.model import Batch
from ftlint.rule import Measure

UNIT = "\x1f"


class ScriptCounts(Measure):
    """How many records are written in which script: a letter of `NAMES`, "" where none is clear.

    The answer decides; where it is too short to tell or there is none, the last piece of the prompt.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, batch: Batch) -> None:
        self.counts.update(
            script(target) or script(prompt.rpartition(UNIT)[2])
            for prompt, target in zip(batch.prompts, batch.targets, strict=True)
        )

    def merge(self, other: Self, rows: int) -> None:
        self.counts.update(other.counts)

    def state(self) -> dict[str, Any]:
        return {"counts": sorted(self.counts.items())}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.counts = Counter(dict(state["counts"]))
        return measure
