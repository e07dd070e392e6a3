"""Prompt and completion: OpenAI's legacy format, Bedrock's for Llama and Cohere, TRL's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.columns import ColumnFormat
from ftlint.formats.flat import FlatFormat
from ftlint.formats.messages import read_messages
from ftlint.formats.openai import ROLES, SPELLING
from ftlint.model import PlainFlat, Turn


class PromptCompletion(FlatFormat):
    name = "prompt-completion"
    title = "prompt and completion (legacy OpenAI, Bedrock, TRL)"
    required = ("prompt", "completion")
    keys = frozenset(required)
    spoken = required
    words = {"response": "completion"}
    prompts = ("prompt",)
    answer = "completion"
    plain = PlainFlat(("prompt",), "completion")

    def certainty(self, row: Mapping[str, Any]) -> int:
        prompt, completion = self.get(row, "prompt"), self.get(row, "completion")
        if prompt is None and completion is None:
            return 0
        if prompt is None or completion is None:
            return 25 if self.at("completion") in row else 15
        if isinstance(prompt, list) or isinstance(completion, list):
            return 25
        if isinstance(row.get("label"), bool) or "kto_tag" in row:
            return 45
        return 70 if self.others(row, *self.required) else 90


class ConversationalPromptCompletion(ColumnFormat):
    name = "trl-conversational-prompt-completion"
    title = "prompt and completion as lists of messages (TRL)"
    kind = "completion"
    roles: ClassVar[Mapping[str, str]] = ROLES
    required = ("prompt", "completion")
    keys = frozenset((*required, "tools"))
    spoken = required
    words = {"response": "completion"}

    def certainty(self, row: Mapping[str, Any]) -> int:
        prompt, completion = self.get(row, "prompt"), self.get(row, "completion")
        lists = isinstance(prompt, list) + isinstance(completion, list)
        if prompt is None or completion is None or not lists:
            return 15 * lists
        labelled = isinstance(row.get("label"), bool)
        return (30 if labelled else 93) if lists == 2 else 60

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        prompt, completion = self.get(data, "prompt"), self.get(data, "completion")
        found = read_messages(prompt, self.to("prompt"), SPELLING, trains=False)
        return [*found, *read_messages(completion, self.to("completion"), SPELLING)]
