from __future__ import annotations

from array import array
from typing import Any

from ftlint.model import Batch
from ftlint.rule import Measure

KEPT = 4_096
"""Rows kept of either kind; the counts stay exact."""


class AnswerStarts(Measure):
    """How many answers begin with white space and how many do not, and the first rows of each kind."""

    def __init__(self) -> None:
        self.spaced = 0
        self.plain = 0
        self.spaced_rows: array[int] = array("Q")
        self.plain_rows: array[int] = array("Q")

    def add(self, batch: Batch) -> None:
        spaced = [index for index, text in enumerate(batch.targets) if text[:1].isspace()]
        answered = len(batch.targets) - batch.targets.count("")
        self.spaced += len(spaced)
        self.plain += answered - len(spaced)
        self._keep(self.spaced_rows, [batch.rows[index] for index in spaced])
        if len(self.plain_rows) < KEPT:
            odd = set(spaced)
            plain = [index for index, text in enumerate(batch.targets) if text and index not in odd]
            self._keep(self.plain_rows, [batch.rows[index] for index in plain])

    @staticmethod
    def _keep(rows: array[int], more: list[int]) -> None:
        rows.extend(more[: max(0, KEPT - len(rows))])

    def merge(self, other: AnswerStarts, rows: int) -> None:
        self.spaced += other.spaced
        self.plain += other.plain
        self._keep(self.spaced_rows, [rows + row for row in other.spaced_rows])
        self._keep(self.plain_rows, [rows + row for row in other.plain_rows])

    def state(self) -> dict[str, Any]:
        return {
            "spaced": self.spaced,
            "plain": self.plain,
            "spaced_rows": self.spaced_rows,
            "plain_rows": self.plain_rows,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> AnswerStarts:
        measure = cls()
        measure.spaced, measure.plain = state["spaced"], state["plain"]
        measure.spaced_rows, measure.plain_rows = state["spaced_rows"], state["plain_rows"]
        return measure
