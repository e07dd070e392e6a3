"""Records of any format as the messages that a chat template takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ftlint.detect import toolcalls
from ftlint.detect.images import images
from ftlint.model import Record, Turn
from ftlint.model.format import Kind

Message = dict[str, Any]

CONVERSATIONS: frozenset[Kind] = frozenset({"chat", "completion"})
_TURN = re.compile(r"\n?\n?(Human|Assistant):")
_SPEAKERS = {"Human": "user", "Assistant": "assistant"}


class Unfit(Exception):  # noqa: N818
    """A record that cannot be trained on, and why; the reason holds nothing of the record."""


class Conversation(NamedTuple):
    """Messages as a chat template takes them, which of them are trained on, and the declared tools."""

    messages: list[Message]
    trained: list[bool]
    tools: list[dict[str, Any]] | None


class Pair(NamedTuple):
    """A preference: the messages before, and the two answers to them."""

    prompt: list[Message]
    chosen: list[Message]
    rejected: list[Message]
    tools: list[dict[str, Any]] | None


def messages_of(record: Record) -> list[Message]:
    """The record as messages: role (system, user, assistant, tool), content, tool_calls, reasoning_content.

    Arguments of tool calls are objects. Raises `Unfit` for a record that is no conversation.
    """
    return conversation_of(record).messages


def conversation_of(record: Record) -> Conversation:
    """The record as a conversation. An assistant's turn of weight 0 and an empty one are not trained on."""
    if record.format.kind not in CONVERSATIONS:
        raise Unfit(f"format {record.format.name} is no conversation with answers")
    _without_images(record)
    messages: list[Message] = []
    trained: list[bool] = []
    for index, turn in enumerate(record.turns):
        for message in _messages(index, turn):
            messages.append(message)
            spoken = bool(message["content"] or message.get("tool_calls"))
            trained.append(message["role"] == "assistant" and spoken and not _muted(turn))
    if not messages:
        raise Unfit("holds no turns")
    return Conversation(messages, trained, tools_of(record))


def pair_of(record: Record) -> Pair:
    """The record as a preference. What both answers begin with belongs to the prompt.

    Raises `Unfit` for a record that is none, or whose answers are the same.
    """
    if record.format.kind != "preference":
        raise Unfit(f"format {record.format.name} is no preference")
    _without_images(record)
    sides: dict[str, list[Message]] = {"": [], "chosen": [], "rejected": []}
    for index, turn in enumerate(record.turns):
        if record.format.name == "hh":
            sides[turn.branch] += _transcript(turn.text)
        else:
            sides[turn.branch] += _messages(index, turn)
    prompt, chosen, rejected = sides[""], sides["chosen"], sides["rejected"]
    if prompt:
        chosen = chosen[len(prompt) :] if chosen[: len(prompt)] == prompt else chosen
        rejected = rejected[len(prompt) :] if rejected[: len(prompt)] == prompt else rejected
    while len(chosen) > 1 and len(rejected) > 1 and chosen[0] == rejected[0]:
        prompt, chosen, rejected = [*prompt, chosen[0]], chosen[1:], rejected[1:]
    if not prompt:
        raise Unfit("has no prompt")
    for answer in (chosen, rejected):
        if not answer or answer[-1]["role"] != "assistant":
            raise Unfit("has no answer")
    if chosen == rejected:
        raise Unfit("its two answers are the same")
    return Pair(prompt, chosen, rejected, tools_of(record))


def tools_of(record: Record) -> list[dict[str, Any]] | None:
    """The declared tools in OpenAI's form, None where there are none. Raises `Unfit` for what is no list."""
    declared = toolcalls.declared(record)
    if declared is None:
        return None
    try:
        found = toolcalls.tools(*declared)
    except (ValueError, RecursionError):
        raise Unfit("its tools are no list") from None
    return [_tool(each) for each in found if each.name] or None


def _tool(tool: toolcalls.Tool) -> dict[str, Any]:
    raw = tool.raw
    if raw.get("type") == "function" and isinstance(raw.get("function"), dict):
        return dict(raw)
    body = next((raw[key] for key in ("function", "toolSpec") if isinstance(raw.get(key), dict)), raw)
    function = {"name": tool.name}
    if isinstance(body.get("description"), str):
        function["description"] = body["description"]
    if tool.schema is not None:
        function["parameters"] = toolcalls.plain_schema(tool.schema)
    return {"type": "function", "function": function}


def _messages(index: int, turn: Turn) -> Iterator[Message]:
    """A turn as a message; one that holds results of tools as several."""
    if not turn.role:
        raise Unfit("has a turn of no known role")
    results = [block for block in _blocks(turn) if _result(block) is not None]
    for block in results:
        inner = _result(block) or {}
        said = {"role": "tool", "content": _plain(inner.get("content", inner.get("response")))}
        yield said | _kept(
            tool_call_id=inner.get("toolUseId", inner.get("tool_use_id")), name=inner.get("name")
        )
    words = _words(turn)
    called = [_call(each) for each in toolcalls.calls_of(index, turn)]
    if called and turn.name in toolcalls.CALL_ROLES:
        words = ""
    if results and not words:
        return
    message: Message = {"role": turn.role, "content": words}
    if called:
        message["tool_calls"] = called
    if turn.role == "tool":
        message |= _kept(tool_call_id=turn.data.get("tool_call_id"), name=turn.data.get("name"))
    thought = _thought(turn)
    if thought:
        message["reasoning_content"] = thought
    yield message


def _kept(**given: Any) -> Message:
    return {key: value for key, value in given.items() if isinstance(value, str | int)}


def _blocks(turn: Turn) -> list[dict[str, Any]]:
    content = turn.content if isinstance(turn.content, list) else [turn.content]
    return [block for block in content if isinstance(block, dict)]


def _result(block: Mapping[str, Any]) -> dict[str, Any] | None:
    """The result of a tool that a content block holds."""
    for key in ("toolResult", "functionResponse", "function_response"):
        if isinstance(block.get(key), dict):
            return dict(block[key])
    return dict(block) if block.get("type") == "tool_result" else None


def _words(turn: Turn) -> str:
    if not turn.data:  # columns: what is empty was not said
        texts = [text.value for text in turn.texts if text.value.strip()]
        if not texts and isinstance(turn.content, int | float):
            return json.dumps(turn.content)
        return "\n".join(texts)
    content = turn.content
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(each if isinstance(each, str) else _said(each) for each in content)
    if isinstance(content, dict):
        return _said(content)
    refusal = turn.data.get("refusal")
    return refusal if isinstance(refusal, str) else ""


def _said(block: Any) -> str:
    if not isinstance(block, dict) or block.get("thought") is True:
        return ""
    found = block.get("text", block.get("refusal"))
    if found is None and block.get("type", "text") == "text":
        found = block.get("value")
    return found if isinstance(found, str) else ""


def _thought(turn: Turn) -> str:
    """What the assistant thinks before it answers, where that is written apart."""
    for key in ("reasoning_content", "thinking", "reasoning"):
        if isinstance(turn.data.get(key), str):
            return str(turn.data[key])
    found = []
    for block in _blocks(turn):
        inner = block.get("reasoningContent")
        inner = inner.get("reasoningText") if isinstance(inner, dict) else None
        text = inner.get("text") if isinstance(inner, dict) else block.get("thinking")
        if block.get("thought") is True:
            text = block.get("text")
        if isinstance(text, str):
            found.append(text)
    return "\n".join(found)


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        texts = [each if isinstance(each, str) else each.get("text") for each in value if each]
        if all(isinstance(text, str) for text in texts):
            return "".join(map(str, texts))
    return json.dumps(value, ensure_ascii=False)


def _call(call: toolcalls.ToolCall) -> dict[str, Any]:
    arguments = call.arguments
    if isinstance(arguments, str):
        try:
            decoded = json.loads(arguments)
        except (ValueError, RecursionError):
            decoded = None
        arguments = decoded if isinstance(decoded, dict) else arguments
    function = {"name": call.name, "arguments": {} if arguments is None else arguments}
    named = {"id": call.id} if call.id is not None else {}
    return {"type": "function", **named, "function": function}


def _muted(turn: Turn) -> bool:
    return isinstance(turn.weight, int | float) and turn.weight == 0


def _without_images(record: Record) -> None:
    if next(images(record), None) is not None:
        raise Unfit("holds images, which a text model cannot read")


def _transcript(text: str) -> list[Message]:
    """The turns of a transcript as Anthropic's HH data writes it."""
    pieces = _TURN.split(text)
    if pieces[0].strip() or len(pieces) < 3:
        raise Unfit("is no transcript of Human and Assistant")
    said: Sequence[tuple[str, str]] = list(zip(pieces[1::2], pieces[2::2], strict=True))
    return [{"role": _SPEAKERS[who], "content": words.strip()} for who, words in said]
