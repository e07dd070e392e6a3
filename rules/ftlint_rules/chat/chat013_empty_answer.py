from collections.abc import Iterator

from ftlint.detect.messages import meant_for, place, speaks
from ftlint.model import Finding, Severity, Shape, Turn
from ftlint.rule import Example, Rule, chat


class EmptyAnswer(Rule[Shape]):
    """The answer to be learnt is empty or blank.

    ## Why it matters
    The model is taught to say nothing: the only token learnt is the end of the turn. Nova and Mistral
    refuse the file.

    ## What to do
    Write the answer, or drop the row. An answer that should be nothing is better said in words ("none").

    An error where the record has no other answer, or for a target that rejects it; a warning where some
    other turn of the conversation is answered.

    ## References
    - AWS `nova_ft_dataset_validator.py`: "Invalid content, empty text content".
    - mistral-common `validator.py`: "Assistant message must have either content or tool_calls".
    - On 56 public files: 1 hit, 1 looked at, 1 true.

    ## Known limits
    A rejected answer may be empty: refusing to answer is a thing to learn not to do.
    """

    code = "CHAT013"
    name = "empty-answer"
    severity = Severity.ERROR
    headline = "{count} rows teach the model an empty answer"
    help = "write the answer, or drop the row"
    bad = (
        Example([chat("Hi", "Hello"), chat("Hi", "")]),
        Example([chat("Hi", "Hello"), chat("Hi", " \n")]),
        Example([{"prompt": "a", "completion": "b"}, {"prompt": "a", "completion": ""}]),
        Example(
            [
                {"instruction": "a", "input": "", "output": "b"},
                {"instruction": "a", "input": "", "output": ""},
            ]
        ),
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
                            "content": "",
                            "tool_calls": [
                                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                            ],
                        },
                    ]
                }
            ],
            note="an answer that calls a tool may have no text",
        ),
        Example([{"instruction": "a", "input": "", "output": "b"}], note="`input` of alpaca may be empty"),
        Example([{"prompt": "a", "chosen": "b", "rejected": ""}]),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        answers = [turn for turn in shape.turns if turn.role == "assistant" and turn.branch != "rejected"]
        empty = [turn for turn in answers if is_empty(turn)]
        if not answers:
            yield from self.flat(shape)
        strict = len(empty) == len(answers) or meant_for(shape, "bedrock", "mistral")
        for turn in empty[:1]:
            pointer = turn.texts[0].pointer if turn.texts else turn.pointer
            more = f", and {len(empty) - 1} more" if len(empty) > 1 else ""
            yield Finding(
                f"the answer at {place(pointer)} is {_word(turn)}{more}",
                pointer=pointer,
                severity=Severity.ERROR if strict else Severity.WARNING,
            )

    def flat(self, shape: Shape) -> Iterator[Finding]:
        """Formats without turns: the texts that are learnt."""
        learnt = [text for text in shape.texts if text.where == "target"]
        if learnt and not any(text.value.strip() for text in learnt):
            word = "blank" if any(text.value for text in learnt) else "empty"
            yield Finding(f"{place(learnt[0].pointer)} is {word}", pointer=learnt[0].pointer)


def is_empty(turn: Turn) -> bool:
    return isinstance(turn.content, str | list) and turn.is_blank and not speaks(turn)


def _word(turn: Turn) -> str:
    return "blank" if turn.text.strip("\n") else "empty"
