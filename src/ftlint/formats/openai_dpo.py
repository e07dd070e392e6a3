"""OpenAI's preference format; Azure and Together take the same record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.columns import SCHEMA_WORDS, ColumnFormat, escaped, leaves
from ftlint.formats.messages import read_messages
from ftlint.formats.openai import ROLES, SPELLING
from ftlint.model import Text, Turn
from ftlint.model.turn import Branch

OUTPUTS: tuple[tuple[str, Branch], ...] = (
    ("preferred_output", "chosen"),
    ("non_preferred_output", "rejected"),
)


class OpenAIDpo(ColumnFormat):
    name = "openai-dpo"
    title = "preferred and non-preferred output (OpenAI, Azure, Together)"
    kind = "preference"
    roles: ClassVar[Mapping[str, str]] = ROLES
    required = ("input", "preferred_output", "non_preferred_output")
    keys = frozenset(required)
    spoken = required
    words = {"messages": "input", "chosen": "preferred_output", "rejected": "non_preferred_output"}

    def certainty(self, row: Mapping[str, Any]) -> int:
        found = sum(self.get(row, key) is not None for key in self.required[1:])
        if not found:
            return 0
        with_input = isinstance(self.get(row, "input"), dict)
        return (100 if with_input else 60) if found == 2 else 50 if with_input else 30

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        prompt = self.get(data, "input")
        messages = prompt.get("messages") if isinstance(prompt, dict) else None
        found = read_messages(messages, f"{self.to('input')}/messages", SPELLING, trains=False)
        for key, branch in OUTPUTS:
            found.extend(read_messages(self.get(data, key), self.to(key), SPELLING, branch=branch))
        return found

    def texts(self, data: Mapping[str, Any]) -> list[Text]:
        found = super().texts(data)
        prompt = self.get(data, "input")
        for key, value in prompt.items() if isinstance(prompt, dict) else ():
            if key != "messages":
                found.extend(leaves(value, self.to("input") + escaped(key), "meta", SCHEMA_WORDS))
        return found
