"""ShareGPT conversations and what LLaMA-Factory makes of them; other spellings of a list of messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.chat import ChatFormat
from ftlint.formats.messages import is_mute, read_message, read_messages, spelled
from ftlint.model import PlainChat, Turn
from ftlint.model.turn import Branch

ROLES = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "bard": "assistant",
    "model": "assistant",
    "function_call": "assistant",
    "system": "system",
    "observation": "tool",
    "tool": "tool",
    "function_response": "tool",
}
ANY_ROLES = {
    **ROLES,
    "developer": "system",
    "instruction": "system",
    "function": "tool",
    "bot": "assistant",
    "chatbot": "assistant",
    "ai": "assistant",
    "agent": "assistant",
    "prompter": "user",
    "customer": "user",
    "User": "user",
    "Human": "user",
    "Assistant": "assistant",
    "Chatbot": "assistant",
    "System": "system",
}
BRANCHES: tuple[Branch, ...] = ("chosen", "rejected")


class ShareGPT(ChatFormat):
    name = "sharegpt"
    title = "conversations of from and value (ShareGPT, LLaMA-Factory)"
    roles: ClassVar[Mapping[str, str]] = ROLES
    required: ClassVar[tuple[str, ...]] = ("conversations",)
    keys = frozenset({"conversations", "system", "tools"})
    spoken: ClassVar[tuple[str, ...]] = ("conversations", "system")
    words = {"messages": "conversations"}
    plain: ClassVar[PlainChat | None] = PlainChat("conversations", "from", "value")
    messages = "conversations"
    role = "from"
    text = "value"
    system = "system"

    def tagged(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """LLaMA-Factory's tags name every role; the ones left out keep their default."""
        defaults = {
            "user_tag": "human",
            "assistant_tag": "gpt",
            "observation_tag": "observation",
            "function_tag": "function_call",
            "system_tag": "system",
        }
        attributes = super().tagged({**defaults, **tags})
        kept = {tags.get(tag, name) for tag, name in defaults.items()}
        attributes["roles"] = {name: who for name, who in attributes["roles"].items() if name in kept}
        return attributes

    def certainty(self, row: Mapping[str, Any]) -> int:
        messages = self.get(row, self.messages)
        if not isinstance(messages, list):
            return 0 if messages is None else 22
        if not messages:
            return 22 if self.at(self.messages) == "messages" else 45
        role, text = spelled(messages)
        if role != self.role or text != self.text:
            return 30 if role or text else 12
        if "kto_tag" in row or ("chosen" in row and "rejected" in row):
            return 35
        return 92


class ShareGPTDpo(ShareGPT):
    name = "sharegpt-dpo"
    title = "conversations with a chosen and a rejected message (LLaMA-Factory)"
    kind = "preference"
    required = ("conversations", "chosen", "rejected")
    keys = frozenset({*required, "system", "tools"})
    spoken = (*required, "system")
    plain = None
    trains = False

    def tagged(self, tags: Mapping[str, str]) -> dict[str, Any]:
        return {**super().tagged(tags), "plain": None}

    def certainty(self, row: Mapping[str, Any]) -> int:
        messages = self.get(row, self.messages)
        if messages is None:
            return 0
        answers = [self.get(row, branch) for branch in BRANCHES]
        if is_mute(messages):
            return 12
        if None in answers:
            return 25 if any(answer is not None for answer in answers) else 21
        role, _ = spelled(messages)
        fits = role in {self.role, ""} and all(isinstance(answer, dict) for answer in answers)
        return 97 if fits else 40

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        found = super().turns(data)
        for branch in BRANCHES:
            answer, pointer = self.get(data, branch), self.to(branch)
            if isinstance(answer, dict):
                found.append(read_message(answer, pointer, self.spelling, branch=branch))
            found.extend(read_messages(answer, pointer, self.spelling, branch=branch))
        return found


class Dialogue(ChatFormat):
    """Lists of messages under other keys and with other role names than any trainer's own."""

    name = "dialogue"
    title = "a list of messages in a spelling of its own"
    roles: ClassVar[Mapping[str, str]] = ANY_ROLES
    required = ("messages",)
    keys = frozenset({"messages", "system", "tools"})
    spoken = ("messages", "system")
    plain = PlainChat("messages", "role", "content")
    system = "system"

    def certainty(self, row: Mapping[str, Any]) -> int:
        messages = self.get(row, "messages")
        if not isinstance(messages, list):
            return 0
        role, text = spelled(messages)
        if self.at("messages") == "messages" or not role or not text or text == "parts":
            return 12 if is_mute(messages) else 22
        return 80 if (role, text) == (self.role, self.text) else 30
