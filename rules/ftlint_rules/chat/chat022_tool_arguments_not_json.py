import json
from collections.abc import Iterator

from ftlint.detect.messages import place, shown
from ftlint.detect.toolcalls import CALL_ROLES, ToolCall, calls, may_call
from ftlint.model import Finding, Fix, Record, SetValue, Severity, Shape, Turn
from ftlint.rule import Example, Rule


def _record(arguments: str) -> dict[str, object]:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": arguments}}
    return {
        "messages": [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
        ]
    }


class ToolArgumentsNotJson(Rule[Record]):
    """The arguments of a tool call are not a JSON object.

    ## Why it matters
    The model learns to write calls that no program can parse. LLaMA-Factory stops with "Invalid JSON
    format in function message"; templates that parse the arguments stop, too.

    ## What to do
    Write the arguments with a JSON encoder. The fix writes a Python dict as JSON, and empty text as `{}`.

    ## References
    - OpenAI API description 2.3.0: arguments are generated "in JSON format".
    - LLaMA-Factory `data/formatter.py` (`FunctionFormatter`): `json.loads` of the whole turn, with `name`
      and `arguments`.
    """

    code = "CHAT022"
    name = "tool-arguments-not-json"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} rows call a tool with arguments that are not JSON"
    help = "write the arguments with a JSON encoder"
    bad = (
        Example([_record("{'city': 'Rome', 'days': 3, 'now': True}")]),
        Example([_record("")]),
    )
    good = (
        Example([_record("{}")]),
        Example([_record('{"city": "Rome"}')]),
        Example(
            [
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "function_call", "value": '{"name": "f", "arguments": {"city": "Rome"}}'},
                    ],
                    "tools": '[{"name": "f"}]',
                }
            ],
            format="sharegpt",
        ),
    )

    def wakes(self, shape: Shape) -> bool:
        return may_call(shape)

    def check(self, record: Record) -> Iterator[Finding]:
        for call in calls(record.turns):
            if call.style in ("openai", "legacy") and isinstance(call.arguments, str):
                yield from judged(call, call.arguments)
        for turn in record.turns:
            if turn.name in CALL_ROLES and isinstance(turn.content, str):
                yield from judged_text(turn)


def judged(call: ToolCall, written: str) -> Iterator[Finding]:
    fault = fault_of(written)
    if not fault:
        return
    fix = None
    mended = mend(written)
    if mended:
        fix = Fix("write the arguments as JSON", (SetValue(call.arguments_pointer, mended),))
    yield Finding(
        f"the arguments of the call {shown(call.name)} at {place(call.pointer)} are {fault}",
        pointer=call.arguments_pointer,
        fix=fix,
    )


def judged_text(turn: Turn) -> Iterator[Finding]:
    pointer = turn.texts[0].pointer if turn.texts else turn.pointer
    try:
        value = json.loads(turn.content)
    except ValueError as error:
        yield Finding(f"{place(turn.pointer)} ({turn.name}) is {_reason(error)}", pointer=pointer)
        return
    except RecursionError:
        return
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict) or not {"name", "arguments"} <= item.keys():
            yield Finding(
                f"{place(turn.pointer)} ({turn.name}) is JSON without 'name' and 'arguments'", pointer=pointer
            )
            return


def fault_of(written: str) -> str:
    """What is wrong with the text as a JSON object, "" where nothing is."""
    if not written.strip():
        return "empty, not the JSON object {}"
    try:
        value = json.loads(written)
    except ValueError as error:
        return _reason(error)
    except RecursionError:
        return "nested too deeply"
    return "" if isinstance(value, dict) else "JSON, but not an object"


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg[0].lower()}{error.msg[1:]} at character {error.pos + 1}"
    return "not JSON"


def mend(written: str) -> str:
    """The same arguments as JSON where only one reading is possible, else ""."""
    if not written.strip():
        return "{}"
    if len(written) > 100_000:
        return ""
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes Python does not know: they would show the row
            value = ast.literal_eval(written.strip())
        return json.dumps(value, ensure_ascii=False, allow_nan=False) if isinstance(value, dict) else ""
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ""
