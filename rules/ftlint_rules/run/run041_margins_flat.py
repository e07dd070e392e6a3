from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.preference import at_chance, margins_flat
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.run_examples import series
from ftlint_rules.run.wording import figure, plural

FLAT = [0.01, -0.01, 0.0, 0.02, -0.02, 0.01] * 7
LOSSES = [0.693 + 0.01 * each for each in FLAT]
RISING = [0.02 * n + 0.01 * (n % 3) for n in range(42)]


class MarginsFlat(Rule[RunLog]):
    """The margin between chosen and rejected answers does not grow.

    ## Why it matters
    It is what preference training is for. A learning rate that is too low for the method, adapters that get
    no gradient, or pairs that do not differ leave the model as it was.

    ## What to do
    Raise the learning rate, lower beta, and look whether chosen and rejected answers differ.

    ## References
    The median of the last quarter is held against that of the first, with two standard errors of the noise,
    after `steps` steps. Information; the message of `preference-at-chance` is the stronger one, and where it
    speaks this one is silent.
    """

    code = "RUN041"
    name = "margins-flat"
    severity = Severity.INFO
    help = "raise the learning rate or lower beta; look whether the pairs differ"
    bad = (Example(log=history(LOSSES, **series({"rewards/margins": FLAT}))),)
    good = (
        Example(log=history(LOSSES, **series({"rewards/margins": RISING}))),
        Example(log=history(LOSSES, every=1, **series({"rewards/margins": FLAT})), note="42 steps: too soon"),
    )

    steps: Annotated[int, Between(1, 1_000_000), "steps that a run has had before it is judged"] = 100

    def check(self, log: RunLog) -> Iterator[Finding]:
        flat = margins_flat(log, self.steps)
        if flat.found and not at_chance(log, 0.45, 0.55, self.steps).found:
            numbers = flat.numbers
            yield Finding(
                f"the margin has not grown beyond its noise in {plural(log.last_step, log.unit)}: "
                f"{figure(numbers['before'])} at the start, {figure(numbers['now'])} now "
                f"(+-{figure(numbers['noise'])})",
                step=flat.step,
                confidence=round(flat.confidence, 2),
            )
