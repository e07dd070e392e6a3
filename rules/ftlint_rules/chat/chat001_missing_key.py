from collections.abc import Iterator, Mapping
from typing import Any

from ftlint.detect.messages import conversations, escaped, near_key, place, speaks
from ftlint.model import Finding, Fix, SetValue, Severity, Shape
from ftlint.rule import Example, Rule, chat


class MissingKey(Rule[Shape]):
    """A key that the format needs is not there.

    ## Why it matters
    Services refuse the whole file ("Field `content` is missing for a turn"), trainers stop with a
    `KeyError` hours after upload, or leave the row out.

    ## What to do
    Write the key. Where a key beside it is the wanted one with a slip of the finger, the fix renames it.

    ## References
    - together-python `utils/files.py` (`validate_messages`): `role` and `content` are needed in every
      message.
    - mistral-finetune `finetune/data/tokenize.py` (`build_instruct_sample`): the same, unless the message
      calls tools.
    - AWS `nova_ft_dataset_validator.py`: `schemaVersion` may be left out; for Llama it may not
      (meta-llama `dataset_validation.py`).
    - OpenAI cookbook, *Data preparation and analysis for chat model fine-tuning*: error
      `message_missing_key`.
    """

    code = "CHAT001"
    name = "missing-key"
    severity = Severity.ERROR
    fixable = "safe"
    headline = "{count} rows lack a key that the format needs"
    help = "write the key, or drop the row"
    bad = (
        Example([{"messages": [{"rol": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}]),
        Example([{"messages": [{"role": "user", "contents": "a"}, {"role": "assistant", "content": "b"}]}]),
        Example([*[{"prompt": "a", "completion": "b"}] * 3, {"prompt": "a", "Completion": "c"}]),
    )
    good = (
        Example([chat("Hi", "Hello")]),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "Weather?"},
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "c1",
                                    "type": "function",
                                    "function": {"name": "weather", "arguments": "{}"},
                                }
                            ],
                        },
                    ]
                }
            ],
            note="an answer that calls a tool needs no content",
        ),
        Example([{"instruction": "Add", "output": "3"}], note="`input` of alpaca may be left out"),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for key in shape.format.required:
            if key not in shape.data and (key != "schemaVersion" or "llama" in shape.target):
                yield missing("", key, shape.data, shape.format.name)
        for conversation in conversations(shape):
            read = {turn.pointer: turn for turn in conversation.turns}
            for index, message in enumerate(conversation.items):
                pointer = f"{conversation.pointer}/{index}"
                if not isinstance(message, dict):
                    continue
                if conversation.role_key not in message:
                    yield missing(pointer, conversation.role_key, message)
                turn = read.get(pointer)
                if not conversation.has_content(message) and not (turn and speaks(turn)):
                    wanted = next(
                        (k for k in conversation.content_keys if _written(k, conversation.items)), "content"
                    )
                    yield missing(pointer, wanted, message)


def missing(pointer: str, key: str, holder: Mapping[str, Any], format_name: str = "") -> Finding:
    near = next((written for written in holder if near_key(str(written), key)), None)
    where = place(pointer) if pointer else "the row"
    needs = f" (format {format_name})" if format_name else ""
    fix = None
    if near is not None:
        edit = SetValue(f"{pointer}/{escaped(near)}", rename=key)
        fix = Fix(f"rename '{near}' to '{key}'", (edit,))
    said = f", but '{near}'" if near is not None else ""
    return Finding(f"{where} has no '{key}'{needs}{said}", pointer=pointer, fix=fix)


def _written(key: str, items: list[Any]) -> bool:
    return any(isinstance(item, dict) and key in item for item in items)
