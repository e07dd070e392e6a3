"""The lists of messages inside a record, whatever its format calls them, and words for their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from ftlint.detect.mask import sensitive
from ftlint.model import PlainChat, Record, Turn

CHAT_KEYS = frozenset({"messages", "conversations", "conversation", "contents", "interactions", "dialog"})
ANSWER_KEYS = frozenset({"completion", "preferred_output", "non_preferred_output"})
BRANCH_KEYS = frozenset({"chosen", "rejected", "chosen_messages", "rejected_messages"})
CONTENT_KEYS = ("content", "value", "text", "parts")
OTHER_SPEECH = (
    "tool_calls",
    "function_call",
    "refusal",
    "audio",
    "reasoning_content",
    "thinking",
    "reasoning",
)

Part = Literal["whole", "prompt", "answer"]


class Conversation(NamedTuple):
    """One list of messages: where it stands, its raw items, the turns read from them, and its part.

    `whole` runs from the question to the answer, `prompt` ends before the answer, `answer` is only that.
    """

    pointer: str
    items: list[Any]
    turns: list[Turn]
    part: Part
    role_key: str
    content_keys: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.pointer.rpartition("/")[2]

    @property
    def spoken(self) -> list[Turn]:
        """The turns without system prompts."""
        return [turn for turn in self.turns if turn.role != "system"]

    @property
    def is_sound(self) -> bool:
        """True when every item is a message whose role the format knows."""
        return len(self.turns) == len(self.items) and all(turn.role for turn in self.turns)

    def has_content(self, message: Mapping[str, Any]) -> bool:
        return any(key in message for key in self.content_keys)


def conversations(record: Record) -> list[Conversation]:
    """Every list of messages in the record, in the order they are written. Found once per record."""
    kept: list[Conversation] | None = record.__dict__.get("_conversations")
    if kept is None:
        kept = record.__dict__["_conversations"] = _conversations(record)
    return kept


def _conversations(record: Record) -> list[Conversation]:
    plain = record.format.plain if isinstance(record.format.plain, PlainChat) else None
    turns: dict[str, list[Turn]] = {}
    for turn in record.turns:
        parent, _, last = turn.pointer.rpartition("/")
        if last.isdigit():
            turns.setdefault(parent, []).append(turn)
    found = []
    for pointer, items in _lists(record.data):
        read = turns.get(pointer, [])
        key = pointer.rpartition("/")[2]
        named = key in CHAT_KEYS or key in ANSWER_KEYS or (plain is not None and key == plain.turns)
        is_chat = any(isinstance(item, dict) for item in items)
        if (read and is_chat) or (named and not is_chat):
            part = _part(record, pointer)
            contents = (*CONTENT_KEYS, plain.text) if plain else CONTENT_KEYS
            found.append(Conversation(pointer, items, read, part, _role_key(items, plain), contents))
    return found


def _lists(data: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for key, value in data.items():
        if isinstance(value, list):
            yield "/" + escaped(str(key)), value
        elif key == "input" and isinstance(value, dict) and isinstance(value.get("messages"), list):
            yield "/input/messages", value["messages"]


def _part(record: Record, pointer: str) -> Part:
    key = pointer.rpartition("/")[2]
    if key == "prompt" or pointer == "/input/messages" or record.format.kind in ("prompt", "reward"):
        return "prompt"
    if key in ANSWER_KEYS:
        return "answer"
    beside = record.data.keys()
    if key in BRANCH_KEYS:
        asks = CHAT_KEYS | {"prompt", "question", "instruction"}
        return "answer" if asks & beside else "whole"
    pairs = record.format.kind == "preference" and "completions" in beside
    return "prompt" if pairs or BRANCH_KEYS & beside else "whole"


def _role_key(items: list[Any], plain: PlainChat | None) -> str:
    written = [item for item in items if isinstance(item, dict)]
    for key in (plain.role if plain else "role", "role", "from"):
        if any(key in item for item in written):
            return key
    return plain.role if plain else "role"


def speaks(turn: Turn) -> bool:
    """True when the turn says something besides its text: calls a tool, refuses, thinks."""
    if any(turn.data.get(key) for key in OTHER_SPEECH):
        return True
    return isinstance(turn.content, list) and any(
        isinstance(part, dict) and _says_more(part) for part in turn.content
    )


def _says_more(part: Mapping[str, Any]) -> bool:
    return part.get("type", "text") not in ("text", "input_text", "output_text") or any(
        key not in ("type", "text", "cache_control", "thought") for key in part
    )


def meant_for(record: Record, *names: str) -> bool:
    """True when the dataset's target, or the format itself, belongs to one of the named services."""
    written = record.format.name
    return any(name in record.target or written.startswith(name) for name in names)


def escaped(key: str) -> str:
    """A key as a token of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def place(pointer: str) -> str:
    """`/messages/2/content` as people write it: `messages[2].content`."""
    written = ""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        written += f"[{name}]" if name.isdigit() else f".{name}" if written else name
    return written or "the record"


SHOWABLE = re.compile(r"[\w.:-]{1,64}\Z", re.ASCII)


def shown(name: Any) -> str:
    """A name from the data in quotes where it is short, plain and not private, else only its length."""
    if not isinstance(name, str):
        return f"a {kind(name)}"
    plain = SHOWABLE.match(name) and not sensitive(name)
    return f"'{name}'" if plain else f"of {len(name)} characters"


def kind(value: Any) -> str:
    """What a JSON value is, in plain words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list) else "object"


def near_key(key: str, wanted: str) -> bool:
    """True when `key` is `wanted` but for case, white space, punctuation or one slip of the finger."""
    left, right = key.strip().casefold(), wanted.casefold()
    if re.sub(r"[\s_-]", "", left) == re.sub(r"[\s_-]", "", right):
        return key != wanted
    if len(right) < 4 or abs(len(left) - len(right)) > 1:
        return False
    return _one_slip(left, right)


def _one_slip(left: str, right: str) -> bool:
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), None)
    if start is None:
        return len(left) != len(right)
    a, b = left[start:], right[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b or a == b[1:]
