"""Reading lists of messages, whoever spells them: parts, tool calls, tool results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ftlint.formats.columns import leaves
from ftlint.model import Text, Turn
from ftlint.model.format import canonical
from ftlint.model.turn import Branch, Where

ROLE_KEYS = ("role", "from")
TEXT_KEYS = ("content", "value", "text", "parts")
BLOCK_KEYS = ("text", "image", "video", "document", "toolUse", "toolResult", "reasoningContent")
SPEAKING = {
    "toolUse": ("name", "input"),
    "toolResult": ("content",),
    "reasoningContent": ("reasoningText",),
    "functionCall": ("name", "args"),
    "functionResponse": ("response",),
    "executableCode": ("code",),
    "codeExecutionResult": ("output",),
}
"""What holds text in the blocks of Converse and the parts of Gemini that are no plain text."""

WORDLESS = frozenset({"type", "bytes", "signature", "format", "mimeType", "data"})
"""Keys in the results of tools whose values are media, or the API's own words."""


class Spelling(NamedTuple):
    """How a format writes a message: its role names, and the keys of role and text."""

    roles: Mapping[str, str]
    role: str = "role"
    text: str = "content"


def read_messages(
    value: Any, pointer: str, spelling: Spelling, *, trains: bool = True, branch: Branch = ""
) -> list[Turn]:
    """The turns of a list of messages; what is no message is left out. `trains`: assistants are targets."""
    if not isinstance(value, list):
        return []
    return [
        read_message(message, f"{pointer}/{index}", spelling, trains=trains, branch=branch)
        for index, message in enumerate(value)
        if isinstance(message, dict)
    ]


def read_message(
    message: Mapping[str, Any],
    pointer: str,
    spelling: Spelling,
    *,
    trains: bool = True,
    branch: Branch = "",
) -> Turn:
    """One message as a turn."""
    roles, role, text = spelling
    name = message.get(role)
    who = canonical(roles, name)
    weight = message.get("weight")
    muted = isinstance(weight, int | float) and weight == 0
    where: Where = "target" if trains and who == "assistant" and not muted else "prompt"
    content = message.get(text)
    texts = [*_string(message, "reasoning_content", pointer, where)]
    texts.extend(content_texts(content, f"{pointer}/{text}", where))
    texts.extend(_string(message, "refusal", pointer, where))
    texts.extend(_calls(message, pointer, where))
    return Turn(
        role=who,
        name=name if isinstance(name, str) else "",
        pointer=pointer,
        content=content,
        texts=tuple(texts),
        data=message,
        branch=branch,
        weight=weight,
    )


def content_texts(content: Any, pointer: str, where: Where) -> list[Text]:
    """The texts of a content value: a string, a list of parts or blocks, or a single block."""
    if isinstance(content, str):
        return [Text(pointer, content, where)]
    if isinstance(content, dict):
        return list(_part(content, pointer, where))
    if not isinstance(content, list):
        return []
    found: list[Text] = []
    for index, part in enumerate(content):
        if isinstance(part, str):
            found.append(Text(f"{pointer}/{index}", part, where))
        elif isinstance(part, dict):
            found.extend(_part(part, f"{pointer}/{index}", where))
    return found


def _part(part: Mapping[str, Any], pointer: str, where: Where) -> Iterable[Text]:
    kind = part.get("type")
    kind = kind if isinstance(kind, str) else ""
    for key in ("text", "thinking", "refusal"):
        yield from _string(part, key, pointer, where)
    if kind in {"", "text", "reasoning"}:
        yield from _string(part, "value", pointer, where)
    if kind == "tool_use":
        yield from _string(part, "name", pointer, where)
        yield from leaves(part.get("input"), f"{pointer}/input", where)
    elif kind == "tool_result":
        yield from leaves(part.get("content"), f"{pointer}/content", where, WORDLESS)
    for key, inner in SPEAKING.items():
        block = part.get(key)
        if isinstance(block, dict):
            skipped = WORDLESS if key in ("toolResult", "reasoningContent") else frozenset()
            for name in inner:
                yield from leaves(block.get(name), f"{pointer}/{key}/{name}", where, skipped)


def _string(data: Mapping[str, Any], key: str, pointer: str, where: Where) -> Iterable[Text]:
    value = data.get(key)
    if isinstance(value, str):
        yield Text(f"{pointer}/{key}", value, where)


def _calls(message: Mapping[str, Any], pointer: str, where: Where) -> Iterable[Text]:
    calls = message.get("tool_calls")
    if isinstance(calls, list):
        for index, call in enumerate(calls):
            function = call.get("function") if isinstance(call, dict) else None
            yield from _function(function, f"{pointer}/tool_calls/{index}/function", where)
    yield from _function(message.get("function_call"), f"{pointer}/function_call", where)


def _function(function: Any, pointer: str, where: Where) -> Iterable[Text]:
    if isinstance(function, dict):
        yield from _string(function, "name", pointer, where)
        yield from leaves(function.get("arguments"), f"{pointer}/arguments", where)


def spelled(messages: Any) -> tuple[str, str]:
    """Under which keys the first messages keep role and text; "" where they keep none."""
    role = text = ""
    if isinstance(messages, list):
        for message in messages[:4]:
            if isinstance(message, dict):
                role = role or next((key for key in ROLE_KEYS if key in message), "")
                text = text or next((key for key in TEXT_KEYS if key in message), "")
    return role, text


def is_mute(messages: Any) -> bool:
    """Whether a list holds no message as any format writes them: neither a role nor a text."""
    return bool(messages) and spelled(messages) == ("", "")


def has_blocks(messages: Any) -> bool:
    """Whether the first messages hold content blocks without a type, as Bedrock's Converse writes them."""
    if not isinstance(messages, list):
        return False
    for message in messages[:4]:
        content = message.get("content") if isinstance(message, dict) else None
        for block in content[:2] if isinstance(content, list) else ():
            if isinstance(block, dict) and "type" not in block and any(key in block for key in BLOCK_KEYS):
                return True
    return False


def last_role(messages: Any, role: str = "role") -> str:
    """The role of the last message as written, "" where there is none."""
    last = messages[-1] if isinstance(messages, list) and messages else None
    name = last.get(role) if isinstance(last, dict) else None
    return name if isinstance(name, str) else ""


def written_roles(messages: Any, role: str = "role") -> set[str]:
    """All roles as written."""
    if not isinstance(messages, list):
        return set()
    names = (message.get(role) for message in messages if isinstance(message, dict))
    return {name for name in names if isinstance(name, str)}
