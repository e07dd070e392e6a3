from collections.abc import Iterator
from itertools import pairwise

from ftlint.detect.messages import Conversation, conversations, meant_for, place, speaks
from ftlint.model import Finding, Severity, Shape, Turn
from ftlint.rule import Example, Rule, chat


class RoleOrder(Rule[Shape]):
    """User and assistant do not take turns.

    ## Why it matters
    Bedrock and Together refuse the file, LLaMA-Factory drops a sharegpt row; many chat templates (Llama
    2, Mistral, Gemma) stop with "Conversation roles must alternate". Where it is accepted, it often shows
    that a turn was lost on export.

    ## What to do
    Join neighbouring turns of one role, or restore the missing turn. Calls and their results stand aside:
    several tool results in a row are right.

    An error for the targets and formats that reject it, a warning elsewhere, an observation for OpenAI,
    whose own vision example has two user messages in a row.

    ## References
    - together-python `utils/files.py`: "roles must alternate user/assistant/user/assistant/...".
    - AWS `nova_ft_dataset_validator.py` (`check_roles_order`).
    - LLaMA-Factory `data/converter.py`: user and observation at odd places, assistant and function call at
      even ones, else "Skipping this abnormal example".
    - mistral-common `validator.py` (`_validate_message_order`): after a tool result only assistant or tool.
    - OpenAI, *Vision fine-tuning* guide.
    - On 56 public files: 36 hits, 20 looked at, 20 true.
    """

    code = "CHAT007"
    name = "role-order"
    severity = Severity.WARNING
    headline = "{count} rows where user and assistant do not take turns"
    help = "join neighbouring turns of one role, or restore the turn that is missing"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "user", "content": "b"},
                        {"role": "assistant", "content": "c"},
                    ]
                }
            ]
        ),
        Example(
            [
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "b"},
                        {"from": "gpt", "value": "c"},
                        {"from": "human", "value": "d"},
                        {"from": "gpt", "value": "e"},
                    ]
                }
            ]
        ),
    )
    good = (
        Example([chat("Hi", "Hello", "How?", "Well.", system="Be kind.")]),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "Weather in A and B?"},
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [
                                {
                                    "id": "c1",
                                    "type": "function",
                                    "function": {"name": "f", "arguments": "{}"},
                                },
                                {
                                    "id": "c2",
                                    "type": "function",
                                    "function": {"name": "f", "arguments": "{}"},
                                },
                            ],
                        },
                        {"role": "tool", "tool_call_id": "c1", "content": "sun"},
                        {"role": "tool", "tool_call_id": "c2", "content": "rain"},
                        {"role": "assistant", "content": "Sun and rain."},
                    ]
                }
            ],
            note="results of parallel calls follow one another",
        ),
        Example([chat("Hi")], format="openai-rft"),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        for conversation in conversations(shape):
            if conversation.part == "answer" or not conversation.is_sound:
                continue
            spoken = conversation.spoken
            breaks = [pair for pair in pairwise(spoken) if clashes(shape, *pair)]
            if breaks:
                before, after = breaks[0]
                more = f", and {len(breaks) - 1} more like it" if len(breaks) > 1 else ""
                yield Finding(
                    f"{place(after.pointer)} ({after.name}) follows {before.name}{more}",
                    pointer=after.pointer,
                    severity=self.weight(shape, conversation, before, after),
                )

    def weight(self, shape: Shape, conversation: Conversation, before: Turn, after: Turn) -> Severity:
        strict = meant_for(shape, "bedrock", "together") or (
            meant_for(shape, "sharegpt") and conversation.part == "whole"
        )
        if strict or (meant_for(shape, "mistral") and before.role == "tool"):
            return Severity.ERROR
        if meant_for(shape, "azure") or "openai" in shape.target:
            return Severity.INFO if before.role == after.role == "user" else self.severity
        return self.severity


def clashes(shape: Shape, before: Turn, after: Turn) -> bool:
    if after.role == "tool":
        return False
    if before.role == "tool":
        return after.role == "user"
    return before.role == after.role and not (
        before.role == "assistant" and speaks(before) and not speaks(after)
    )
