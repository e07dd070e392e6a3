from collections.abc import Iterator

from ftlint.detect.messages import conversations, meant_for, place
from ftlint.model import Finding, Fix, SetValue, Severity, Shape
from ftlint.rule import Example, Rule, chat


class LastTurnNotAssistant(Rule[Shape]):
    """The conversation does not end with an answer.

    ## Why it matters
    Only the assistant's turns are learnt. Bedrock and Mistral refuse a conversation that ends with the
    user; LLaMA-Factory drops a sharegpt row of odd length; others train on it, and the last question is
    ballast that was paid for. Often the answer was lost on export.

    ## What to do
    Restore the answer, or drop the trailing turns (the fix). Data that is meant to have no answer
    (prompt-only, reinforcement) is another format: say `format = "openai-rft"` or `"trl-prompt-only"`.

    An error for the targets and formats that reject it, else a warning. A conversation without any answer
    is judged by `no-assistant-turn`.

    ## References
    - AWS `nova_ft_dataset_validator.py`: "last turn should have assistant role"; aws-samples claude-haiku
      `data_validation.py`.
    - mistral-common `validator.py` (`_validate_last_message`): "Expected last role Assistant for
      finetuning"; mistral-finetune `utils/validate_data.py` cuts the trailing turns off.
    - LLaMA-Factory `data/converter.py`: "Invalid message count".
    - On 56 public files: 128 hits, 20 looked at, 20 true.
    """

    code = "CHAT009"
    name = "last-turn-not-assistant"
    severity = Severity.WARNING
    fixable = "unsafe"
    headline = "{count} conversations do not end with an answer"
    help = "restore the answer, or drop the trailing turns"
    bad = (
        Example([chat("Hi", "Hello", "And?"), chat("Hi", "Hello")], format="openai-chat"),
        Example([chat("Hi", "Hello", "And?")], format="openai-chat", target="bedrock-claude"),
    )
    good = (
        Example([chat("Hi", "Hello")]),
        Example([{**chat("Hi"), "reference_answer": "Hello"}], format="openai-rft"),
        Example([{"prompt": [{"role": "user", "content": "Hi"}]}], note="prompt-only"),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "Light on!"},
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [
                                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                            ],
                        },
                        {"role": "tool", "tool_call_id": "c1", "content": "done"},
                    ]
                }
            ],
            format="openai-chat",
            note="the call before the result is learnt",
        ),
    )

    def check(self, shape: Shape) -> Iterator[Finding]:
        strict = meant_for(shape, "bedrock", "mistral", "sharegpt")
        for conversation in conversations(shape):
            spoken = conversation.spoken
            if conversation.part != "whole" or not conversation.is_sound:
                continue
            roles = [turn.role for turn in spoken]
            if "assistant" not in roles or roles[-1] == "assistant" or (roles[-1] == "tool" and not strict):
                continue
            last = len(roles) - 1 - roles[::-1].index("assistant")
            trailing = [turn.pointer for turn in spoken[last + 1 :]]
            edits = tuple(SetValue(pointer, remove=True) for pointer in reversed(trailing))
            several = f"{len(trailing)} trailing turns" if len(trailing) > 1 else "the trailing turn"
            yield Finding(
                f"{place(conversation.pointer)} ends with {spoken[-1].name}, not with an answer",
                pointer=trailing[0],
                severity=Severity.ERROR if strict else self.severity,
                fix=Fix(f"drop {several}", edits, safe=False),
            )
