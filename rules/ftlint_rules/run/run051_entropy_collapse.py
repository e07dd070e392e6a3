from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.policy import entropy_collapses
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent, where

REWARDS = [0.2 + 0.01 * n for n in range(50)]


class EntropyCollapse(Rule[RunLog]):
    """The policy became certain: it writes the same answer over and over.

    ## Why it matters
    Without variety no answer is better than the others of its group, so there is nothing to learn from, and
    what the policy has not tried by then it never will. What is gained in reward is paid for in entropy.

    ## What to do
    Raise the sampling temperature, the entropy bonus or beta; clip higher on the upper side (`epsilon_high`);
    lower the learning rate. Keep a checkpoint from before.

    ## References
    `floor` 0.01 nats per token: axolotl's guide (`docs/training_stability.qmd`) calls it mode collapse, as
    its authors' experience; not tested here. `share`: a fall to a tenth of what it began with is this
    project's own figure. Yu et al. 2025 (DAPO, arXiv 2503.14476) describe the collapse and the higher clip,
    Cui et al. 2025 (arXiv 2505.22617) that reward is traded for entropy. A model whose entropy was below the
    floor from the start and stays as it was is not told.
    """

    code = "RUN051"
    name = "entropy-collapse"
    severity = Severity.WARNING
    help = "raise the temperature, the entropy bonus or beta; lower the learning rate"
    bad = (
        Example(log=history(reward=REWARDS, entropy=[0.8 * 0.85**n for n in range(50)])),
        Example(log=history(reward=REWARDS, entropy=[1.8] * 20 + [0.12] * 30), note="a fifteenth"),
    )
    good = (
        Example(log=history(reward=REWARDS, entropy=[1.4 - 0.01 * n for n in range(50)])),
        Example(log=history(REWARDS, entropy=[0.8 * 0.85**n for n in range(50)]), note="supervised"),
        Example(
            log=history(reward=REWARDS, entropy=[0.08, 0.07, 0.09, 0.08, 0.07] * 10),
            note="low from the start",
        ),
    )

    floor: Annotated[float, Between(0, 100), "entropy per token that is none, nats"] = 0.01
    share: Annotated[float, Between(0, 1), "of what it began with, that is left of the entropy"] = 0.1

    def check(self, log: RunLog) -> Iterator[Finding]:
        if log.objective != "reinforcement":
            return
        fell = entropy_collapses(log, self.floor, self.share)
        if fell.found and fell.step is not None:
            numbers = fell.numbers
            yield Finding(
                f"entropy fell from {figure(numbers['begun'])} to {figure(numbers['now'])} nats, "
                f"{percent(numbers['share'])} of what it was, since {where(log, fell.step)}",
                step=fell.step,
                confidence=fell.confidence,
            )
