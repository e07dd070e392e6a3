from collections.abc import Iterator

from ftlint.detect.messages import conversations, kind, place
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule, chat


class BadWeight(Rule[Shape]):
    """A message's weight is not 0 or 1, or stands on a message that is never learnt.

    ## Why it matters
    `weight` is a switch, not a factor: Together and Mistral refuse 0.5, mistral-finetune would leave the
    answer out. On a user or system message it changes nothing.

    ## What to do
    Write 0 or 1, on assistant messages only. A factor for a whole record belongs to its top level where the
    service knows one (Fireworks).

    A misplaced weight of 0 or 1 is only an observation.

    ## References
    - together-python `utils/files.py`: "Weight must be an integer", "Weight must be either 0 or 1".
    - mistral-common `validator.py`: "Assistant message weight must be either 0 or 1".
    - OpenAI API description, `FineTuneChatCompletionRequestAssistantMessage.weight`: an integer, 0 or 1.
    - Fireworks, *Weighted training*: any number, at the root of the record.
    """

    code = "CHAT016"
    name = "bad-weight"
    severity = Severity.ERROR
    headline = "{count} messages have a weight that is not 0 or 1"
    help = "write 0 or 1, on assistant messages only"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": "x", "weight": 0.5},
                    ]
                }
            ]
        ),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a", "weight": 0},
                        {"role": "assistant", "content": "x"},
                    ]
                }
            ],
            note="an observation only",
        ),
    )
    good = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": "x", "weight": 1},
                    ]
                }
            ]
        ),
        Example([{**chat("Hi", "Hello"), "weight": 0.5}], note="a factor for the whole record"),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for conversation in conversations(shape):
            for turn in conversation.turns:
                weight = turn.data.get("weight")
                pointer = f"{turn.pointer}/weight"
                if weight is None:
                    continue
                if not isinstance(weight, int | float):
                    yield Finding(f"{place(pointer)} is a {kind(weight)}, not 0 or 1", pointer=pointer)
                elif weight not in (0, 1) or not isinstance(weight, int):
                    yield Finding(f"{place(pointer)} is {weight:g}, not the integer 0 or 1", pointer=pointer)
                elif turn.role in ("user", "system", "tool"):
                    yield Finding(
                        f"{place(pointer)} has no effect on a {turn.name} message",
                        pointer=pointer,
                        severity=Severity.INFO,
                    )
