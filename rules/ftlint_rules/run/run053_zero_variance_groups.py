from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.rewards import no_variance, reward_stuck
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent, where

REWARDS = [0.30, 0.32, 0.28, 0.31, 0.29] * 10


class ZeroVarianceGroups(Rule[RunLog]):
    """The answers to most prompts all get the same reward: nothing is learnt from them.

    ## Why it matters
    In GRPO and its kin an answer counts by how much better it is than the others of its group. A group whose
    rewards are alike has no gradient; its answers were written for nothing, and the batch is as much smaller.

    ## What to do
    Drop prompts that are always or never solved (dynamic sampling), sample more answers a prompt or at a
    higher temperature, give partial rewards.

    ## References
    `frac_reward_zero_std` over the last half; without it, the share of rows whose `reward_std` is 0.
    axolotl's guide has under 0.8 as normal and 1.0 at every step as no learning at all (not tested here);
    `most` is its 0.8. Above `some`, and where the reward rose before (what is solved has no variance), it is
    information. Yu et al. 2025 (DAPO, arXiv 2503.14476) leave such groups out. A reward that hardly changes
    is told here, where the log says how groups differ, and by `reward-flat` elsewhere.
    """

    code = "RUN053"
    name = "zero-variance-groups"
    severity = Severity.WARNING
    help = "drop prompts that are always or never solved, sample more answers, give partial rewards"
    bad = (
        Example(log=history(reward=REWARDS, frac_reward_zero_std=[0.95, 0.9, 1.0, 0.9, 0.95] * 10)),
        Example(
            log=history(reward=REWARDS, frac_reward_zero_std=[0.6, 0.7, 0.6, 0.5, 0.7] * 10),
            note="information",
        ),
    )
    good = (
        Example(log=history(reward=REWARDS, frac_reward_zero_std=[0.3, 0.4, 0.2, 0.3, 0.4] * 10)),
        Example(log=history(reward=REWARDS, reward_std=[0.3, 0.0, 0.2, 0.4, 0.3] * 10)),
    )

    most: Annotated[
        float, Between(0, 1), "share of groups without variance from which on little is learnt"
    ] = 0.8
    some: Annotated[float, Between(0, 1), "share of groups without variance that is worth knowing"] = 0.5

    def check(self, log: RunLog) -> Iterator[Finding]:
        alike = no_variance(log, min(self.some, self.most))
        if not alike.found or alike.step is None:
            return
        stuck = reward_stuck(log, 20)
        numbers = alike.numbers
        bad = numbers["now"] >= self.most and not numbers["gained"]
        one = f", mostly {figure(stuck.numbers['value'])}" if stuck.found else ""
        solved = (
            ", after the reward had risen: what is solved teaches nothing more" if numbers["gained"] else ""
        )
        yield Finding(
            f"in {percent(numbers['now'])} of the groups all answers get the same reward{one}, since "
            f"{where(log, alike.step)}{solved}",
            severity=Severity.WARNING if bad else Severity.INFO,
            step=alike.step,
            confidence=alike.confidence,
        )
