from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.preference import chosen_falls
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.run_examples import series
from ftlint_rules.run.wording import figure, where

LOSSES = [0.69 - 0.01 * n for n in range(40)]
RISING = [0.05 * n for n in range(40)]


class ChosenRewardFalling(Rule[RunLog]):
    """Preference training makes the chosen answers less likely, too.

    ## Why it matters
    The loss asks only for a margin: it is met by pushing both answers down, the rejected one further. What
    becomes more likely instead is text that is in neither, and the model writes worse although margin and
    accuracy rise.

    ## What to do
    Add a supervised loss on the chosen answers, raise beta, lower the learning rate, or take pairs that
    differ in more than a few tokens. Look at what the model writes.

    ## References
    The reward of an answer is beta times what its log-probability gained on the reference (Rafailov et al.
    2023). That both fall is shown by Pal et al. 2024 ("Smaug", arXiv 2402.13228), most of all where the
    answers of a pair differ little, and by Razin et al. 2024 ("Unintentional Unalignment", arXiv 2410.08847).
    A small loss is common: it is information, and only where what the chosen answers lost is `share` of the
    margin and more, which is this project's own figure.
    """

    code = "RUN040"
    name = "chosen-reward-falling"
    severity = Severity.INFO
    help = "add a loss on the chosen answers, raise beta or lower the learning rate"
    bad = (
        Example(
            log=history(
                LOSSES,
                **series(
                    {
                        "rewards/chosen": [-0.05 * n for n in range(40)],
                        "rewards/rejected": [-0.1 * n for n in range(40)],
                        "rewards/margins": RISING,
                    }
                ),
            )
        ),
    )
    good = (
        Example(
            log=history(
                LOSSES,
                **series(
                    {
                        "rewards/chosen": [-0.005 * n for n in range(40)],
                        "rewards/rejected": [-0.055 * n for n in range(40)],
                        "rewards/margins": RISING,
                    }
                ),
            ),
            note="a tenth of the margin",
        ),
    )

    share: Annotated[float, Between(0, 100), "of the margin, that the chosen answers may have lost"] = 0.25

    def check(self, log: RunLog) -> Iterator[Finding]:
        falls = chosen_falls(log, self.share)
        if falls.found and falls.step is not None:
            numbers = falls.numbers
            yield Finding(
                f"reward of chosen answers fell from {figure(numbers['before'])} "
                f"to {figure(numbers['now'])}, below 0 since {where(log, falls.step)}, "
                f"with a margin of {figure(numbers['margin'])}: they became less likely, too",
                step=falls.step,
                confidence=round(falls.confidence, 2),
            )
