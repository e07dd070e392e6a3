from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Finding, Training
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.fit.run_size import run_size, trained
from ftlint_rules.fit.said import passes, rows, steps

LORA = {"method": "sft", "tuning": "lora", "lora_rank": 16, "micro_batch_size": 16}
CHATS = [chat("Where is it?", "At the door.")] * 60


class TooFewSteps(Rule[Training]):
    """A run of so few optimizer steps that hardly anything is learnt.

    ## Why it matters
    An adapter starts as nothing, and Adam moves a weight by about the learning rate a step. After a handful
    of steps, most of them warmup, the tuned model is the base model again; the evaluation then compares
    noise.

    ## What to do
    A smaller batch, another epoch or more rows. With 60 rows a batch of 2 or 4 makes the steps.

    ## References
    Adam's step is bounded by the learning rate (Kingma and Ba 2015, section 2.1). `least` 10 is what Amazon
    Nova takes for warmup alone unless told otherwise. Steps that `max_steps` sets are taken for meant.
    """

    code = "FIT006"
    name = "too-few-steps"
    severity = Severity.WARNING
    worse = "fewer"
    help = "make the batch smaller, train another epoch, or collect more rows"
    needs = (AnswerLengths,)
    bad = (
        Example(config={**LORA, "epochs": 2}, data=CHATS),
        Example(config={**LORA, "epochs": 1, "gradient_accumulation": 2}, data=CHATS),
    )
    good = (
        Example(config={**LORA, "epochs": 3}, data=CHATS),
        Example(config={**LORA, "max_steps": 5}, data=CHATS, note="a test, and meant"),
        Example(config={**LORA, "epochs": 2}, note="the data is not known"),
        Example(config={**LORA, "epochs": 2, "gradient_accumulation": 8}, data=CHATS, note="FIT005 tells it"),
    )

    least: Annotated[int, Between(1, 1_000_000), "steps under which a run teaches hardly anything"] = 10

    def check(self, training: Training) -> Iterator[Finding]:
        config = trained(training)
        if config is None:
            return
        size = run_size(training)
        if size.stopped or size.steps is None or size.examples is None or not size.batch:
            return
        if size.steps >= self.least or size.examples < size.batch:
            return
        if config.get("packing") and (run_size(training, packed=False).steps or 0) >= self.least:
            return  # packing-tiny-data tells it
        yield Finding(
            f"{steps(size.steps)} in all: {rows(size.rows or 0)}, {passes(size.epochs or 0)}, batch "
            f"{size.batch:,}{size.on}",
            **config.place("epochs", "gradient_accumulation", "micro_batch_size"),
        )
