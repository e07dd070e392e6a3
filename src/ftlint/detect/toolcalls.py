"""Tool calls, tool results and declared tools of a record, in every spelling: OpenAI, legacy functions,
Converse, Claude blocks, Gemini, and the JSON texts of sharegpt's `function_call` turns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from ftlint.model import Record, Turn

Style = Literal["openai", "legacy", "converse", "claude", "gemini", "text"]

CALL_ROLES = frozenset({"function_call", "function-call", "tool_call", "tool_calls"})
RESULT_TYPES = ("tool_result", "function_response")


class ToolCall(NamedTuple):
    """One call. `turn` counts the record's turns; `id` is None where none is written."""

    style: Style
    turn: int
    pointer: str
    id: Any = None
    name: Any = None
    arguments: Any = None
    arguments_pointer: str = ""


class ToolResult(NamedTuple):
    style: Style
    turn: int
    pointer: str
    id: Any = None


class Tool(NamedTuple):
    """A declared tool; `schema` is that of its arguments, None where none is written."""

    pointer: str
    raw: Any
    name: Any = None
    schema: Any = None


def calls(turns: Sequence[Turn]) -> list[ToolCall]:
    """Every tool call of the turns, in order; of a call in broken form what can be read."""
    return [call for index, turn in enumerate(turns) for call in calls_of(index, turn)]


def calls_of(index: int, turn: Turn) -> Iterator[ToolCall]:
    listed = turn.data.get("tool_calls")
    if isinstance(listed, list):
        for position, item in enumerate(listed):
            yield _openai_call(index, f"{turn.pointer}/tool_calls/{position}", item)
    legacy = turn.data.get("function_call")
    if isinstance(legacy, dict):
        pointer = f"{turn.pointer}/function_call"
        yield ToolCall(
            "legacy",
            index,
            pointer,
            None,
            legacy.get("name"),
            legacy.get("arguments"),
            f"{pointer}/arguments",
        )
    if isinstance(turn.content, list):
        for position, part in enumerate(turn.content):
            if isinstance(part, dict):
                yield from _block_call(index, f"{_content_pointer(turn)}/{position}", part)
    if turn.name in CALL_ROLES and isinstance(turn.content, str):
        yield from text_calls(index, turn)


def _openai_call(index: int, pointer: str, item: Any) -> ToolCall:
    item = item if isinstance(item, dict) else {}
    function = item.get("function")
    if isinstance(function, dict):
        inner = f"{pointer}/function/arguments"
        return ToolCall(
            "openai",
            index,
            pointer,
            _id(item.get("id")),
            function.get("name"),
            function.get("arguments"),
            inner,
        )
    inner = f"{pointer}/arguments"
    return ToolCall(
        "openai", index, pointer, _id(item.get("id")), item.get("name"), item.get("arguments"), inner
    )


def _block_call(index: int, pointer: str, part: Mapping[str, Any]) -> Iterator[ToolCall]:
    use, function = part.get("toolUse"), part.get("functionCall") or part.get("function_call")
    if isinstance(use, dict):
        where = f"{pointer}/toolUse/input"
        yield ToolCall(
            "converse", index, pointer, _id(use.get("toolUseId")), use.get("name"), use.get("input"), where
        )
    elif isinstance(function, dict):
        where = f"{pointer}/functionCall/args"
        yield ToolCall("gemini", index, pointer, None, function.get("name"), function.get("args"), where)
    elif part.get("type") == "tool_use":
        where = f"{pointer}/input"
        yield ToolCall(
            "claude", index, pointer, _id(part.get("id")), part.get("name"), part.get("input"), where
        )


def text_calls(index: int, turn: Turn) -> Iterator[ToolCall]:
    """The calls a `function_call` turn holds as JSON text; none where it is no JSON."""
    pointer = _content_pointer(turn)
    try:
        value = json.loads(turn.content)
    except (ValueError, RecursionError):
        return
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            arguments = item.get("arguments", item.get("parameters"))
            yield ToolCall("text", index, pointer, None, item.get("name"), arguments, pointer)


def results(turns: Sequence[Turn]) -> list[ToolResult]:
    """Every tool result of the turns, in order."""
    found = []
    for index, turn in enumerate(turns):
        blocks = turn.content if isinstance(turn.content, list) else []
        inside = [
            result
            for position, part in enumerate(blocks)
            if isinstance(part, dict)
            for result in _block_result(index, f"{_content_pointer(turn)}/{position}", part)
        ]
        if not inside and turn.role == "tool":
            style: Style = "openai" if "role" in turn.data and turn.name == "tool" else "text"
            inside = [ToolResult(style, index, turn.pointer, _id(turn.data.get("tool_call_id")))]
        found += inside
    return found


def _block_result(index: int, pointer: str, part: Mapping[str, Any]) -> Iterator[ToolResult]:
    result = part.get("toolResult")
    if isinstance(result, dict):
        yield ToolResult("converse", index, pointer, _id(result.get("toolUseId")))
    elif part.get("type") in RESULT_TYPES:
        yield ToolResult("claude", index, pointer, _id(part.get("tool_use_id")))
    elif isinstance(part.get("functionResponse"), dict):
        yield ToolResult("gemini", index, pointer)


def _id(value: Any) -> str | int | None:
    """An id that can be compared; anything else counts as none."""
    return value if isinstance(value, str | int) else None


def _content_pointer(turn: Turn) -> str:
    for key in ("content", "value", "parts", "text", *turn.data):
        if key in turn.data and turn.data[key] is turn.content:
            return f"{turn.pointer}/{key}"
    return turn.pointer


def declared(record: Record) -> tuple[str, Any] | None:
    """Pointer and value of the record's tool declarations, as they are written; None where there are none."""
    data = record.data
    within = data.get("input")
    if isinstance(within, dict) and within.get("tools"):
        return "/input/tools", within["tools"]
    config = data.get("toolConfig")
    if isinstance(config, dict) and config.get("tools"):
        return "/toolConfig/tools", config["tools"]
    for key in ("tools", "available_tools", "functions"):
        if data.get(key):
            return f"/{key}", data[key]
    return None


def tools(pointer: str, value: Any) -> list[Tool]:
    """The declared tools; `value` is a list, or a JSON text of one. Raises `ValueError` for anything else."""
    within = "" if not isinstance(value, str) else pointer
    if isinstance(value, str):
        value = json.loads(value)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        raise ValueError("not a list")
    found: list[Tool] = []
    for position, item in enumerate(value):
        here = within or f"{pointer}/{position}"
        several = item.get("functionDeclarations", item.get("function_declarations")) if _is(item) else None
        if isinstance(several, list):
            found += [_tool(here, declaration) for declaration in several]
        elif not (_is(item) and ({"googleSearch", "codeExecution", "cachePoint"} & item.keys())):
            found.append(_tool(here, item))
    return found


def _is(value: Any) -> bool:
    return isinstance(value, dict)


def _tool(pointer: str, item: Any) -> Tool:
    if isinstance(item, str):
        try:
            item = json.loads(item)
        except (ValueError, RecursionError):
            return Tool(pointer, item)
    if not isinstance(item, dict):
        return Tool(pointer, item)
    body = item
    for key in ("function", "toolSpec"):
        if isinstance(item.get(key), dict):
            body = item[key]
    schema = body.get("parameters", body.get("input_schema"))
    if schema is None and isinstance(body.get("inputSchema"), dict):
        schema = body["inputSchema"].get("json", body["inputSchema"])
    return Tool(pointer, item, body.get("name"), schema)


def plain_schema(value: Any) -> Any:
    """A schema with Gemini's capital type names as JSON Schema spells them, and without `$schema`: an unknown
    dialect would be looked up on the network."""
    if isinstance(value, dict):
        return {
            key: item.lower()
            if key == "type" and isinstance(item, str) and item.isupper()
            else plain_schema(item)
            for key, item in value.items()
            if key != "$schema"
        }
    return [plain_schema(item) for item in value] if isinstance(value, list) else value


def may_call(record: Record) -> bool:
    """A cheap test on a shape: whether its records can hold tool calls or results at all."""
    for turn in record.turns:
        if turn.role == "tool" or turn.data.get("tool_calls") or turn.data.get("function_call"):
            return True
        if turn.name in CALL_ROLES:
            return True
        if isinstance(turn.content, list) and any(map(_is_tool_block, turn.content)):
            return True
    return False


def _is_tool_block(part: Any) -> bool:
    if not isinstance(part, dict):
        return False
    keys = {"toolUse", "toolResult", "functionCall", "functionResponse", "function_call"}
    return part.get("type") in ("tool_use", *RESULT_TYPES) or bool(keys & part.keys())
