from collections.abc import Iterator

from ftlint.detect.messages import conversations, meant_for, place
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule


class BadPromptEnd(Rule[Shape]):
    """A prompt ends with a message that no answer can follow.

    ## Why it matters
    TRL stops with "Invalid role in the last message" where a prompt ends with the system prompt; Together
    refuses a preference prompt that ends with the assistant. Elsewhere the answer is taken as the
    continuation of the assistant's last message.

    ## What to do
    End the prompt with the user's message (or a tool's result).

    A prompt that ends with the assistant is an error for Together, a warning in OpenAI's preference format,
    and right in TRL, where it means "continue".

    ## References
    - TRL `trl/data_utils.py` (`apply_chat_template`): the last role is user or assistant, or it raises.
    - Together 3.1.1 `lib/utils/files.py`: the last message of `input` must not be the assistant's.
    """

    code = "CHAT028"
    name = "bad-prompt-end"
    severity = Severity.ERROR
    headline = "{count} prompts end with a message that no answer can follow"
    help = "end the prompt with the user's message"
    bad = (
        Example(
            [
                {
                    "prompt": [{"role": "system", "content": "s"}],
                    "completion": [{"role": "assistant", "content": "b"}],
                }
            ]
        ),
        Example(
            [
                {
                    "input": {
                        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
                    },
                    "preferred_output": [{"role": "assistant", "content": "c"}],
                    "non_preferred_output": [{"role": "assistant", "content": "d"}],
                }
            ]
        ),
    )
    good = (
        Example(
            [
                {
                    "prompt": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
                    "completion": [{"role": "assistant", "content": "c"}],
                }
            ],
            note="TRL continues the assistant's message",
        ),
        Example(
            [
                {
                    "input": {"messages": [{"role": "user", "content": "a"}]},
                    "preferred_output": [{"role": "assistant", "content": "c"}],
                    "non_preferred_output": [{"role": "assistant", "content": "d"}],
                }
            ]
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for conversation in conversations(shape):
            if conversation.part != "prompt" or not conversation.turns or not conversation.is_sound:
                continue
            last = conversation.turns[-1]
            paired = conversation.pointer == "/input/messages"
            if last.role == "system" or (last.role == "assistant" and paired):
                hard = last.role == "system" or meant_for(shape, "together")
                yield Finding(
                    f"{place(conversation.pointer)} ends with {last.name}",
                    pointer=last.pointer,
                    severity=Severity.ERROR if hard else Severity.WARNING,
                )
