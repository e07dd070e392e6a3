from collections.abc import Iterator
from typing import Any

from ftlint.detect.messages import conversations, place
from ftlint.model import Finding, Record, Severity, Shape, Turn
from ftlint.rule import Example, Rule, chat

SWITCHES = ("weight", "loss", "train", "training", "train_on_turn")


class ZeroTrainableTokens(Rule[Record]):
    """Nothing in the record is learnt: every answer is switched off.

    ## Why it matters
    The row is read, paid for and counted, and moves no weight. In a trainer that averages the loss over the
    learnt tokens of a batch it can even end in NaN.

    ## What to do
    Give the answer to be learnt weight 1, or drop the row.

    ## References
    - mistral-finetune `finetune/data/tokenize.py`: only assistant messages of weight 1 are learnt.
    - OpenAI API description, `FineTuneChatCompletionRequestAssistantMessage.weight`: 0 or 1, whether the
      message is trained on.
    - axolotl: `message_field_training`, in its examples `train`, `training` or `train_on_turn`; ms-swift,
      *Custom dataset*: `loss` of a message.
    - Together parquet: labels of -100 are ignored.
    """

    code = "CHAT015"
    name = "zero-trainable-tokens"
    severity = Severity.ERROR
    headline = "{count} rows teach nothing: every answer is switched off"
    help = "give the answer weight 1, or drop the row"
    bad = (
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": "x", "weight": 0},
                    ]
                }
            ]
        ),
        Example([{"input_ids": [1, 2, 3], "attention_mask": [1, 1, 1], "labels": [-100, -100, -100]}]),
    )
    good = (
        Example([chat("Hi", "Hello")]),
        Example(
            [
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": "x", "weight": 0},
                        {"role": "user", "content": "b"},
                        {"role": "assistant", "content": "y", "weight": 1},
                    ]
                }
            ]
        ),
        Example([{"input_ids": [1, 2, 3], "attention_mask": [1, 1, 1], "labels": [-100, 2, 3]}]),
    )

    def wakes(self, shape: Shape) -> bool:
        if shape.format.kind == "tokenised":
            return isinstance(shape.data.get("labels"), list)
        return any(_all_off(answers) for _, answers in _answers(shape))

    def check(self, record: Record) -> Iterator[Finding]:
        labels = record.data.get("labels")
        if record.format.kind == "tokenised" and isinstance(labels, list) and labels:
            if labels.count(-100) == len(labels):
                yield Finding(f"all {len(labels)} labels are -100: nothing is learnt", pointer="/labels")
            return
        for pointer, answers in _answers(record):
            if _all_off(answers):
                several = f"all {len(answers)} answers" if len(answers) > 1 else "the only answer"
                yield Finding(f"{several} in {place(pointer)} {_are(answers)} switched off", pointer=pointer)


def _answers(record: Record) -> Iterator[tuple[str, list[Turn]]]:
    for conversation in conversations(record):
        answers = [turn for turn in conversation.turns if turn.role == "assistant"]
        if conversation.part != "prompt" and answers:
            yield conversation.pointer, answers


def _all_off(answers: list[Turn]) -> bool:
    return all(_is_off(turn) for turn in answers)


def _is_off(turn: Turn) -> bool:
    return any(_is_zero(turn.data.get(key)) for key in SWITCHES)


def _is_zero(value: Any) -> bool:
    return value is False or (isinstance(value, int | float) and value == 0)


def _are(answers: list[Turn]) -> str:
    return "are" if len(answers) > 1 else "is"
