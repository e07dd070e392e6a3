from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.policy import high_for_long
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import counted, percent, where

REWARDS = [0.2 + 0.01 * n for n in range(50)]


class ClipRatioHigh(Rule[RunLog]):
    """Too many tokens are clipped: the policy moved too far from the one that wrote the answers.

    ## Why it matters
    A clipped token has no gradient. Where many are, the updates are too large, or the answers too old, and
    what is left of the batch is a choice by chance.

    ## What to do
    Lower the learning rate, take fewer passes over each batch of answers (`num_iterations`,
    `steps_per_generation`), or sync the sampler's weights more often.

    ## References
    axolotl's guide (`docs/training_stability.qmd`) has under 0.1 as normal and above 0.3 as too much; its
    authors' experience, not tested here. The middle of any fifth of the run counts: a policy that was thrown
    far off at first is clipped less later, as it has become certain.
    """

    code = "RUN054"
    name = "clip-ratio-high"
    severity = Severity.WARNING
    help = "lower the learning rate or take fewer passes over each batch of answers"
    bad = (Example(log=history(reward=REWARDS, clip_ratio=[0.05] * 20 + [0.4] * 30)),)
    good = (
        Example(log=history(reward=REWARDS, clip_ratio=[0.1] * 50)),
        Example(
            log=history(reward=REWARDS, clip_ratio=[0.1] * 20 + [0.6] * 4 + [0.1] * 26), note="it came back"
        ),
    )

    limit: Annotated[float, Between(0, 1), "share of tokens that may be clipped"] = 0.3

    def check(self, log: RunLog) -> Iterator[Finding]:
        much = high_for_long(log, "clip_ratio", self.limit)
        if much.found and much.step is not None and much.end is not None:
            numbers = much.numbers
            yield Finding(
                f"{percent(numbers['usual'])} of the tokens are clipped from {where(log, much.step)} to "
                f"{counted(much.end)}; {percent(numbers['now'])} at the end",
                step=much.step,
                confidence=much.confidence,
            )
