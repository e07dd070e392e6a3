from collections.abc import Iterator

from ftlint.detect.messages import conversations, meant_for, place
from ftlint.detect.toolcalls import CALL_ROLES, calls_of, results
from ftlint.model import Finding, Severity, Shape, Turn
from ftlint.rule import Example, Rule


def _call(name: str) -> dict[str, object]:
    return {"id": name, "type": "function", "function": {"name": "f", "arguments": "{}"}}


class ToolCallWithoutResult(Rule[Shape]):
    """A tool is called and the conversation goes on without its result.

    ## Why it matters
    The next answer rests on something the model was never shown, which teaches it to make results up.
    Mistral refuses the file, chat APIs refuse the conversation.

    ## What to do
    Add the result after the call, one for each call of the message. A call that ends the conversation needs
    none.

    An error for Mistral, else a warning.

    ## References
    - mistral-common `validator.py`: "Not the same number of function calls and responses".
    - OpenAI API: "An assistant message with 'tool_calls' must be followed by tool messages responding to
      each 'tool_call_id'".
    """

    code = "CHAT021"
    name = "tool-call-without-result"
    severity = Severity.WARNING
    headline = "{count} rows call a tool and go on without its result"
    help = "add the tool's result after the call"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": None, "tool_calls": [_call("c1"), _call("c2")]},
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
                        {"from": "function_call", "value": '{"name": "f", "arguments": {}}'},
                        {"from": "human", "value": "b"},
                        {"from": "gpt", "value": "c"},
                    ],
                    "tools": '[{"name": "f"}]',
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
                        {"role": "assistant", "content": None, "tool_calls": [_call("c1"), _call("c2")]},
                        {"role": "tool", "tool_call_id": "c1", "content": "r"},
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
                        {"role": "assistant", "content": None, "tool_calls": [_call("c1")]},
                    ]
                }
            ],
            note="the call itself is what is learnt",
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        strict = meant_for(shape, "mistral")
        for conversation in conversations(shape):
            turns = conversation.turns
            for index, turn in enumerate(turns):
                wanted = _wanted(index, turn)
                if not wanted:
                    continue
                following = turns[index + 1 :]
                end = next((i for i, later in enumerate(following) if not _answers(later)), None)
                given = len(results(following[:end]))
                if end is not None and given < wanted:
                    said = "its result" if wanted == 1 else f"{wanted} results, {given} given"
                    yield Finding(
                        f"{place(turn.pointer)} calls a tool and the conversation goes on without {said}",
                        pointer=turn.pointer,
                        severity=Severity.ERROR if strict else self.severity,
                    )
                    break


def _wanted(index: int, turn: Turn) -> int:
    if turn.name in CALL_ROLES:
        return 1
    return len(list(calls_of(index, turn)))


def _answers(turn: Turn) -> bool:
    """True for a turn that brings tool results."""
    return bool(results([turn]))
