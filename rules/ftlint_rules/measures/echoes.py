from __future__ import annotations

from array import array
from typing import Any

from ftlint.model import Batch
from ftlint.rule import Measure

LONG = 20
"""Characters; shorter ones are repeated by accident ("Yes?" - "Yes")."""

UNIT = "\x1f"


class Echoes(Measure):
    """Rows whose answer is the last piece of the prompt and nothing else."""

    def __init__(self) -> None:
        self.rows: array[int] = array("Q")

    def add(self, batch: Batch) -> None:
        rows = batch.rows
        pairs = zip(batch.prompts, batch.targets, strict=True)
        self.rows.extend(
            [
                rows[index]
                for index, (prompt, target) in enumerate(pairs)
                if prompt.endswith(target)
                and len(target) >= LONG
                and (len(prompt) == len(target) or prompt[-len(target) - 1] == UNIT)
            ]
        )

    def merge(self, other: Echoes, rows: int) -> None:
        self.rows.extend([rows + row for row in other.rows])

    def state(self) -> dict[str, Any]:
        return {"rows": self.rows}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Echoes:
        measure = cls()
        measure.rows = state["rows"]
        return measure
