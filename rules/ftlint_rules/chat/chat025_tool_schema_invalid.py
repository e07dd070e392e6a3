import json
import re
from collections.abc import Iterator
from functools import lru_cache

from ftlint.detect.messages import place, shown
from ftlint.detect.toolcalls import Tool, declared, plain_schema, tools
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Example, Rule, chat

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")


def _tool(**function: object) -> list[dict[str, object]]:
    return [{"type": "function", "function": function}]


class ToolSchemaInvalid(Rule[Record]):
    """A tool's declaration has no usable name, or its parameters are no valid JSON Schema.

    ## Why it matters
    Mistral refuses the file ("Invalid tool schema", "Function name was ..."), as do the APIs the model will
    serve behind. A declaration that is no JSON stops LLaMA-Factory.

    ## What to do
    Name each tool with letters, digits, `_` and `-`, at most 64; give `parameters` a valid JSON Schema of
    type object.

    A name with dots or blanks is a warning: open models take it, the services do not.

    ## References
    - mistral-common `validator.py` (`_validate_function`): the pattern of names,
      `Draft7Validator.check_schema`.
    - LLaMA-Factory `data/formatter.py` (`ToolFormatter`): "Invalid JSON format in tool description".
    - OpenAI API description 2.3.0, `FunctionObject.name`.
    """

    code = "CHAT025"
    name = "tool-schema-invalid"
    severity = Severity.ERROR
    headline = "{count} rows declare a tool that no service takes"
    help = "name the tool plainly and give its parameters a valid JSON Schema"
    bad = (
        Example([{**chat("Hi", "Hello"), "tools": _tool(name="f", parameters={"type": "objekt"})}]),
        Example([{**chat("Hi", "Hello"), "tools": _tool(name="get weather", parameters={"type": "object"})}]),
        Example([{**chat("Hi", "Hello"), "tools": _tool(parameters={"type": "object"})}]),
        Example([{**chat("Hi", "Hello"), "tools": "[{'name': 'f'}]"}]),
    )
    good = (
        Example(
            [
                {
                    **chat("Hi", "Hello"),
                    "tools": _tool(name="f", parameters={"type": "object", "properties": {}}),
                }
            ]
        ),
        Example([{**chat("Hi", "Hello"), "tools": '[{"name": "f", "parameters": {"type": "object"}}]'}]),
        Example([{**chat("Hi", "Hello"), "tools": []}]),
        Example([{**chat("Hi", "Hello"), "tools": ""}], note="an empty column of LLaMA-Factory"),
    )

    def wakes(self, shape: Shape) -> bool:
        return declared(shape) is not None and bool(shape.turns)

    def check(self, record: Record) -> Iterator[Finding]:
        found = declared(record)
        if found is None:
            return
        pointer, value = found
        if isinstance(value, str) and not value.strip():
            return
        is_text = isinstance(value, str)
        try:
            judged = faults(pointer, value if is_text else json.dumps(value), is_text)
        except RecursionError:
            return
        for where, message, severe in judged:
            yield Finding(message, pointer=where, severity=self.severity if severe else Severity.WARNING)


@lru_cache(maxsize=64)
def faults(pointer: str, value: str, is_text: bool) -> tuple[tuple[str, str, bool], ...]:
    """Pointer, message and whether it is an error, of the first faults; `value` is the JSON text, which the
    record itself holds where `is_text` is given."""
    try:
        listed = tools(pointer, value if is_text else json.loads(value))
    except json.JSONDecodeError as error:
        return (
            (
                pointer,
                f"{place(pointer)} is not JSON: {error.msg.lower()} at character {error.pos + 1}",
                True,
            ),
        )
    except (ValueError, RecursionError):
        return ((pointer, f"{place(pointer)} is not a list of tools", True),)
    found = []
    names: set[str] = set()
    for number, tool in enumerate(listed):
        where = tool.pointer if tool.pointer != pointer else pointer
        said, severe = fault_of(tool, names)
        if said:
            found.append((where, f"tool {number + 1} of {len(listed)} {said}", severe))
        if isinstance(tool.name, str):
            names.add(tool.name)
    return tuple(found[:3])


def fault_of(tool: Tool, names: set[str]) -> tuple[str, bool]:
    if not isinstance(tool.raw, dict):
        return "is not an object", True
    if tool.raw.get("type", "function") not in ("function", "custom") and tool.name is None:
        return "", False
    if not isinstance(tool.name, str) or not tool.name:
        return "has no name", True
    if tool.name in names:
        return f"is declared twice: {shown(tool.name)}", True
    if tool.schema is not None and not isinstance(tool.schema, dict):
        return f"{shown(tool.name)} has parameters that are not an object", True
    fault = schema_fault(json.dumps(tool.schema, sort_keys=True)) if tool.schema else ""
    if fault:
        return f"{shown(tool.name)} has an invalid schema: {fault}", True
    if not NAME.match(tool.name):
        return f"has a name {shown(tool.name)} beyond letters, digits, _ and -, or over 64", False
    return "", False


@lru_cache(maxsize=128)
def schema_fault(schema: str) -> str:
    """Where and by which keyword a schema breaks JSON Schema's own rules, "" where it is valid."""
    import jsonschema_rs

    value = plain_schema(json.loads(schema))
    try:
        if jsonschema_rs.meta.is_valid(value):
            return ""
    except ValueError:  # a lone surrogate: only the slow validator takes it
        pass
    from jsonschema import Draft202012Validator

    meta = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    error = next(iter(meta.iter_errors(value)), None)
    if error is None:
        return ""
    at = ".".join(map(str, error.absolute_path))
    return f"'{error.validator}' of the meta-schema is not met at {shown(at) if at else 'its top'}"
