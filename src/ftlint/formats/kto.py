"""Conversations labelled good or bad as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.chat import ChatFormat
from ftlint.formats.messages import is_mute, spelled
from ftlint.formats.openai import ROLES


class Kto(ChatFormat):
    name = "kto"
    title = "messages with a label good or bad (KTO)"
    kind = "unpaired"
    roles: ClassVar[Mapping[str, str]] = ROLES
    required = ("messages", "label")
    keys = frozenset({"messages", "label", "tools", "system"})
    spoken = ("messages", "system")
    words = {"kto_tag": "label"}
    system = "system"

    def tagged(self, tags: Mapping[str, str]) -> dict[str, Any]:
        return {**super().tagged(tags), "plain": None}

    def certainty(self, row: Mapping[str, Any]) -> int:
        messages, label = self.get(row, "messages"), self.get(row, "label")
        if not isinstance(messages, list):
            return 0 if messages is None else 21
        if is_mute(messages):
            return 12
        if label is None:
            return 22
        role, _ = spelled(messages)
        if role and role != self.role:
            return 28
        if self.at("label") == "kto_tag":
            return 97
        return 94 if isinstance(label, bool) else 60 if label in (0, 1) else 45
