"""Conversations kept as rounds: one object holds both what was asked and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.columns import ColumnFormat
from ftlint.formats.messages import content_texts
from ftlint.model import Turn
from ftlint.model.turn import Where

SIDES: tuple[tuple[str, tuple[str, ...], Where], ...] = (
    ("user", ("human", "user", "input", "question", "query"), "prompt"),
    ("assistant", ("assistant", "gpt", "bot", "output", "answer", "response"), "target"),
)


class Rounds(ColumnFormat):
    name = "rounds"
    title = "rounds of human and assistant (ms-swift, XTuner)"
    kind = "chat"
    required: ClassVar[tuple[str, ...]] = ("conversation",)
    keys = frozenset({"conversation", "system"})
    spoken = ("conversation", "system")
    words = {"messages": "conversation"}

    def certainty(self, row: Mapping[str, Any]) -> int:
        rounds = self.get(row, "conversation")
        if not isinstance(rounds, list):
            return 0
        first = next((item for item in rounds if isinstance(item, dict)), {})
        sides = sum(any(key in first for key in keys) for _, keys, _ in SIDES)
        return (10, 30, 94)[sides]

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        rounds = self.get(data, "conversation")
        found: list[Turn] = []
        if (content := self.get(data, "system")) is not None:
            found.append(_turn("system", self.to("system"), content, "prompt"))
        for index, item in enumerate(rounds if isinstance(rounds, list) else ()):
            if not isinstance(item, dict):
                continue
            pointer = f"{self.to('conversation')}/{index}"
            if index == 0 and item.get("system") is not None:
                found.append(_turn("system", f"{pointer}/system", item["system"], "prompt"))
            for role, keys, where in SIDES:
                key = next((key for key in keys if key in item), None)
                if key is not None:
                    found.append(_turn(role, f"{pointer}/{key}", item[key], where))
        return found


def _turn(role: str, pointer: str, content: Any, where: Where) -> Turn:
    return Turn(role, role, pointer, content, tuple(content_texts(content, pointer, where)))
