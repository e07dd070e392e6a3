import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ftlint.detect.messages import place, shown
from ftlint.detect.toolcalls import calls, declared, may_call, plain_schema, tools
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Example, Rule

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "unit": {"enum": ["C", "F"]},
                "days": {"type": "integer"},
            },
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}


def _record(arguments: str) -> dict[str, object]:
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": arguments}}
    return {
        "messages": [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
        ],
        "tools": [WEATHER],
    }


class ToolArgumentsSchema(Rule[Record]):
    """A tool call does not fit the schema of the tool it calls.

    ## Why it matters
    The record shows a tool and then a call that the tool would refuse: the model learns to leave out
    required arguments, to invent others, or to write numbers as text.

    ## What to do
    Mend the call, or the schema where it is the schema that is out of date.

    ## References
    - JSON Schema, as OpenAI, Bedrock and Mistral declare the parameters of tools.
    - On 56 public files: 1 hit, 1 looked at, 1 true.

    ## Known limits
    Schemas that refer to other documents (`$ref` to an address) are not followed. Gemini's own upper-case
    type names (`OBJECT`) are read as the plain ones.
    """

    code = "CHAT023"
    name = "tool-arguments-schema"
    severity = Severity.WARNING
    headline = "{count} rows call a tool with arguments its schema refuses"
    help = "mend the call, or the tool's schema"
    bad = (
        Example([_record('{"unit": "C"}')], note="a required argument is missing"),
        Example([_record('{"city": "Rome", "unit": "K"}')]),
        Example([_record('{"city": "Rome", "days": "3"}')]),
        Example([_record('{"city": "Rome", "month": 3}')]),
    )
    good = (
        Example([_record('{"city": "Rome", "unit": "C", "days": 3}')]),
        Example([_record("{broken")], note="judged by tool-arguments-not-json"),
    )

    def wakes(self, shape: Shape) -> bool:
        return declared(shape) is not None and may_call(shape)

    def check(self, record: Record) -> Iterator[Finding]:
        found = declared(record)
        if found is None:
            return
        try:
            schemas = {tool.name: tool.schema for tool in tools(*found) if isinstance(tool.name, str)}
        except (ValueError, RecursionError):
            return
        for call in calls(record.turns):
            schema = schemas.get(call.name) if isinstance(call.name, str) else None
            arguments = _object(call.arguments)
            if not isinstance(schema, dict) or arguments is None:
                continue
            fault = _refusal(schema, arguments)
            if fault:
                yield Finding(
                    f"{place(call.pointer)} does not fit the schema of the tool {shown(call.name)}: {fault}",
                    pointer=call.arguments_pointer,
                )


def _object(arguments: Any) -> dict[str, Any] | None:
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError):
            return None
    return arguments if isinstance(arguments, dict) else None


def _refusal(schema: dict[str, Any], arguments: dict[str, Any]) -> str:
    try:
        return refusal(json.dumps(schema, sort_keys=True), arguments)
    except RecursionError:
        return ""


def refusal(schema: str, arguments: dict[str, Any]) -> str:
    """Why a schema refuses the arguments, in words without their values; "" where it takes them."""
    fast = _fast(schema)
    try:
        if fast is None or fast.is_valid(arguments):
            return ""
    except ValueError:
        return ""
    from jsonschema import Draft202012Validator

    slow = Draft202012Validator(plain_schema(json.loads(schema)))
    errors = sorted(slow.iter_errors(arguments), key=lambda error: list(map(str, error.absolute_path)))
    return _words(errors[0], len(errors) - 1) if errors else ""


@lru_cache(maxsize=128)
def _fast(schema: str) -> Any:
    """A compiled validator; None for a schema that is broken or refers to other documents."""
    import jsonschema_rs

    value = plain_schema(json.loads(schema))
    if _refers_outside(value):
        return None
    try:
        return jsonschema_rs.Draft202012Validator(value)
    except (ValueError, jsonschema_rs.ReferencingError):
        return None


def _refers_outside(value: Any) -> bool:
    if isinstance(value, dict):
        refers = value.get("$ref", "#")
        if (
            not (isinstance(refers, str) and refers.startswith("#"))
            or "$dynamicRef" in value
            or "$id" in value
        ):
            return True
        return any(map(_refers_outside, value.values()))
    return isinstance(value, list) and any(map(_refers_outside, value))


def _words(error: Any, others: int) -> str:
    at = ".".join(map(str, error.absolute_path))
    where = f" at {shown(at)}" if at else ""
    rule, wanted = error.validator, error.validator_value
    if rule == "required":
        missing = [name for name in wanted if name not in error.instance]
        said = f"required argument {shown(missing[0])} is missing{where}"
    elif rule == "type":
        said = f"{wanted if isinstance(wanted, str) else ' or '.join(map(str, wanted))} wanted{where}"
    elif rule == "enum":
        said = f"none of the {len(wanted)} allowed values{where}"
    elif rule == "additionalProperties":
        known = error.schema.get("properties", {})
        extra = [name for name in error.instance if name not in known]
        said = f"unknown argument {shown(extra[0])}{where}" if extra else f"unknown argument{where}"
    else:
        said = f"'{rule}' is not met{where}"
    return said + (f", and {others} more" if others else "")
