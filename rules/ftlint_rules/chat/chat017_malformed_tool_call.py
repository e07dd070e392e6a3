from collections.abc import Iterator
from typing import Any

from ftlint.detect.messages import conversations, kind, meant_for, place
from ftlint.detect.toolcalls import calls
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Example, Rule, chat

TEXT_ARGUMENTS = ("azure", "mistral", "together")


class MalformedToolCall(Rule[Shape]):
    """A tool call lacks its function, name or arguments, or has them in a form the target refuses.

    ## Why it matters
    Mistral refuses the file by name of the missing key, chat templates stop with an undefined value or
    write "None" into the text that is learnt.

    ## What to do
    Write `{"id": ..., "type": "function", "function": {"name": ..., "arguments": "{...}"}}`. OpenAI, Azure,
    Together and Mistral want the arguments as JSON text; templates of transformers also take an object.

    ## References
    - mistral-finetune `finetune/data/tokenize.py` (`_parse_tool_calls`): id, function, name and arguments
      are needed, arguments of type str.
    - OpenAI API description 2.3.0, `ChatCompletionMessageToolCall`.
    - TRL `docs/source/dataset_formats.md`, *Tool calling*: arguments as an object.
    """

    code = "CHAT017"
    name = "malformed-tool-call"
    severity = Severity.ERROR
    headline = "{count} rows have a tool call that cannot be read"
    help = "write each call with function.name and function.arguments"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [{"id": "c1", "function": {"name": "f"}}],
                        },
                    ]
                }
            ]
        ),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": None, "tool_calls": {"name": "f"}},
                    ]
                }
            ]
        ),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [{"id": "c1", "function": {"name": "f", "arguments": {"a": 1}}}],
                        },
                    ]
                }
            ],
            target="mistral",
        ),
    )
    good = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}],
                        },
                    ]
                }
            ],
            note="arguments as an object, as transformers' templates take them",
        ),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": "b", "tool_calls": None},
                    ]
                }
            ]
        ),
        Example([chat("Hi", "Hello")]),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for conversation in conversations(shape):
            for turn in conversation.turns:
                listed = turn.data.get("tool_calls")
                pointer = f"{turn.pointer}/tool_calls"
                if listed is not None and not isinstance(listed, list):
                    yield Finding(
                        f"{place(pointer)} is a {kind(listed)}, not a list of calls", pointer=pointer
                    )
                elif listed and turn.role in ("user", "system", "tool"):
                    yield Finding(f"{place(turn.pointer)} calls tools as {turn.name}", pointer=pointer)
        for call in calls(shape.turns):
            lacking = _lacking(call.name, call.arguments)
            if call.style in ("openai", "legacy") and lacking:
                yield Finding(f"{place(call.pointer)} has no {lacking}", pointer=call.pointer)
            elif call.style in ("openai", "legacy") and not isinstance(call.arguments, str):
                yield from self.arguments(shape, call.arguments, call.arguments_pointer)

    def arguments(self, shape: Record, value: Any, pointer: str) -> Iterator[Finding]:
        if not isinstance(value, dict) or meant_for(shape, *TEXT_ARGUMENTS) or "openai" in shape.target:
            word = "an object" if isinstance(value, dict) else f"a {kind(value)}"
            yield Finding(f"{place(pointer)} is {word}, not JSON text", pointer=pointer)


def _lacking(name: Any, arguments: Any) -> str:
    missing = [word for word, value in (("name", name), ("arguments", arguments)) if value is None]
    return " and no ".join(missing)
