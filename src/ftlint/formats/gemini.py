"""Gemini on Vertex AI: contents of parts, for supervised, preference and reinforcement tuning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.chat import ChatFormat
from ftlint.formats.messages import content_texts, is_mute, read_message, spelled
from ftlint.model import Turn
from ftlint.model.turn import Branch

ROLES = {"user": "user", "model": "assistant", "function": "tool", "system": "system"}


class Gemini(ChatFormat):
    name = "gemini"
    title = "contents of parts (Gemini on Vertex AI)"
    roles: ClassVar[Mapping[str, str]] = {key: ROLES[key] for key in ("user", "model", "function")}
    required: ClassVar[tuple[str, ...]] = ("contents",)
    keys = frozenset({"contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "labels"})
    spoken: ClassVar[tuple[str, ...]] = ("contents", "systemInstruction")
    words = {"messages": "contents", "system": "systemInstruction"}
    messages = "contents"
    text = "parts"
    system = "systemInstruction"
    rival_keys: ClassVar[tuple[str, ...]] = ("references", "completions")

    def tagged(self, tags: Mapping[str, str]) -> dict[str, Any]:
        return {**super().tagged(tags), "plain": None}

    def certainty(self, row: Mapping[str, Any]) -> int:
        contents = self.get(row, "contents")
        if not isinstance(contents, list):
            return 0 if contents is None else 22
        if any(row.get(key) is not None for key in self.rival_keys):
            return 30
        role, text = spelled(contents)
        return 97 if text == "parts" else 60 if role else 15 if contents else 50

    def system_turn(self, data: Mapping[str, Any]) -> list[Turn]:
        instruction, pointer = self.get(data, "systemInstruction"), self.to("systemInstruction")
        if isinstance(instruction, dict):
            parts = instruction.get("parts")
            texts = tuple(content_texts(parts, f"{pointer}/parts", "prompt"))
            return [Turn("system", "system", pointer, parts, texts, data=instruction)]
        return super().system_turn(data)


class GeminiRft(Gemini):
    name = "gemini-rft"
    title = "contents with references for a grader (Gemini reinforcement tuning)"
    kind = "reward"
    required = ("contents", "references")
    keys = frozenset({*Gemini.keys, "references"})
    trains = False

    def certainty(self, row: Mapping[str, Any]) -> int:
        contents = self.get(row, "contents")
        if self.get(row, "references") is None:
            return 0 if contents is None else 12 if is_mute(contents) else 22
        return 0 if contents is None else 98


class GeminiDpo(Gemini):
    name = "gemini-dpo"
    title = "contents with scored completions (Gemini preference tuning)"
    kind = "preference"
    required = ("contents", "completions")
    keys = frozenset({*Gemini.keys, "completions"})
    spoken = ("contents", "completions", "systemInstruction")
    trains = False

    def certainty(self, row: Mapping[str, Any]) -> int:
        contents = self.get(row, "contents")
        if not isinstance(self.get(row, "completions"), list):
            return 0 if contents is None else 12 if is_mute(contents) else 22
        return 0 if contents is None else 98

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        found = super().turns(data)
        completions = self.get(data, "completions")
        scored = [
            (index, entry)
            for index, entry in enumerate(completions if isinstance(completions, list) else ())
            if isinstance(entry, dict) and isinstance(entry.get("completion"), dict)
        ]
        best = max((_score(entry) for _, entry in scored), default=0.0)
        for index, entry in scored:
            branch: Branch = "chosen" if _score(entry) == best else "rejected"
            pointer = f"{self.to('completions')}/{index}/completion"
            found.append(read_message(entry["completion"], pointer, self.spelling, branch=branch))
        return found


def _score(entry: Mapping[str, Any]) -> float:
    score = entry.get("score")
    return float(score) if isinstance(score, int | float) and abs(score) < 1e300 else 0.0
