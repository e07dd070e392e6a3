"""OpenAI's fine-tuning formats over `messages`: chat and reinforcement.

Together, Fireworks, TRL (language modelling, conversational), axolotl's chat_template and Azure take the
same record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.chat import ChatFormat
from ftlint.formats.keys import is_meta
from ftlint.formats.messages import Spelling, has_blocks, is_mute, last_role, spelled
from ftlint.model import PlainChat

ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}
KEYS = ("messages", "tools", "functions", "parallel_tool_calls", "tool_choice", "function_call")
SPELLING = Spelling(ROLES)
MEDIA = ("images", "videos", "audios")


class OpenAIChat(ChatFormat):
    name = "openai-chat"
    title = "chat messages (OpenAI, Azure, Together, Fireworks, TRL)"
    roles = ROLES
    required = ("messages",)
    keys = frozenset(KEYS)
    spoken = ("messages",)
    plain = PlainChat("messages", "role", "content")

    def certainty(self, row: Mapping[str, Any]) -> int:
        messages = self.get(row, "messages")
        if not isinstance(messages, list):
            return 0 if messages is None else 22
        if not messages:
            return 40
        if "schemaVersion" in row or has_blocks(messages):
            return 15
        role, text = spelled(messages)
        others = self.others(row, *KEYS)
        if is_mute(messages):
            return 12 if others else 25
        if role == "from" or text in {"value", "text", "parts"}:
            return 25
        if others == ["system"] and isinstance(row["system"], str):
            return 22
        if "kto_tag" in others or isinstance(row.get("label"), bool):
            return 35
        if "chosen" in others and "rejected" in others:
            return 30
        if others and last_role(messages) == "user":
            return 40
        return 70 if others else 85


class OpenAIRft(ChatFormat):
    name = "openai-rft"
    title = "prompts with what a grader reads (OpenAI reinforcement, Bedrock reinforcement)"
    kind = "reward"
    roles: ClassVar[Mapping[str, str]] = ROLES
    required = ("messages",)
    keys = frozenset((*KEYS, "reference_answer"))
    spoken = ("messages",)
    trains = False

    def certainty(self, row: Mapping[str, Any]) -> int:
        messages = self.get(row, "messages")
        if not isinstance(messages, list):
            return 0
        if is_mute(messages):
            return 12
        others = self.others(row, *KEYS, *MEDIA)
        last = last_role(messages)
        if not others or last == "assistant" or "schemaVersion" in row or has_blocks(messages):
            return 22
        if "reference_answer" in row:
            return 95
        if last not in {"user", "tool"}:
            return 25
        return 45 if all(is_meta(key) for key in others) else 75
