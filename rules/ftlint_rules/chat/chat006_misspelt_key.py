from collections.abc import Iterator, Mapping
from typing import Any

from ftlint.detect.messages import conversations, escaped, near_key, place
from ftlint.model import Finding, Fix, SetValue, Severity, Shape
from ftlint.rule import Example, Rule, chat

MESSAGE_KEYS = frozenset(
    {"name", "tool_calls", "tool_call_id", "function_call", "weight", "refusal", "reasoning_content"}
)
BESIDE = frozenset({"tools", "system", "parallel_tool_calls", "available_tools", "response_format"})
TWINS = frozenset({"image", "images", "video", "videos", "label", "labels", "text", "texts", "id", "ids"})


class MisspeltKey(Rule[Shape]):
    """A key is written almost like one that the format reads.

    ## Why it matters
    An optional key with a slip (`weigth`, `tool_call`) is read by nobody: the weight does not count, the
    tool call is not learnt, and no trainer says so. Closed formats (Bedrock, Together) refuse the file.

    ## What to do
    Rename it. A key that the format needs is judged by `missing-key`.

    ## Known limits
    Only conversations are looked at, and only keys that are no ordinary words: in flat tables nearly
    every word is one slip from another (a column `contest` is no `context`).

    ## References
    - together-python `utils/files.py`: "Found extra column".
    - The keys are those of OpenAI's `FineTuneChatRequestInput` (API description 2.3.0) and of the format.
    """

    code = "CHAT006"
    name = "misspelt-key"
    severity = Severity.WARNING
    fixable = "unsafe"
    headline = "{count} rows have a key that is almost one the format reads"
    help = "rename the key"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": "b", "weigth": 0},
                        {"role": "user", "content": "c"},
                        {"role": "assistant", "content": "d"},
                    ]
                }
            ]
        ),
        Example([{**chat("Hi", "Hello"), "tool": []}]),
    )
    good = (
        Example([{**chat("Hi", "Hello"), "topic": "x", "source": "y"}], note="keys that resemble nothing"),
        Example([{"question": "a", "answer": "b", "contest": "c"}], note="a column of its own"),
        Example(
            [{**chat("<image>Hi", "Hello"), "image": "a.png"}], note="LLaVA's `image` is no slip of `images`"
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        found = conversations(shape)
        if found:
            yield from slips("", shape.data, BESIDE, shape.format.keys)
        for conversation in found:
            own = MESSAGE_KEYS | {conversation.role_key} | set(conversation.content_keys)
            for index, message in enumerate(conversation.items):
                if isinstance(message, dict):
                    yield from slips(f"{conversation.pointer}/{index}", message, MESSAGE_KEYS, own)


def slips(
    pointer: str, holder: Mapping[str, Any], wanted: frozenset[str], own: frozenset[str] | set[str]
) -> Iterator[Finding]:
    for key in holder:
        if key in own or key in wanted or key in TWINS or not isinstance(key, str):
            continue
        near = next((word for word in sorted(wanted) if word not in holder and near_key(key, word)), None)
        if near is not None:
            edit = SetValue(f"{pointer}/{escaped(key)}", rename=near)
            where = f"{place(pointer)} has" if pointer else "the row has"
            yield Finding(
                f"{where} '{key}', almost '{near}'",
                pointer=f"{pointer}/{escaped(key)}",
                fix=Fix(f"rename '{key}' to '{near}'", (edit,), safe=False),
            )
