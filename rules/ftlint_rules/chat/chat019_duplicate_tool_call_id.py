from collections import Counter
from collections.abc import Iterator

from ftlint.detect.messages import place
from ftlint.detect.toolcalls import calls
from ftlint.model import Finding, Record, Severity, Shape
from ftlint.rule import Example, Rule


def _call(name: str) -> dict[str, object]:
    return {"id": name, "type": "function", "function": {"name": "f", "arguments": "{}"}}


class DuplicateToolCallId(Rule[Record]):
    """Two tool calls of one message share an id.

    ## Why it matters
    Their results cannot be told apart, so the model is shown the answer of one call for the other. APIs
    refuse the message.

    ## What to do
    Give every call an id of its own. The same id in two messages of one conversation is common in made data
    and only a warning.

    ## References
    - OpenAI, *Function calling* guide: each result names the id of its call.
    """

    code = "CHAT019"
    name = "duplicate-tool-call-id"
    severity = Severity.ERROR
    headline = "{count} rows use the id of a tool call twice"
    help = "give every call an id of its own"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": None, "tool_calls": [_call("c1"), _call("c1")]},
                    ]
                }
            ]
        ),
    )
    good = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": None, "tool_calls": [_call("c1"), _call("c2")]},
                    ]
                }
            ]
        ),
    )

    def wakes(self, shape: Shape) -> bool:
        return len([call for call in calls(shape.turns) if call.id]) > 1

    def check(self, record: Record) -> Iterator[Finding]:
        called = [call for call in calls(record.turns) if isinstance(call.id, str) and call.id]
        seen: dict[str, int] = {}
        inside = Counter((call.turn, call.id) for call in called)
        for call in called:
            if call.id in seen and (seen[call.id] != call.turn or inside[call.turn, call.id] > 1):
                same = seen[call.id] == call.turn
                elsewhere = "" if same else " in another message"
                yield Finding(
                    f"{place(call.pointer)} has the id of an earlier call{elsewhere}",
                    pointer=call.pointer,
                    severity=Severity.ERROR if same else Severity.WARNING,
                )
                return
            seen.setdefault(call.id, call.turn)
