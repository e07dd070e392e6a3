"""Mistral's chat format: messages or interactions, content or text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.chat import ChatFormat
from ftlint.formats.messages import Spelling, is_mute, read_message, spelled
from ftlint.model import PlainChat, Turn

OWN = frozenset({"system_prompt", "available_tools", "only_last", "interactions"})


class Mistral(ChatFormat):
    name = "mistral"
    title = "messages or interactions (Mistral)"
    roles: ClassVar[Mapping[str, str]] = {
        "system": "system",
        "user": "user",
        "assistant": "assistant",
        "tool": "tool",
    }
    required = ("messages",)
    keys = frozenset({"messages", "system_prompt", "tools", "available_tools", "only_last"})
    spoken = ("messages", "system_prompt")
    words = {"system": "system_prompt"}
    system = "system_prompt"
    plain = PlainChat("messages", "role", "content")

    def certainty(self, row: Mapping[str, Any]) -> int:
        messages = self.get(row, "messages")
        if not isinstance(messages, list):
            return 0 if messages is None else 21
        if is_mute(messages):
            return 12
        role, text = spelled(messages)
        if role == "from" or text in {"value", "parts"}:
            return 21
        if self.at("messages") == "interactions":
            return 95
        own = any(row.get(key) is not None for key in OWN)
        return 90 if own else 88 if text == "text" else 30

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        messages = self.get(data, "messages")
        found = self.system_turn(data)
        for index, message in enumerate(messages if isinstance(messages, list) else ()):
            if isinstance(message, dict):
                text = "content" if message.get("content") is not None else "text"
                text = text if text in message else "content"
                pointer = f"{self.to('messages')}/{index}"
                found.append(read_message(message, pointer, Spelling(self.roles, self.role, text)))
        return found
