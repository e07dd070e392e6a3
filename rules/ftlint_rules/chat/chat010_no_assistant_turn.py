from collections.abc import Iterator

from ftlint.detect.messages import conversations, place
from ftlint.model import Finding, Severity, Shape
from ftlint.rule import Example, Rule, chat


class NoAssistantTurn(Rule[Shape]):
    """A conversation without any answer.

    ## Why it matters
    Supervised fine-tuning learns the assistant's turns and nothing else. Without one the row is refused
    or has no loss at all.

    ## What to do
    Restore the answer or drop the row. Data that is meant to have none (reinforcement, prompt-only) is
    another format: say `format = "openai-rft"` or `"trl-prompt-only"`.

    ## References
    - OpenAI cookbook, *Data preparation and analysis for chat model fine-tuning*: error
      `example_missing_assistant_message`.
    - Together 3.1.1 `lib/utils/files.py`: at least one assistant message.
    - AWS `nova_ft_dataset_validator.py`: both user and assistant are needed.
    """

    code = "CHAT010"
    name = "no-assistant-turn"
    severity = Severity.ERROR
    headline = "{count} conversations have no answer"
    help = "restore the answer, or drop the row"
    bad = (
        Example([chat("Hi", "Hello"), chat("Hi")], format="openai-chat"),
        Example(
            [chat("Hi", "Hello"), {"messages": [{"role": "system", "content": "s"}]}], format="openai-chat"
        ),
    )
    good = (
        Example([chat("Hi", "Hello")]),
        Example([{**chat("Hi"), "reference_answer": "Hello"}], format="openai-rft"),
        Example([{"prompt": [{"role": "user", "content": "Hi"}]}], note="prompt-only"),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for conversation in conversations(shape):
            if conversation.part != "whole" or not conversation.turns or not conversation.is_sound:
                continue
            if all(turn.role != "assistant" for turn in conversation.turns):
                yield Finding(
                    f"{place(conversation.pointer)} has no assistant turn: nothing is learnt",
                    pointer=conversation.pointer,
                )
