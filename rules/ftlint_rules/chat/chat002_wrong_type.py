from collections.abc import Iterator
from typing import Any

from ftlint.detect.messages import Conversation, conversations, escaped, kind, meant_for, place, speaks
from ftlint.model import Finding, PlainFlat, Severity, Shape, Turn
from ftlint.rule import Example, Rule, chat

TEXT_COLUMNS = frozenset(
    {"prompt", "completion", "chosen", "rejected", "instruction", "output", "text", "question", "answer"}
    | {"query", "response"}
)


class WrongType(Rule[Shape]):
    """A role, a content or a text column is null, a number or an object where a text is needed.

    ## Why it matters
    A missing answer exported from a table is `null` or `NaN`, a numeric answer is a number: services refuse
    the file ("Expected string. Found ..."), trainers stop or drop the row without a word.

    ## What to do
    Write the text (`"42"`, not `42`), or drop the row. `null` content is right only in an assistant message
    that calls tools.

    ## References
    - together-python `utils/files.py` (`validate_messages`, `_check_jsonl`): content, prompt, completion
      and text must be strings.
    - AWS `nova_ft_dataset_validator.py` (class `Message`): Converse content is a list of blocks.
    - LLaMA-Factory issue 4249: an `output` that is an object ends in "Cannot find valid samples".
    """

    code = "CHAT002"
    name = "wrong-type"
    severity = Severity.ERROR
    headline = "{count} values are of a wrong type"
    help = "write a text there, or drop the row"
    bad = (
        Example([{"messages": [{"role": "user", "content": None}, {"role": "assistant", "content": "x"}]}]),
        Example([{"messages": [{"role": 1, "content": "a"}, {"role": "assistant", "content": "x"}]}]),
        Example([{"prompt": "a", "completion": "b"}] * 3 + [{"prompt": "a", "completion": None}]),
        Example([{"instruction": "a", "input": "", "output": {"answer": "b"}}], format="alpaca"),
    )
    good = (
        Example([chat("Hi", "Hello")]),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "text", "text": "Weather?"}]},
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [
                                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                            ],
                        },
                    ]
                }
            ],
            note="content may be a list of parts, and null beside tool calls",
        ),
        Example([{"instruction": "a", "input": None, "output": "b"}], note="`input` of alpaca may be null"),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        plain = shape.format.plain
        columns = set(TEXT_COLUMNS & set(shape.format.required))
        if isinstance(plain, PlainFlat):
            columns |= {plain.target or ""} | set(plain.prompt) & set(shape.format.required)
        for key in shape.data:
            if key in columns and not _is_text(shape.data[key], shape.format.kind == "preference"):
                yield Finding(f"'{key}' is {_a(shape.data[key])}, not a text", pointer=f"/{escaped(key)}")
        for conversation in conversations(shape):
            for turn in conversation.turns:
                yield from _role(conversation, turn)
                yield from _content(shape, conversation, turn)


def _is_text(value: Any, message_too: bool) -> bool:
    if isinstance(value, str):
        return True
    if isinstance(value, dict):
        return message_too
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _role(conversation: Conversation, turn: Turn) -> Iterator[Finding]:
    role = turn.data.get(conversation.role_key, "")
    if not isinstance(role, str):
        pointer = f"{turn.pointer}/{conversation.role_key}"
        yield Finding(f"{place(turn.pointer)} has {_a(role)} as its role", pointer=pointer)


def _content(shape: Shape, conversation: Conversation, turn: Turn) -> Iterator[Finding]:
    key = next((key for key in conversation.content_keys if key in turn.data), None)
    if key is None:
        return
    value = turn.data[key]
    pointer = f"{turn.pointer}/{escaped(key)}"
    if isinstance(value, str):
        if meant_for(shape, "bedrock-converse", "bedrock-nova"):
            yield Finding(f"{place(pointer)} is a text, not a list of blocks", pointer=pointer)
    elif isinstance(value, list):
        if meant_for(shape, "bedrock-claude", "mistral"):
            yield Finding(f"{place(pointer)} is a list; this target takes a text only", pointer=pointer)
    elif value is not None or not (turn.role in ("assistant", "") and speaks(turn)):
        yield Finding(f"{place(pointer)} is {_a(value)}, not a text", pointer=pointer)


def _a(value: Any) -> str:
    word = kind(value)
    return word if word in ("null", "true or false") else f"an {word}" if word == "object" else f"a {word}"
