"""Plain text for language modelling, and rows that are tokens already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ftlint.formats.columns import ColumnFormat
from ftlint.formats.flat import FlatFormat
from ftlint.formats.keys import is_meta
from ftlint.model import PlainFlat, Turn


class PlainText(FlatFormat):
    name = "text"
    title = "plain text (language modelling)"
    kind = "text"
    required: ClassVar[tuple[str, ...]] = ("text",)
    keys = frozenset({"text"})
    spoken = ("text",)
    words = {"prompt": "text"}
    answer = "text"
    plain = PlainFlat((), "text")

    def certainty(self, row: Mapping[str, Any]) -> int:
        if not isinstance(self.get(row, "text"), str):
            return 22 if self.at("text") in row and len(row) == 1 else 0
        others = self.others(row, "text")
        if not others:
            return 88 if self.at("text") == "text" else 60
        unknown = sum(not is_meta(key) for key in others)
        if "role" in row or "from" in row or self.at("text") != "text":
            return 0 if unknown else 45
        return (60, 35, 15)[unknown] if unknown < 3 else 5


class Tokenised(ColumnFormat):
    name = "tokenised"
    title = "token ids (pre-tokenised)"
    kind = "tokenised"
    required = ("input_ids",)
    keys = frozenset({"input_ids", "attention_mask", "labels", "position_ids", "token_type_ids"})
    spoken = ("input_ids", "attention_mask", "labels", "position_ids", "token_type_ids")

    def certainty(self, row: Mapping[str, Any]) -> int:
        ids = self.get(row, "input_ids")
        return 98 if isinstance(ids, list) else 0 if ids is None else 30

    def turns(self, data: Mapping[str, Any]) -> list[Turn]:
        return []
