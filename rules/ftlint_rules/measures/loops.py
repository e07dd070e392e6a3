from __future__ import annotations

from array import array
from typing import Any

from ftlint.model import Batch
from ftlint.rule import Measure

UNIT = "\x1f"
TAIL = 24
WINDOW = 200
"""Characters: the longest unit of a loop that is looked for."""
TIMES = 4
SHORTEST = 100
"""Characters that all rounds of a loop take up together, at least."""
LONG = 300
"""Characters; models that get stuck go on until the token limit."""


class Loops(Measure):
    """Rows whose answer ends in a loop: the same piece four times or more. Rejected answers do not count."""

    def __init__(self) -> None:
        self.rows: array[int] = array("Q")

    def add(self, batch: Batch) -> None:
        rows = batch.rows
        targets = batch.targets
        if batch.format.kind == "preference":  # a rejected answer may be as broken as it likes
            targets = [text.partition(UNIT)[0] for text in targets]
        self.rows.extend([rows[index] for index in _looping(targets)])

    def merge(self, other: Loops, rows: int) -> None:
        self.rows.extend([rows + row for row in other.rows])

    def state(self) -> dict[str, Any]:
        return {"rows": self.rows}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Loops:
        measure = cls()
        measure.rows = state["rows"]
        return measure


def _looping(texts: list[str]) -> list[int]:
    return [
        index
        for index, text in enumerate(texts)
        if len(text) >= LONG and text.find(text[-TAIL:], -TAIL - WINDOW, -1) >= 0 and looped(text)
    ]


def looped(text: str) -> int:
    """How many times the end of the text says the same piece in a row, 0 for fewer than four."""
    text = text.rstrip()
    tail = text[-TAIL:]
    before = text.rfind(tail, max(0, len(text) - TAIL - WINDOW), len(text) - 1)
    if before < 0:
        return 0
    period = len(text) - TAIL - before
    unit = text[-period:]
    if not any(map(str.isalnum, unit)):
        return 0
    times = 1
    while text.endswith(unit, 0, len(text) - times * period):
        times += 1
    return times if times >= TIMES and times * period >= SHORTEST else 0
