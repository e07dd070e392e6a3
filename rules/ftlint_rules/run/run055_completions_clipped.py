from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.policy import high
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.run_examples import series
from ftlint_rules.run.wording import percent, where

REWARDS = [0.2 + 0.01 * n for n in range(50)]


class CompletionsClipped(Rule[RunLog]):
    """Most answers are cut at the length limit.

    ## Why it matters
    A cut answer has no end, and mostly no result: it gets a reward for what it is not. The model never sees
    what ending an answer is worth.

    ## What to do
    Raise `max_completion_length`, ask for shorter answers in the prompt, punish overlong ones softly, or
    leave them out of the loss (`mask_truncated_completions`). Look whether the end token is there.

    ## References
    axolotl's guide (`docs/training_stability.qmd`) has under 0.3 as normal and above 0.8 as too many; its
    authors' experience, not tested here. The last fifth of the run counts. Between the two it is
    information.
    """

    code = "RUN055"
    name = "completions-clipped"
    severity = Severity.WARNING
    help = "raise max_completion_length, or leave cut answers out of the loss"
    bad = (
        Example(log=history(reward=REWARDS, **series({"completions/clipped_ratio": [0.9] * 50}))),
        Example(
            log=history(reward=REWARDS, **series({"completions/clipped_ratio": [0.4] * 50})),
            note="information",
        ),
    )
    good = (Example(log=history(reward=REWARDS, **series({"completions/clipped_ratio": [0.2] * 50}))),)

    most: Annotated[float, Between(0, 1), "share of cut answers that is too many"] = 0.8
    normal: Annotated[float, Between(0, 1), "share of cut answers that is no matter"] = 0.3

    def check(self, log: RunLog) -> Iterator[Finding]:
        cut = high(log, "completions/clipped_ratio", min(self.normal, self.most))
        if cut.found and cut.step is not None:
            share = cut.numbers["now"]
            yield Finding(
                f"{percent(share)} of the answers are cut at the length limit, since {where(log, cut.step)}",
                severity=Severity.WARNING if share > self.most else Severity.INFO,
                step=cut.step,
                confidence=round(cut.confidence, 2),
            )
