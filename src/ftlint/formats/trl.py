"""TRL's other record types: prompt only, unpaired preference, stepwise supervision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.flat import FlatFormat
from ftlint.formats.keys import is_meta
from ftlint.formats.messages import read_messages
from ftlint.formats.openai import ROLES, SPELLING
from ftlint.model import PlainFlat, Text, Turn

GRADED = frozenset({"reward_model", "ground_truth", "data_source", "ability", "reference", "reward"})
"""Columns that graders of reinforcement training read (verl, TRL's GRPO examples)."""


class PromptOnly(FlatFormat):
    name = "trl-prompt-only"
    title = "prompts without answers (TRL online methods, Bedrock distillation, verl)"
    kind = "prompt"
    roles: ClassVar[Mapping[str, str]] = ROLES
    required = ("prompt",)
    keys = frozenset({"prompt", "tools"})
    spoken: ClassVar[tuple[str, ...]] = ("prompt",)
    prompts = ("prompt",)
    plain = PlainFlat(("prompt",), None)

    def certainty(self, row: Mapping[str, Any]) -> int:
        prompt = self.get(row, "prompt")
        if prompt is None:
            return 0
        others = self.others(row, "prompt", "tools")
        if any(key in others for key in ("completion", "completions", "chosen", "rejected", "messages")):
            return 22
        unknown = [key for key in others if key not in GRADED and not is_meta(key)]
        graded = any(key in GRADED for key in others)
        if isinstance(prompt, list):
            return 95 if graded else 80
        return 80 if graded else 75 if not others else 60 if not unknown else 12

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        prompt = self.get(data, "prompt")
        if isinstance(prompt, list):
            return read_messages(prompt, self.to("prompt"), SPELLING, trains=False)
        return super().turns(data)


class Unpaired(FlatFormat):
    name = "trl-unpaired"
    title = "prompt, completion and a label good or bad (TRL unpaired preference, KTO)"
    kind = "unpaired"
    roles: ClassVar[Mapping[str, str]] = ROLES
    required = ("prompt", "completion", "label")
    keys = frozenset({*required, "query", "system", "tools"})
    spoken = ("prompt", "query", "completion", "system")
    words = {"response": "completion", "kto_tag": "label"}
    prompts = ("prompt", "query")
    answer = "completion"
    system = "system"

    def certainty(self, row: Mapping[str, Any]) -> int:
        label = self.get(row, "label")
        found = sum(self.get(row, key) is not None for key in ("prompt", "completion"))
        if not found:
            return 0
        if label is None or found < 2:
            return 25 if label is not None else 21
        if isinstance(label, bool):
            return 97
        return 75 if label in (0, 1) or label in ("true", "false", "True", "False") else 40

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        lists = [key for key in ("prompt", "completion") if isinstance(self.get(data, key), list)]
        if not lists:
            return super().turns(data)
        found: list[Turn] = []
        for key, role in (("prompt", "user"), ("completion", "assistant")):
            trains = key == "completion"
            if key in lists:
                found += read_messages(self.get(data, key), self.to(key), SPELLING, trains=trains)
            else:
                found += self.column_turn(data, (key,), role, "target" if trains else "prompt")
        return found


class Stepwise(FlatFormat):
    name = "trl-stepwise"
    title = "a prompt with labelled steps (TRL stepwise supervision)"
    kind = "stepwise"
    required = ("prompt", "completions", "labels")
    keys = frozenset(required)
    spoken = ("prompt", "completions")
    prompts = ("prompt",)

    def certainty(self, row: Mapping[str, Any]) -> int:
        lists = [isinstance(self.get(row, key), list) for key in ("completions", "labels")]
        if self.get(row, "prompt") is None or not any(lists):
            return 25 if any(lists) else 0
        return 98 if all(lists) else 45

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        found = super().turns(data)
        steps = self.get(data, "completions")
        for index, step in enumerate(steps if isinstance(steps, list) else ()):
            pointer = f"{self.to('completions')}/{index}"
            texts = (Text(pointer, step, "target"),) if isinstance(step, str) else ()
            found.append(Turn("assistant", "assistant", pointer, step, texts))
        return found
