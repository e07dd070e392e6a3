from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.preference import saturated
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.run_examples import series
from ftlint_rules.run.wording import figure, where

LOSSES = [0.69 * 0.8**n for n in range(40)]


class PreferenceSaturated(Rule[RunLog]):
    """The margin is so large that the pairs teach nothing more; the model only moves away from its reference.

    ## Why it matters
    With a margin of 10 the sigmoid loss is 0.00005. What still changes is how far the policy is from the
    reference: it has learnt the pairs by heart, and its answers drift.

    ## What to do
    Stop earlier, raise beta, lower the learning rate, or train fewer epochs. Keep the checkpoint from before.

    ## References
    The loss of DPO is -log sigmoid(margin), 4.5e-5 at 10; the default of `margin`. Information. Where
    held-out pairs are logged, `overfitting` says whether it harms.
    """

    code = "RUN043"
    name = "preference-saturated"
    severity = Severity.INFO
    help = "stop earlier, raise beta or lower the learning rate"
    bad = (Example(log=history(LOSSES, **series({"rewards/margins": [0.5 * n for n in range(40)]}))),)
    good = (Example(log=history(LOSSES, **series({"rewards/margins": [0.1 * n for n in range(40)]}))),)

    margin: Annotated[float, Between(0, 1000), "a margin at which the loss is next to nothing"] = 10

    def check(self, log: RunLog) -> Iterator[Finding]:
        full = saturated(log, self.margin)
        if full.found and full.step is not None:
            yield Finding(
                f"the margin is {figure(full.numbers['now'])}, above {figure(self.margin)} since "
                f"{where(log, full.step)}: the loss asks for nothing more",
                step=full.step,
                confidence=full.confidence,
            )
