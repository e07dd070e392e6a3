from collections.abc import Iterator

from ftlint.detect.messages import conversations, meant_for, place
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule, chat


class SeveralSystemPrompts(Rule[Shape]):
    """A conversation begins with more than one system prompt.

    ## Why it matters
    Mistral and Together refuse it; chat templates keep the first, the last or both, so the model may be
    trained on another prompt than it meets in use.

    ## What to do
    Join them into one. A later system prompt, after the conversation has begun, is judged by
    `system-not-first`.

    An error for the targets that reject it, else a warning.

    ## References
    - mistral-finetune `finetune/data/tokenize.py`: "Multiple messages with role 'system' encountered".
    - together-python `utils/files.py`: no role twice in a row.
    """

    code = "CHAT012"
    name = "several-system-prompts"
    severity = Severity.WARNING
    headline = "{count} rows begin with more than one system prompt"
    help = "join the system prompts into one"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "system", "content": "s"},
                        {"role": "system", "content": "t"},
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": "b"},
                    ]
                }
            ]
        ),
    )
    good = (
        Example([chat("Hi", "Hello", system="Be kind.")]),
        Example([{"system": "Be kind.", **chat("Hi", "Hello")}]),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        beside = next((key for key in ("system", "system_prompt") if shape.data.get(key)), "")
        for conversation in conversations(shape):
            first = next((i for i, turn in enumerate(conversation.turns) if turn.role != "system"), None)
            head = conversation.turns[: len(conversation.turns) if first is None else first]
            if len(head) + bool(beside) < 2 or not head:
                continue
            also = f", one of them in '{beside}'" if beside else ""
            yield Finding(
                f"{place(conversation.pointer)} begins with {len(head) + bool(beside)} system prompts{also}",
                pointer=head[-1].pointer,
                severity=Severity.ERROR if meant_for(shape, "mistral", "together") else self.severity,
            )
