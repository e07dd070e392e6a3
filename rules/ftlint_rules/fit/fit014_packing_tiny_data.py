from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import run_size, trained
from ftlint_rules.fit.said import rows, setting, steps

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "micro_batch_size": 2, "epochs": 1}
PACKED = {**LORA, "packing": True, "sequence_length": 2048}
CHATS = [chat("Where is it?", "At the door.")] * 120


class PackingTinyData(Rule[Training]):
    """Packing puts so few rows into even fewer sequences that hardly a step is left.

    ## Why it matters
    Packing fills sequences: 500 short rows become seven sequences of 8,192 tokens, and an epoch one step.
    Each step then sees a hundred rows at once, the learning rate has no time to act, and warmup takes all of
    it. The number of rows in the data shows nothing of that.

    ## What to do
    Turn packing off: with so few rows it saves seconds. Or accumulate less and train more epochs.

    ## References
    Sequences are the tokens of all rows over the sequence length, which is the least that any packing needs;
    tokens as `truncated-target` counts them. `least` is that of `too-few-steps`.
    """

    code = "FIT014"
    name = "packing-tiny-data"
    severity = Severity.WARNING
    worse = "fewer"
    help = "turn packing off, or accumulate less"
    needs = (AnswerLengths,)
    bad = (
        Example(config=PACKED, data=CHATS),
        Example(config={**PACKED, "epochs": 2, "micro_batch_size": 4}, data=CHATS),
    )
    good = (
        Example(config={**PACKED, "sequence_length": 64}, data=CHATS),
        Example(config={**PACKED, "packing": False}, data=CHATS),
        Example(config={**PACKED, "max_steps": 5}, data=CHATS, note="the steps are set"),
        Example(config=PACKED, note="the data is not known"),
    )

    least: Annotated[int, Between(1, 1_000_000), "steps under which a run teaches hardly anything"] = 10

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None or not config.get("packing"):
            return
        size = run_size(training)
        if size.stopped or size.steps is None or size.examples is None or size.steps >= self.least:
            return
        whole = run_size(training, packed=False).steps or 0
        if whole < self.least:
            return  # too-few-steps tells it
        sequences = "1 sequence" if size.examples == 1 else f"about {size.examples:,} sequences"
        length = setting(config, "sequence_length")
        yield Finding(
            f"{rows(size.rows or 0)} fit into {sequences} at {length}: {steps(size.steps)} in all with a "
            f"batch of {size.batch:,}{size.on}, {whole:,} without packing",
            **config.place("packing"),
        )
