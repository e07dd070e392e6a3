"""TRL's preference records, with the prompt written or implicit, and Anthropic's HH transcripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.flat import FlatFormat
from ftlint.formats.messages import read_message, read_messages
from ftlint.formats.openai import ROLES, SPELLING
from ftlint.model import Turn
from ftlint.model.turn import Branch

BRANCHES: tuple[Branch, ...] = ("chosen", "rejected")
HUMAN = "\n\nHuman:"


class Preference(FlatFormat):
    name = "trl-preference"
    title = "chosen and rejected answers (TRL)"
    kind = "preference"
    roles: ClassVar[Mapping[str, str]] = ROLES
    required: ClassVar[tuple[str, ...]] = ("chosen", "rejected")
    keys = frozenset({"prompt", "input", "chosen", "rejected", "system", "tools"})
    spoken: ClassVar[tuple[str, ...]] = ("prompt", "input", "chosen", "rejected", "system")
    words: ClassVar[Mapping[str, str]] = {"query": "input"}
    system = "system"

    def certainty(self, row: Mapping[str, Any]) -> int:
        answers = [self.get(row, branch) for branch in BRANCHES]
        found = sum(answer is not None for answer in answers)
        if found < 2:
            return 30 * found
        if any(isinstance(row.get(key), list) for key in ("conversations", "messages")):
            return 30 if isinstance(answers[0], dict) else 85
        if self.get(row, "prompt") is not None:
            return 95 if self.at("prompt") == "prompt" else 93
        return 70 if all(isinstance(answer, str) for answer in answers) else 90

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        found = self.column_turn(data, ("system",), "system")
        prompt = self.get(data, "prompt")
        if isinstance(prompt, list):
            found.extend(read_messages(prompt, self.to("prompt"), SPELLING, trains=False))
        else:
            found.extend(self.column_turn(data, ("prompt", "input"), "user"))
        for branch in BRANCHES:
            found.extend(self._answer(data, branch))
        return found

    def _answer(self, data: Mapping[str, Any], branch: Branch) -> list[Turn]:
        value, pointer = self.get(data, branch), self.to(branch)
        if isinstance(value, dict):
            return [read_message(value, pointer, SPELLING, branch=branch)]
        if isinstance(value, list):
            return read_messages(value, pointer, SPELLING, branch=branch)
        return self.column_turn(data, (branch,), "assistant", "target", branch)


class HH(Preference):
    name = "hh"
    title = "chosen and rejected transcripts (Anthropic HH, implicit prompt)"
    keys = frozenset({"chosen", "rejected"})
    spoken = ("chosen", "rejected")
    words: ClassVar[Mapping[str, str]] = {}
    system = ""

    def certainty(self, row: Mapping[str, Any]) -> int:
        answers = [self.get(row, branch) for branch in BRANCHES]
        if not all(isinstance(answer, str) for answer in answers):
            return 25 if any(isinstance(answer, str) for answer in answers) else 0
        marked = all(answer.startswith((HUMAN, HUMAN.strip())) for answer in answers)
        return 96 if marked and "prompt" not in row else 25

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        return [turn for branch in BRANCHES for turn in self._answer(data, branch)]
