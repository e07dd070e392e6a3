from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.resume import resumed
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent, plural, where

FIRST = history([2.0 - 0.02 * n for n in range(30)], learning_rate=[2e-4 * (1 - n / 60) for n in range(30)])
ON = [2e-4 * (1 - n / 60) for n in range(20, 60)]


class ResumeDiscontinuity(Rule[RunLog]):
    """After a resume the run did not go on where it had left off.

    ## Why it matters
    A loss that jumps was resumed without what belongs to it: the optimizer's state, the adapter's weights,
    the right checkpoint. A learning rate that jumps up was resumed without its schedule. Steps that were run
    twice saw their rows twice, unless the sampler was resumed too.

    ## What to do
    Resume with the trainer's own means (`resume_from_checkpoint`), from a checkpoint with optimizer,
    scheduler and random state, with the same data, batch and number of devices.

    ## References
    The mean loss of the first one to five points after is held against the median of five before the step it
    went back to: `rise` of it and five standard errors of the noise. A rate counts from a tenth more on where
    it was not rising before. Reports of such jumps: transformers issues 11323 and 33336, LLaMA-Factory 512,
    ms-swift 6049.
    """

    code = "RUN030"
    name = "resume-discontinuity"
    severity = Severity.WARNING
    help = "resume from a checkpoint with optimizer, scheduler and random state, on the same data"
    bad = (
        Example(
            log=[*FIRST, *history([2.4 - 0.01 * n for n in range(40)], start=210, learning_rate=ON)],
            note="the loss jumped",
        ),
        Example(
            log=[*FIRST, *history([1.6 - 0.01 * n for n in range(40)], start=210, learning_rate=[2e-4] * 40)],
            note="the rate began anew",
        ),
    )
    good = (
        Example(log=[*FIRST, *history([1.62 - 0.01 * n for n in range(40)], start=210, learning_rate=ON)]),
        Example(log=FIRST, note="no resume"),
    )

    rise: Annotated[float, Between(0, 100), "a rise of the loss at a resume, as a share of it"] = 0.1

    def check(self, log: RunLog) -> Iterator[Finding]:
        for restart in log.restarts:
            found = resumed(log, restart, self.rise, 5.0)
            if not found.found:
                continue
            numbers = found.numbers
            told = []
            if "jumped" in numbers:
                told.append(
                    f"the loss went from {figure(numbers['before'])} to {figure(numbers['after'])} "
                    f"(+{percent(numbers['share'])})"
                )
            if "rate" in numbers:
                told.append(f"the learning rate rose {figure(numbers['rate'])} times")
            again = f"; {plural(numbers['again'], 'step')} run twice" if numbers["again"] > 0 else ""
            yield Finding(
                f"resumed at {where(log, restart.step)}: {' and '.join(told)}{again}",
                step=restart.step,
                confidence=found.confidence,
            )
