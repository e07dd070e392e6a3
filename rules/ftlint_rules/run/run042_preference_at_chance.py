from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.preference import at_chance
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.run_examples import series
from ftlint_rules.run.wording import percent, plural

LOSSES = [0.693] * 42
COIN = [0.5, 0.48, 0.53, 0.47, 0.52, 0.5] * 7


class PreferenceAtChance(Rule[RunLog]):
    """The model tells chosen from rejected answers no better than a coin, or the wrong way round.

    ## Why it matters
    Near one half nothing was learnt from the pairs; well below it, chosen and rejected are swapped somewhere
    between the data and the loss, and the model learns to prefer what it should avoid.

    ## What to do
    Below one half: look at which column is which. Near it: raise the learning rate, and look whether the
    pairs differ and the labels can be told from the text at all.

    ## References
    `rewards/accuracies` of the last quarter; of held-out pairs where those are logged. A run that learns is
    above 55% after `steps` steps: DPO's first batch is at 0 to 50%, as all rewards are 0. Held-out pairs have
    the standard error of their number (of 200, where that is not known): what is above `near` by less than
    that, and no better than at the start, is information.
    """

    code = "RUN042"
    name = "preference-at-chance"
    severity = Severity.WARNING
    help = "look at which column is chosen, whether the pairs differ, and at the learning rate"
    bad = (
        Example(log=history(LOSSES, **series({"rewards/accuracies": COIN}))),
        Example(
            log=history(LOSSES, **series({"rewards/accuracies": [0.3, 0.28, 0.26, 0.3, 0.29, 0.27] * 7})),
            note="swapped",
        ),
    )
    good = (
        Example(
            log=history(LOSSES, **series({"rewards/accuracies": [0.4, 0.5, *[0.62, 0.6, 0.64, 0.61] * 10]}))
        ),
        Example(
            log=history(LOSSES, every=1, **series({"rewards/accuracies": COIN})), note="42 steps: too soon"
        ),
    )

    near: Annotated[float, Between(0, 0.5), "how far from one half is no better than a coin"] = 0.05
    steps: Annotated[int, Between(1, 1_000_000), "steps that a run has had before it is judged"] = 100

    def check(self, log: RunLog) -> Iterator[Finding]:
        chance = at_chance(log, 0.5 - self.near, 0.5 + self.near, self.steps)
        if chance.found:
            numbers = chance.numbers
            what = "chosen answers are below rejected ones" if numbers["below"] else "no better than a coin"
            yield Finding(
                f"{percent(numbers['now'])} of the pairs have the chosen answer on top after "
                f"{plural(log.last_step, log.unit)}: {what}",
                severity=None if chance.confidence >= 0.8 else Severity.INFO,
                step=chance.step,
                confidence=chance.confidence,
            )
