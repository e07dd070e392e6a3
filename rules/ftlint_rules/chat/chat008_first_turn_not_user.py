from collections.abc import Iterator

from ftlint.detect.messages import conversations, meant_for, place
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule, chat


class FirstTurnNotUser(Rule[Shape]):
    """The conversation does not begin with the user.

    ## Why it matters
    Bedrock and Together refuse it, LLaMA-Factory drops such a sharegpt row, FastChat throws the first turn
    away, and many chat templates stop. Where it is accepted, the model learns to open with an answer to
    nothing, often because the question was cut off.

    ## What to do
    Restore the question or drop the opening. A greeting that your product really begins with is fine
    where the trainer takes it: silence the rule for that file.

    An error for the targets and formats that reject it, else a warning.

    ## References
    - AWS `nova_ft_dataset_validator.py` (`check_roles_order`); aws-samples claude-haiku
      `data_validation.py`: messages start with user.
    - Together, *Data preparation*: a conversation must start with system or user.
    - LLaMA-Factory `data/converter.py`: "Invalid role tag".
    - On 56 public files: 8 hits, 8 looked at, 8 true.
    """

    code = "CHAT008"
    name = "first-turn-not-user"
    severity = Severity.WARNING
    headline = "{count} conversations do not begin with the user"
    help = "restore the user's turn, or drop the opening one"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "system", "content": "s"},
                        {"role": "assistant", "content": "b"},
                        {"role": "user", "content": "c"},
                        {"role": "assistant", "content": "d"},
                    ]
                }
            ]
        ),
        Example([{"conversations": [{"from": "gpt", "value": "b"}, {"from": "human", "value": "a"}]}]),
    )
    good = (
        Example([chat("Hi", "Hello", system="Be kind.")]),
        Example(
            [
                {
                    "input": {
                        "messages": [
                            {"role": "assistant", "content": "How can I help?"},
                            {"role": "user", "content": "Who was Nero?"},
                        ]
                    },
                    "preferred_output": [{"role": "assistant", "content": "An emperor."}],
                    "non_preferred_output": [{"role": "assistant", "content": "No idea."}],
                }
            ],
            note="a preference prompt may open with the assistant: Together's own example does",
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for conversation in conversations(shape):
            spoken = conversation.spoken
            if conversation.part != "whole" or not spoken or not conversation.is_sound:
                continue
            if spoken[0].role != "user":
                strict = meant_for(shape, "bedrock", "together", "sharegpt")
                yield Finding(
                    f"{place(spoken[0].pointer)} opens the conversation as {spoken[0].name}",
                    pointer=spoken[0].pointer,
                    severity=Severity.ERROR if strict else self.severity,
                )
