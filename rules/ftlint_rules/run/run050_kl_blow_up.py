from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Annotated

from ftlint.detect.curves.policy import kl_blows_up
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.run_examples import series
from ftlint_rules.run.wording import figure, where

REWARDS = [0.2 + 0.01 * n for n in range(50)]


class KlBlowUp(Rule[RunLog]):
    """The policy went too far from its reference.

    ## Why it matters
    What the reward model was trained on, and what the model could before, lies near the reference. Far from
    it the reward says less and less of what is wanted, and the text falls apart.

    ## What to do
    Go back to a checkpoint before it, raise beta (the KL penalty), lower the learning rate, or shorten the
    run.

    ## References
    axolotl's guide (`docs/training_stability.qmd`) has a KL per token of 0 to 0.5 as normal and above 2 as
    too far: `limit` and `normal`; they are its authors' experience, and were not tested here. The last tenth
    of the run counts, no lone spike: the estimator that GRPO logs is often thrown by one token. Below the
    limit a KL above normal counts where it is five times what it was halfway. TRL's PPO logs the sum over an
    answer (`objective/kl`): it is divided by the answers' length, or judged by its growth alone.
    """

    code = "RUN050"
    name = "kl-blow-up"
    severity = Severity.WARNING
    help = "go back to an earlier checkpoint, raise beta, lower the learning rate"
    bad = (
        Example(log=history(reward=REWARDS, kl=[0.002 * 1.17**n for n in range(50)])),
        Example(log=history(reward=REWARDS, kl=[0.05 * n for n in range(40)] + [float("nan")] * 10)),
        Example(log=history(reward=REWARDS, kl=[0.02] * 30 + [0.05 * n for n in range(20)]), note="growing"),
    )
    good = (
        Example(log=history(reward=REWARDS, kl=[0.006 * n for n in range(50)])),
        Example(log=history(reward=REWARDS, kl=[0.02] * 20 + [9.0] + [0.02] * 29), note="a lone spike"),
        Example(
            log=history(reward=REWARDS, **series({"objective/kl": [0.3 * n for n in range(50)]})),
            note="a sum over the answer",
        ),
    )

    limit: Annotated[float, Between(0, 1e6), "KL per token that is too far, nats"] = 2
    normal: Annotated[float, Between(0, 1e6), "KL per token up to which growth does not matter, nats"] = 0.5

    def check(self, log: RunLog) -> Iterator[Finding]:
        far = kl_blows_up(log, self.limit, self.normal)
        if not far.found or far.step is None:
            return
        numbers = far.numbers
        if not isfinite(numbers["now"]):
            yield Finding(
                f"KL is no number since {where(log, far.step)}", step=far.step, confidence=far.confidence
            )
            return
        unit = "" if numbers["tokens"] == 1 else " per token"
        yield Finding(
            f"KL{unit} is {figure(numbers['now'])}, {figure(numbers['half'])} halfway through the run; "
            f"above {figure(numbers['bound'])} since {where(log, far.step)}",
            step=far.step,
            confidence=far.confidence,
        )
