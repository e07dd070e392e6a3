from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.blow_up import early_blow_up
from ftlint.detect.curves.schedule import full_from_start
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import counted, figure, percent, where

MILD = 5.05e-5
"""The default rate of transformers, 5e-5, and a hundredth more: logs round."""

RATES = [2e-4 * (1 - n / 100) for n in range(100)]
CALM = [2.0 - 0.01 * n for n in range(100)]
BURST = [2.0, 2.6, 3.9, 4.4, 3.8, 3.1, 2.7, 2.5, *(2.4 - 0.005 * n for n in range(92))]


class WarmupMissing(Rule[RunLog]):
    """Training starts at the full learning rate.

    ## Why it matters
    Adam knows nothing of the gradients at its first steps and takes them in full size. With full fine-tuning
    at a high rate that can throw the model off before anything is learnt; an adapter, which starts at zero,
    mostly bears it.

    ## What to do
    Warm up over 3 to 10% of the steps. Where the loss went up at the start, also lower the learning rate.

    ## References
    It is a warning where the loss (the evaluated one, if that was written before training) rose in the first
    tenth of the run, by `rise` and beyond its noise. Else it is information, and only at rates above 5e-5,
    the default of transformers: 20 of 105 public runs have no warmup and took no harm, 14 of them at that
    rate or less. Where the config is known `no-warmup` says it from there, so that here only the
    harm is told. No warmup is a rate that is at its highest within the first 1% of the run (or the first two
    steps) and never rises.
    """

    code = "RUN025"
    name = "warmup-missing"
    severity = Severity.INFO
    help = "warm up over 3 to 10% of the steps"
    bad = (
        Example(log=history(BURST, learning_rate=RATES, every=1), note="a warning: the loss went up"),
        Example(log=history(CALM, learning_rate=RATES, every=1)),
    )
    good = (
        Example(
            log=history(BURST, learning_rate=[2e-4 * min(1, n / 10) for n in range(1, 101)], every=1),
            note="it has a warmup; the loss went up for another reason",
        ),
        Example(
            log=history(CALM[:50], learning_rate=RATES[:50]),
            note="first written after 2% of the run: a warmup may hide",
        ),
        Example(log=history(CALM, learning_rate=[rate / 4 for rate in RATES], every=1), note="a mild rate"),
        Example(
            log=history(CALM, learning_rate=RATES, every=1),
            config={"method": "sft", "tuning": "lora", "lora_rank": 16, "learning_rate": 2e-4},
            note="no harm, and the config is known",
        ),
    )

    rise: Annotated[float, Between(0, 100), "a rise of the loss at the start, as a share, that is harm"] = 0.1

    def check(self, log: RunLog) -> Iterator[Finding]:
        start = full_from_start(log)
        if not start.found or log.objective == "reinforcement":
            return
        harm = early_blow_up(log, self.rise)
        numbers = start.numbers
        rate = (
            f"the learning rate is at its peak of {figure(numbers['peak'])} "
            f"by {where(log, numbers['first'])} of {counted(numbers['steps'])}, without warmup"
        )
        if harm.found and harm.step is not None:
            numbers = harm.numbers
            which = "eval loss" if numbers["eval"] else "loss"
            back = "and came back later" if numbers["back"] else "and never came back to where it began"
            yield Finding(
                f"{rate}: the {which} went up {percent(numbers['rise'])}, from {figure(numbers['first'])} to "
                f"{figure(numbers['top'])} at {where(log, harm.step)}, {back}",
                severity=Severity.WARNING,
                step=harm.step,
                confidence=round(harm.confidence, 2),
                help="warm up over 3 to 10% of the steps, and lower the learning rate",
            )
        elif log.config is None and numbers["peak"] > MILD:
            yield Finding(f"{rate}; the loss took no harm", step=start.step, confidence=start.confidence)
