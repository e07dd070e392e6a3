from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.rewards import reward_falls
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, keep, where

NOISE = [0.0, 0.02, -0.02, 0.01, -0.01]
UP = [0.2 + 0.02 * n + NOISE[n % 5] for n in range(40)]


class RewardCollapse(Rule[RunLog]):
    """The reward rose and fell again.

    ## Why it matters
    The policy lost what it had learnt: one update that was too large, answers that were too old, or an
    entropy that was used up. What is saved at the end is not the best.

    ## What to do
    Keep the checkpoint nearest to the best step. Lower the learning rate, raise beta, take fewer passes over
    each batch of answers.

    ## References
    Medians of a tenth of the run each; the last is below the best by `share` of what had been gained and by
    four standard errors of the noise. These are this project's own.
    """

    code = "RUN057"
    name = "reward-collapse"
    severity = Severity.WARNING
    help = "keep the checkpoint of the best step; lower the learning rate or raise beta"
    bad = (Example(log=history(reward=[*UP, *(0.9 - 0.08 * n + NOISE[n % 5] for n in range(11))])),)
    good = (
        Example(log=history(reward=[*UP, *(0.98 + NOISE[n % 5] for n in range(11))])),
        Example(log=history(reward=[*UP, *(0.93 + NOISE[n % 5] for n in range(11))]), note="a little lower"),
    )

    share: Annotated[float, Between(0, 100), "of the reward that was gained, that is lost again"] = 0.5

    def check(self, log: RunLog) -> Iterator[Finding]:
        if log.objective != "reinforcement":
            return
        fell = reward_falls(log, self.share)
        if fell.found and fell.step is not None:
            numbers = fell.numbers
            yield Finding(
                f"the reward was {figure(numbers['best'])} around {where(log, fell.step)} and is "
                f"{figure(numbers['now'])} at the end, from {figure(numbers['begun'])} at the start"
                f"{keep(log, fell.step)}",
                step=fell.step,
                confidence=round(fell.confidence, 2),
            )
