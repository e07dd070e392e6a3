"""Formats that keep a conversation as one list of messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.columns import ColumnFormat
from ftlint.formats.messages import Spelling, content_texts, read_messages
from ftlint.model import PlainChat, Turn
from ftlint.model.format import Kind

TAGS = {
    "user_tag": "user",
    "assistant_tag": "assistant",
    "observation_tag": "tool",
    "function_tag": "assistant",
    "system_tag": "system",
}


class ChatFormat(ColumnFormat):
    """A conversation under `messages`, spelled by `role` and `text`; a system prompt may stand beside it."""

    kind: ClassVar[Kind] = "chat"
    words: ClassVar[Mapping[str, str]] = {}
    messages: ClassVar[str] = "messages"
    role: ClassVar[str] = "role"
    text: ClassVar[str] = "content"
    system: ClassVar[str] = ""
    """The key of a system prompt that stands beside the messages, "" where the format has none."""
    trains: ClassVar[bool] = True

    @property
    def spelling(self) -> Spelling:
        return Spelling(self.roles, self.role, self.text)

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        found = self.system_turn(data)
        messages, pointer = self.get(data, self.messages), self.to(self.messages)
        found.extend(read_messages(messages, pointer, self.spelling, trains=self.trains))
        return found

    def system_turn(self, data: Mapping[str, Any]) -> list[Turn]:
        """The system prompt beside the messages, where there is one."""
        content = self.get(data, self.system) if self.system else None
        if content is None:
            return []
        pointer = self.to(self.system)
        return [Turn("system", "system", pointer, content, tuple(content_texts(content, pointer, "prompt")))]

    def tagged(self, tags: Mapping[str, str]) -> dict[str, Any]:
        role, text = tags.get("role_tag", self.role), tags.get("content_tag", self.text)
        roles = dict(self.roles)
        for tag, canonical in TAGS.items():
            if tag in tags:
                roles[tags[tag]] = canonical
        return {"role": role, "text": text, "roles": roles, "plain": PlainChat(self.messages, role, text)}
