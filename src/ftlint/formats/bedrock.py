"""Amazon Bedrock: Anthropic's messages for Claude, Converse for Nova and Llama."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.chat import ChatFormat
from ftlint.formats.messages import has_blocks, is_mute, spelled, written_roles
from ftlint.model import PlainChat

ROLES = {"user": "user", "assistant": "assistant"}


class BedrockClaude(ChatFormat):
    name = "bedrock-claude"
    title = "messages with a system string beside them (Claude on Bedrock)"
    roles: ClassVar[Mapping[str, str]] = ROLES
    required: ClassVar[tuple[str, ...]] = ("messages",)
    keys = frozenset({"system", "messages"})
    closed = True
    spoken = ("system", "messages")
    system = "system"
    plain = PlainChat("messages", "role", "content")

    def certainty(self, row: Mapping[str, Any]) -> int:
        messages = self.get(row, "messages")
        if not isinstance(messages, list):
            return 0 if messages is None else 21
        role, text = spelled(messages)
        if "schemaVersion" in row or has_blocks(messages) or is_mute(messages):
            return 15
        if not messages:
            return 25
        if role == "from" or text in {"value", "text", "parts"}:
            return 21
        if self.others(row, "system", "messages"):
            return 28
        anthropic = written_roles(messages) <= ROLES.keys()
        system = self.get(row, "system")
        if isinstance(system, str):
            return 95 if anthropic else 30
        if system is not None or not anthropic:
            return 25
        return 88 if _calls_tools(messages) else 80


def _calls_tools(messages: list[Any]) -> bool:
    blocks = (
        block
        for message in messages
        if isinstance(message, dict) and isinstance(message.get("content"), list)
        for block in message["content"]
    )
    return any(
        isinstance(block, dict) and block.get("type") in ("tool_use", "tool_result") for block in blocks
    )


class BedrockConverse(ChatFormat):
    name = "bedrock-converse"
    title = "Converse messages of content blocks (Nova and Llama on Bedrock)"
    roles: ClassVar[Mapping[str, str]] = ROLES
    required: ClassVar[tuple[str, ...]] = ("schemaVersion", "messages")
    keys = frozenset({"schemaVersion", "system", "messages", "toolConfig"})
    spoken = ("schemaVersion", "system", "messages")
    system = "system"

    def tagged(self, tags: Mapping[str, str]) -> dict[str, Any]:
        return {**super().tagged(tags), "plain": None}

    def certainty(self, row: Mapping[str, Any]) -> int:
        messages = self.get(row, "messages")
        if messages is None:
            return 30 if "schemaVersion" in row else 0
        if "schemaVersion" in row:
            return 98
        system = self.get(row, "system")
        first = system[0] if isinstance(system, list) and system else None
        if has_blocks(messages):
            return 93
        if is_mute(messages):
            return 12
        return 60 if isinstance(first, dict) and "text" in first and "type" not in first else 22
