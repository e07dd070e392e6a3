from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.rewards import no_variance, reward_stays, reward_stuck
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent, plural, where

WAVE = [0.3, 0.34, 0.27, 0.31, 0.29]


class RewardFlat(Rule[RunLog]):
    """The reward does not rise.

    ## Why it matters
    A reward that stays at one value says that the reward function finds nothing to tell apart: it is broken,
    it does not get the columns it needs, or the task is too hard for the model. One that only goes up and
    down says that nothing was learnt yet.

    ## What to do
    Call the reward function on a few answers by hand. Start with easier prompts or partial rewards. Else
    raise the learning rate or go on for longer.

    ## References
    A warning where four in five of the last half of the rows, `alike` at least, have exactly the same reward
    (axolotl's guide: a reward of 0 for 20 steps; not tested here). Information where the last quarter is not
    above the first by three standard errors after `steps` steps.
    """

    code = "RUN056"
    name = "reward-flat"
    severity = Severity.WARNING
    help = "call the reward function on a few answers; start with easier prompts or partial rewards"
    bad = (
        Example(log=history(reward=[0.1, *[0.0] * 49])),
        Example(log=history(reward=WAVE * 10), note="information: up and down, but no higher"),
    )
    good = (
        Example(log=history(reward=[each + 0.01 * n for n, each in enumerate(WAVE * 10)])),
        Example(log=history(reward=WAVE * 3, every=1), note="15 steps: too soon"),
    )

    alike: Annotated[int, Between(2, 1_000_000), "rows with the same reward that are no chance"] = 20
    steps: Annotated[int, Between(1, 1_000_000), "steps that a run has had before it is judged"] = 30

    def check(self, log: RunLog) -> Iterator[Finding]:
        if log.objective != "reinforcement":
            return
        stuck = reward_stuck(log, self.alike)
        if stuck.found and stuck.step is not None:
            if no_variance(log, 0.5).found:  # zero-variance-groups says so
                return
            numbers = stuck.numbers
            solved = ": the highest there was, so it may be solved" if numbers["risen"] else ""
            yield Finding(
                f"the reward is {figure(numbers['value'])} in {percent(numbers['share'])} of the last "
                f"{plural(numbers['rows'], 'row')}, since {where(log, stuck.step)}{solved}",
                severity=Severity.INFO if numbers["risen"] else None,
                step=stuck.step,
                confidence=stuck.confidence,
            )
            return
        stays = reward_stays(log, self.steps)
        if stays.found:
            numbers = stays.numbers
            yield Finding(
                f"the reward has not risen beyond its noise: {figure(numbers['before'])} at the start, "
                f"{figure(numbers['now'])} at the end (+-{figure(numbers['noise'])})",
                severity=Severity.INFO,
                step=stays.step,
                confidence=stays.confidence,
            )
