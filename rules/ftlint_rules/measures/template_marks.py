from __future__ import annotations

from collections import Counter
from typing import Any, Self

from ftlint.detect.chat_templates import MARKS
from ftlint.model import Batch
from ftlint.rule import Measure

RENDERED = frozenset({"text", "completion", "preference", "unpaired", "prompt"})
"""Kinds of formats whose texts may be rendered: trainers hand them to the tokenizer as they are."""


class TemplateMarks(Measure):
    """How many records hold which control token that opens a turn; of formats that can be rendered text."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.records = 0

    def add(self, batch: Batch) -> None:
        if batch.format.kind not in RENDERED:
            return
        self.records += len(batch)
        columns = (batch.prompts, batch.targets)
        whole = "\n".join(map("\n".join, columns))
        for mark in MARKS:
            if mark in whole:
                pairs = zip(*columns, strict=True)
                self.counts[mark] += sum(mark in prompt or mark in target for prompt, target in pairs)

    def merge(self, other: Self, rows: int) -> None:
        self.counts.update(other.counts)
        self.records += other.records

    def state(self) -> dict[str, Any]:
        return {"counts": sorted(self.counts.items()), "records": self.records}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        measure = cls()
        measure.counts = Counter(dict(state["counts"]))
        measure.records = state["records"]
        return measure
