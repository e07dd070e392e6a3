from collections.abc import Iterator

from ftlint.detect.messages import meant_for, place
from ftlint.detect.toolcalls import ToolCall, ToolResult, calls, results
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule

CALL = {"type": "function", "function": {"name": "f", "arguments": "{}"}}
ASK = {"role": "user", "content": "Weather?"}


class ToolCallWithoutId(Rule[Shape]):
    """A tool call or a tool result has no id where ids are needed.

    ## Why it matters
    Without ids nothing tells which result answers which call. OpenAI, Mistral and Together refuse it;
    templates that print ids print nothing there, so the model learns calls without them.

    ## What to do
    Give each call an `id` and repeat it as `tool_call_id` of its result. Mistral wants nine letters or
    digits.

    Records that use no ids at all, as TRL and transformers allow, are left alone unless the target needs
    them.

    ## References
    - mistral-finetune `finetune/data/tokenize.py`: "A tool call ... does not have a id key", "A tool
      message does not contain a 'tool_call_id' key".
    - mistral-common `validator.py` (`MistralRequestValidatorV3`): ids of nine letters or digits.
    - OpenAI API description 2.3.0: `id` and `tool_call_id` are required.
    - TRL `docs/source/dataset_formats.md`, *Tool calling*: the example has no ids.
    """

    code = "CHAT018"
    name = "tool-call-without-id"
    severity = Severity.ERROR
    headline = "{count} tool calls or results have no id"
    help = "give the call an id and repeat it in the result's tool_call_id"
    bad = (
        Example(
            [
                {
                    "messages": [
                        ASK,
                        {"role": "assistant", "content": None, "tool_calls": [CALL]},
                        {"role": "tool", "tool_call_id": "c1", "content": "sun"},
                        {"role": "assistant", "content": "Sun."},
                    ]
                }
            ]
        ),
        Example(
            [{"messages": [ASK, {"role": "assistant", "content": None, "tool_calls": [CALL]}]}],
            target="mistral",
        ),
    )
    good = (
        Example(
            [
                {
                    "messages": [
                        ASK,
                        {"role": "assistant", "content": None, "tool_calls": [{"id": "c1", **CALL}]},
                        {"role": "tool", "tool_call_id": "c1", "content": "sun"},
                        {"role": "assistant", "content": "Sun."},
                    ]
                }
            ]
        ),
        Example(
            [
                {
                    "messages": [
                        ASK,
                        {"role": "assistant", "content": None, "tool_calls": [CALL]},
                        {"role": "tool", "name": "f", "content": "sun"},
                        {"role": "assistant", "content": "Sun."},
                    ]
                }
            ],
            note="no ids anywhere: transformers' own form",
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        called = [call for call in calls(shape.turns) if call.style in ("openai", "converse", "claude")]
        answered = [result for result in results(shape.turns) if _has_ids(result)]
        every: list[ToolCall | ToolResult] = [*called, *answered]
        needs = meant_for(shape, "azure", "mistral", "together", "bedrock") or "openai" in shape.target
        if not needs and not any(item.id for item in every):
            return
        for item in every:
            if not item.id:
                key = "id" if isinstance(item, ToolCall) else "tool_call_id"
                key = "toolUseId" if item.style == "converse" else key
                yield Finding(f"{place(item.pointer)} has no {key}", pointer=item.pointer)


def _has_ids(result: ToolResult) -> bool:
    return result.style in ("openai", "converse", "claude")
