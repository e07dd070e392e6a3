"""Instruction formats: Alpaca, GPTeacher, Dolly and the seed tasks of self-instruct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.formats.columns import ColumnFormat
from ftlint.formats.flat import FlatFormat
from ftlint.model import PlainFlat, Text, Turn
from ftlint.model.turn import Where

Piece = tuple[str, Any, Where]
"""Pointer, value, and what it is to training."""


class Alpaca(FlatFormat):
    name = "alpaca"
    title = "instruction, input, output (Alpaca)"
    required = ("instruction", "output")
    keys = frozenset({"instruction", "input", "output", "system", "history"})
    spoken = ("instruction", "input", "output", "system", "history")
    words = {"prompt": "instruction", "query": "input", "response": "output"}
    prompts = ("instruction", "input")
    answer = "output"
    system = "system"
    history = "history"
    plain = PlainFlat(("instruction", "input"), "output", "system")

    def certainty(self, row: Mapping[str, Any]) -> int:
        if self.get(row, "instruction") is None:
            return 25 if self.at("instruction") in row and self.get(row, "output") is not None else 0
        if self.get(row, "output") is None:
            if self.at("output") in row or self.get(row, "input") is not None:
                return 30 if "response" not in row else 18
            return 15
        if "instances" in row or "kto_tag" in row or ("chosen" in row and "rejected" in row):
            return 40
        return 60 if any(isinstance(row.get(key), list) for key in ("messages", "conversations")) else 92


class GPTeacher(FlatFormat):
    name = "gpteacher"
    title = "instruction, input, response (GPTeacher)"
    required = ("instruction", "response")
    keys = frozenset({"instruction", "input", "response", "system"})
    spoken = ("instruction", "input", "response", "system")
    words = {"prompt": "instruction", "query": "input"}
    prompts = ("instruction", "input")
    answer = "response"
    system = "system"
    plain = PlainFlat(("instruction", "input"), "response", "system")

    def certainty(self, row: Mapping[str, Any]) -> int:
        if self.get(row, "instruction") is None or self.get(row, "response") is None:
            return 15 if any(self.get(row, key) is not None for key in self.required) else 0
        return 50 if "context" in row else 88


class Dolly(FlatFormat):
    name = "dolly"
    title = "instruction, context, response, category (Dolly)"
    required = ("instruction", "response")
    keys = frozenset({"instruction", "context", "response"})
    spoken = ("instruction", "context", "response")
    words = {"prompt": "instruction", "query": "context"}
    prompts = ("instruction", "context")
    answer = "response"
    plain = PlainFlat(("instruction", "context"), "response")

    def certainty(self, row: Mapping[str, Any]) -> int:
        if self.get(row, "instruction") is None or self.get(row, "response") is None:
            return 15 if any(self.get(row, key) is not None for key in self.required) else 0
        found = sum(self.at(key) in row for key in ("context", "category"))
        return (45, 80, 97)[found] if self.at("context") in row else 45


class SeedTasks(ColumnFormat):
    name = "seed-tasks"
    title = "an instruction with instances of input and output (self-instruct)"
    kind = "completion"
    required: ClassVar[tuple[str, ...]] = ("instruction", "instances")
    keys = frozenset(required)
    spoken = required
    words = {"prompt": "instruction"}

    def certainty(self, row: Mapping[str, Any]) -> int:
        if not isinstance(self.get(row, "instances"), list):
            return 0
        return 97 if self.get(row, "instruction") is not None else 30

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        asked: list[Piece] = []
        if (instruction := self.get(data, "instruction")) is not None:
            asked.append((self.to("instruction"), instruction, "prompt"))
        instances = self.get(data, "instances")
        found: list[Turn] = []
        for index, instance in enumerate(instances if isinstance(instances, list) else ()):
            at = f"{self.to('instances')}/{index}"
            if isinstance(instance, dict) and "input" in instance:
                asked.append((f"{at}/input", instance["input"], "prompt"))
            found.extend(_turn("user", asked))
            asked.clear()
            if isinstance(instance, dict) and "output" in instance:
                found.extend(_turn("assistant", [(f"{at}/output", instance["output"], "target")]))
        return [*found, *_turn("user", asked)]


def _turn(role: str, pieces: Sequence[Piece]) -> list[Turn]:
    if not pieces:
        return []
    texts = tuple(Text(pointer, value, where) for pointer, value, where in pieces if isinstance(value, str))
    pointer, content, _ = pieces[0]
    return [Turn(role, role, pointer, content, texts)]
