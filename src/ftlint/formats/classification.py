"""A text column with a label column, as classifiers are trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from ftlint.formats.columns import remapped
from ftlint.formats.flat import FlatFormat
from ftlint.formats.keys import is_meta
from ftlint.model import Format, PlainFlat

TEXTS = ("text", "sentence", "comment_text", "comment", "review", "tweet", "content", "message", "utterance")
LABELS = (
    "label",
    "labels",
    "class",
    "target",
    "sentiment",
    "intent",
    "emotion",
    "category",
    "topic",
    "toxicity",
)


class Classification(FlatFormat):
    name = "classification"
    title = "a text and its label"
    required: ClassVar[tuple[str, ...]] = ("text", "label")
    keys = frozenset(required)
    spoken = required
    words = {"prompt": "text", "response": "label"}
    prompts = ("text",)
    answer = "label"
    plain = PlainFlat(("text",), "label")

    def certainty(self, row: Mapping[str, Any]) -> int:
        text, label = self.get(row, "text"), self.get(row, "label")
        if not isinstance(text, str):
            return 0
        if self.at("label") is None:
            flags = self.others(row, "text")
            known = [key for key in flags if is_flag(row[key])]
            unknown = [key for key in flags if not is_flag(row[key]) and not is_meta(key)]
            return 55 if len(known) >= 2 and not unknown else 0
        if label is None or isinstance(label, dict):
            return 22 if self.at("label") in row else 0
        unknown = [key for key in self.others(row, "text", "label") if not is_meta(key)]
        if is_meta(self.at("label") or ""):
            return 0 if unknown else 50
        return 72 if not unknown else 50 if len(unknown) < 3 else 5


def is_flag(value: Any) -> bool:
    """Whether a value says yes or no, numbers and words included."""
    if isinstance(value, str):
        return value.lower() in {"0", "1", "true", "false", "yes", "no"}
    return isinstance(value, bool | int | float) and value in (0, 1)


def labelled(keys: frozenset[str], classification: Format) -> Iterator[Format]:
    """`classification` with its columns named as in a record of these keys."""
    text = next((key for key in TEXTS if key in keys), None)
    if text is None:
        return
    label = next((key for key in LABELS if key in keys and key != text), None)
    yield remapped(classification, {"text": text, "label": label})
