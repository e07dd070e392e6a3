from __future__ import annotations

from array import array
from typing import Any

from ftlint.model import Batch, PlainFlat
from ftlint.rule import Measure

LONG = 20
"""Characters; shorter ones are repeated by accident ("Yes?" - "Yes")."""

UNIT = "\x1f"


class Echoes(Measure):
    """Rows whose answer is the last piece of the prompt and nothing else.

    `rows` are those where that piece is all the user said. `inputs` counts those where an instruction stands
    in a column of its own: "correct this" rightly gives a faultless text back.
    """

    def __init__(self) -> None:
        self.rows: array[int] = array("Q")
        self.inputs = 0

    def add(self, batch: Batch) -> None:
        pairs = zip(batch.prompts, batch.targets, strict=True)
        found = [
            index
            for index, (prompt, target) in enumerate(pairs)
            if prompt.endswith(target)
            and len(target) >= LONG
            and (len(prompt) == len(target) or prompt[-len(target) - 1] == UNIT)
        ]
        plain = batch.format.plain
        if isinstance(plain, PlainFlat) and len(plain.prompt) > 1:
            whole = [index for index in found if len(batch.prompts[index]) == len(batch.targets[index])]
            self.inputs += len(found) - len(whole)
            found = whole
        self.rows.extend([batch.rows[index] for index in found])

    def merge(self, other: Echoes, rows: int) -> None:
        self.rows.extend([rows + row for row in other.rows])
        self.inputs += other.inputs

    def state(self) -> dict[str, Any]:
        return {"rows": self.rows, "inputs": self.inputs}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Echoes:
        measure = cls()
        measure.rows, measure.inputs = state["rows"], state["inputs"]
        return measure
