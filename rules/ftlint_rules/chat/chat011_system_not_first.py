from collections.abc import Iterator

from ftlint.detect.messages import conversations, meant_for, place
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule, chat


class SystemNotFirst(Rule[Shape]):
    """A system prompt stands after the conversation has begun.

    ## Why it matters
    Fireworks and Together refuse it, LLaMA-Factory drops such a sharegpt row, and most chat templates
    either stop or move the prompt to the front, so that the model reads at training what it never reads
    in use.

    ## What to do
    Move it to the front, or make it a user turn.

    An error for the targets and formats that reject it, else a warning.

    ## References
    - Fireworks, *Fine-tuning models*: a system message must be the first one.
    - Together, *Data preparation*: start with system or user, then alternate.
    - mistral-common `validator.py` (`_validate_message_order`): no system after assistant or tool.
    - LLaMA-Factory `data/converter.py`: only the first message may be the system prompt.
    - On 56 public files: 2 hits, 2 looked at, 2 true.
    """

    code = "CHAT011"
    name = "system-not-first"
    severity = Severity.WARNING
    headline = "{count} rows have a system prompt in the middle"
    help = "move the system prompt to the front"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": "b"},
                        {"role": "system", "content": "s"},
                    ]
                }
            ]
        ),
    )
    good = (
        Example([chat("Hi", "Hello", system="Be kind.")]),
        Example([chat("Hi", "Hello")]),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        strict = meant_for(shape, "fireworks", "together", "mistral", "sharegpt")
        for conversation in conversations(shape):
            begun = False
            for turn in conversation.turns:
                if turn.role != "system":
                    begun = True
                elif begun:
                    yield Finding(
                        f"{place(turn.pointer)} is a system prompt in the middle of the conversation",
                        pointer=turn.pointer,
                        severity=Severity.ERROR if strict else self.severity,
                    )
                    break
