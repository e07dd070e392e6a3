"""Tool calls that stand in an output as text, in the spellings of chat templates, against the wanted ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ftlint.evaluate.metrics.structured import NONE, equal, loaded


class Call(NamedTuple):
    """One call: the tool's name, and its arguments, `NONE` where they cannot be read."""

    name: str
    arguments: Any


# <tool_call>{...}</tool_call>: Hermes, Qwen; the end is missing where the output was cut
_HERMES = re.compile(r"<tool_call>\s*(.*?)\s*(?:</tool_call>|\Z)", re.DOTALL)
# <function=name>{...}</function>: Llama 3.1; with <parameter=key> inside: Qwen3-Coder
_FUNCTION = re.compile(r"<function=([^>\n]{1,256})>\s*(.*?)\s*(?:</function>|\Z)", re.DOTALL)
_PARAMETER = re.compile(r"<parameter=([^>\n]{1,256})>\n?(.*?)\n?(?:</parameter>|\Z)", re.DOTALL)
# [TOOL_CALLS] [{...}], [TOOL_CALLS]name[ARGS]{...}: Mistral
_MISTRAL = re.compile(r"\[TOOL_CALLS\]\s*(.*?)(?=\[TOOL_CALLS\]|\Z)", re.DOTALL)
_NAMED = re.compile(r"([\w.-]{1,256})(?:\[CALL_ID\][\w-]*)?(?:\[ARGS\])?\s*(\{.*\})\s*\Z", re.DOTALL)
# DeepSeek V3: name and a fenced object between the marks
_DEEPSEEK = re.compile(
    r"<｜tool▁call▁begin｜>(?:function<｜tool▁sep｜>)?([^\n<]{1,256})\n?(?:<｜tool▁sep｜>)?"
    r"\s*(?:```json)?\s*(\{.*?\})\s*(?:```)?\s*<｜tool▁call▁end｜>",
    re.DOTALL,
)
_FENCE = re.compile(r"\A```(?:json|tool_code)?\s*\n(.*?)\n?```\s*\Z", re.DOTALL)
_ENDS = re.compile(r"(?:<\|(?:im_end|eot_id|eom_id|end|endoftext)\|>|</s>|<end_of_turn>)\s*\Z")


def tool_call_match(output: str, reference: str, extra: Mapping[str, Any]) -> float | None:
    """1 where the output makes the same calls as the reference: names and arguments, in any order.

    A row whose reference makes none is right where the output makes none. None for rows without calls and
    without tools.
    """
    wanted = expected(reference, extra)
    if wanted is None:
        return None
    found = calls(output)
    return float(len(found) == len(wanted) and _matched(found, wanted))


def expected(reference: str, extra: Mapping[str, Any]) -> list[Call] | None:
    """The calls a row wants: its column `tool_calls`, else those in the reference; None for no tool task."""
    listed = extra.get("tool_calls")
    if isinstance(listed, str):
        listed = loaded(listed)
    if isinstance(listed, list) and listed:
        return [call for item in listed for call in _of(item)]
    return calls(reference) or ([] if extra.get("tools") or extra.get("functions") else None)


def calls(text: str) -> list[Call]:
    """The calls that a text makes; none where it is prose."""
    text = _ENDS.sub("", text)
    return list(_marked(text) or _bare(text))


def _marked(text: str) -> list[Call]:
    found = [Call(name.strip(), _object(body)) for name, body in _DEEPSEEK.findall(text)]
    if found:
        return found
    if "[TOOL_CALLS]" in text:
        return [call for body in _MISTRAL.findall(text) for call in _mistral(body.strip())]
    if "<function=" in text:
        return [Call(name.strip(), _parameters(body)) for name, body in _FUNCTION.findall(text)]
    return [call for body in _HERMES.findall(text) for call in (_of(loaded(body)) or [Call("", NONE)])]


def _mistral(body: str) -> list[Call]:
    named = _NAMED.fullmatch(body)
    return [Call(named[1], _object(named[2]))] if named else _of(loaded(body)) or [Call("", NONE)]


def _parameters(body: str) -> Any:
    if not body.startswith("<parameter="):
        return _object(body or "{}")
    return {name: _typed(value) for name, value in _PARAMETER.findall(body)}


def _typed(value: str) -> Any:
    """A parameter's text: the number, list or object it spells, else the text."""
    found = loaded(value)
    return value if found is NONE or isinstance(found, str) else found


def _bare(text: str) -> Iterator[Call]:
    """Calls without a mark: the whole text is JSON (Llama 3, Phi-4, OpenAI's message)."""
    body = text.strip().removeprefix("<|python_tag|>").removeprefix("functools").strip()
    fenced = _FENCE.match(body)
    if fenced:
        body = fenced[1].strip()
    value = loaded(body)
    if value is NONE and body.startswith("{") and "};" in body.replace(" ", ""):
        value = loaded("[" + re.sub(r"\}\s*;\s*\{", "},{", body) + "]")
    if value is not NONE:
        yield from _of(value)


def _of(value: Any) -> list[Call]:
    """The calls of a JSON value: of a list all, of a message its `tool_calls`; none of anything else."""
    if isinstance(value, list):
        made = [_of(item) for item in value]
        return [call for each in made for call in each] if all(made) else []
    if not isinstance(value, dict):
        return []
    if isinstance(value.get("tool_calls"), list):
        return _of(value["tool_calls"])
    inner = value.get("function", value.get("function_call"))
    item = inner if isinstance(inner, dict) else value
    name = item.get("name", inner if isinstance(inner, str) else None)
    keys = [key for key in ("arguments", "parameters", "args", "input") if key in item]
    if not isinstance(name, str) or not keys:
        return []
    arguments = item[keys[0]]
    return [Call(name, _object(arguments) if isinstance(arguments, str) else arguments)]


def _object(text: str) -> Any:
    return loaded(text) if text.strip() else {}


def _matched(found: Sequence[Call], wanted: Sequence[Call]) -> bool:
    """Whether each wanted call is made once, in any order."""
    left = list(found)
    for call in wanted:
        for index, other in enumerate(left):
            if other.name == call.name and _same(other.arguments, call.arguments):
                del left[index]
                break
        else:
            return False
    return not left


def _same(one: Any, other: Any) -> bool:
    return one is not NONE and other is not NONE and equal(one or {}, other or {})
