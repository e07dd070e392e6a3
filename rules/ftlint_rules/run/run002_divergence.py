from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent, where

GOOD = [2.0, 1.6, 1.3, 1.1, 1.0, 0.95, 0.9, 0.88, 0.86, 0.85]


class Divergence(Rule[RunLog]):
    """The training loss rose far above its lowest and stayed there.

    ## Why it matters
    What had been learnt is lost, and mostly the weights with it: the run does not come back by itself, and
    every checkpoint after it is worthless.

    ## What to do
    Go back to a checkpoint before it. Lower the learning rate (by half or more), warm up longer, clip the
    gradient at 1.0, use bf16 instead of fp16, look at the rows of the steps before it.

    ## References
    `min-rise` and `lost` are this project's own and both asked for: the median of the last tenth lies 25%
    above the lowest smoothed loss, and half of what the run had gained is gone. A loss that goes from 2 to
    0.01 and back to 0.03 has not diverged; one that ends where it started has. Of the public runs labelled
    by eye both that diverged are found, and none else. A jump that the run came back from is RUN004.
    """

    code = "RUN002"
    name = "divergence"
    severity = Severity.ERROR
    help = "go back to a checkpoint before it; lower the learning rate, warm up longer, clip gradients"
    bad = (
        Example(log=history([*GOOD, *[2.2, 3.0, 4.1, 4.0, 4.2, 4.1, 4.3, 4.2]])),
        Example(log=history([1.64, 11.8, 11.6, 10.4, 10.4, 10.4, 10.4, 10.4]), note="at the first step"),
    )
    good = (
        Example(log=history([*GOOD, 2.4, 1.3, 1.0, 0.9, 0.86, 0.85, 0.84, 0.83]), note="it came back"),
        Example(log=history([2.0, 0.5, *[0.02, 0.01, 0.012, 0.03, 0.028, 0.031, 0.03] * 2])),
        Example(log=history([*GOOD, *[0.9, 0.95, 0.97, 0.96, 0.98, 0.97, 0.96]]), note="14% up: harder data"),
        Example(
            log=history([*GOOD, *[2.2, 3.0, 4.1, 4.0, 4.2, 4.1]], reward=GOOD), note="no loss of a policy"
        ),
    )

    min_rise: Annotated[float, Between(0, 100), "share of its lowest that the loss must have risen by"] = 0.25
    lost: Annotated[float, Between(0, 10), "share of what the run had gained that must be lost"] = 0.5

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name, min_rise=self.min_rise, lost=self.lost)
        if not found.found or found.step is None:
            return
        numbers = found.numbers
        keep = [step for step in log.checkpoints if step < found.step]
        advice = f"; checkpoint-{keep[-1]} is the last before it" if keep else ""
        yield Finding(
            f"training loss rose from {figure(numbers['low'])} to {figure(numbers['now'])} "
            f"(+{percent(numbers['rise'])}) at {where(log, found.step)} and stayed; "
            f"the run had started at {figure(numbers['start'])}{advice}",
            step=found.step,
            confidence=round(found.confidence, 2),
        )
