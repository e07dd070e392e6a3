from collections.abc import Iterator

from ftlint.detect.messages import place
from ftlint.detect.toolcalls import calls, may_call, results
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Example, Rule

CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


class ToolResultWithoutCall(Rule[Record]):
    """A tool result answers no call.

    ## Why it matters
    The model is shown a result that nobody asked for: it learns to trust text from nowhere, or to answer
    without calling. APIs refuse such a conversation.

    ## What to do
    Repeat the call's `id` as the result's `tool_call_id`, or restore the call.

    A result without any call before it is a warning where the format has no ids (sharegpt).

    ## References
    - OpenAI API: "messages with role 'tool' must be a response to a preceding message with 'tool_calls'".
    - mistral-common `validator.py`: "More tool responses than tool calls".
    """

    code = "CHAT020"
    name = "tool-result-without-call"
    severity = Severity.ERROR
    headline = "{count} rows have a tool result that answers no call"
    help = "repeat the call's id as tool_call_id, or restore the call"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": None, "tool_calls": [CALL]},
                        {"role": "tool", "tool_call_id": "c2", "content": "r"},
                        {"role": "assistant", "content": "x"},
                    ]
                }
            ]
        ),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "tool", "tool_call_id": "c1", "content": "r"},
                        {"role": "assistant", "content": "x"},
                    ]
                }
            ]
        ),
        Example(
            [
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "b"},
                        {"from": "observation", "value": "r"},
                        {"from": "gpt", "value": "d"},
                    ],
                    "tools": "[]",
                }
            ],
            format="sharegpt",
        ),
    )
    good = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": None, "tool_calls": [CALL]},
                        {"role": "tool", "tool_call_id": "c1", "content": "r"},
                        {"role": "assistant", "content": "x"},
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
                            "tool_calls": [{"function": CALL["function"]}],
                        },
                        {"role": "tool", "name": "f", "content": "r"},
                        {"role": "assistant", "content": "x"},
                    ]
                }
            ],
            note="without ids the order tells",
        ),
    )

    def wakes(self, shape: Shape) -> bool:
        return may_call(shape) and bool(results(shape.turns))

    def check(self, record: Record) -> Iterator[Finding]:
        called = calls(record.turns)
        known = {call.id for call in called if call.id is not None}
        speechless = _cannot_be_read(record)
        for result in results(record.turns):
            earlier = [call for call in called if call.turn < result.turn]
            if not earlier and not speechless:
                yield Finding(
                    f"{place(result.pointer)} is a tool result with no call before it",
                    pointer=result.pointer,
                    severity=Severity.WARNING if result.style in ("text", "gemini") else self.severity,
                )
                return
            with_ids = [call for call in earlier if call.id is not None]
            if result.id and len(with_ids) == len(earlier) and all(call.id != result.id for call in with_ids):
                later = " (a later call has it)" if result.id in known else ""
                key = "toolUseId" if result.style == "converse" else "tool_call_id"
                yield Finding(
                    f"{place(result.pointer)}: its {key} is that of no earlier call{later}",
                    pointer=result.pointer,
                )
                return


def _cannot_be_read(record: Record) -> bool:
    """Calls that are written inside an answer's text, or in a turn that is no JSON, are not seen."""
    return any(
        turn.role == "assistant"
        and any(mark in turn.text for mark in ("<tool_call>", "<functioncall>", "<function", '"name"'))
        for turn in record.turns
    )
