from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent, where

LOSS = [2.0, 1.7, 1.5, 1.4, 1.35, 1.3, 1.28, 1.26, 1.25, 1.24]


class EvalBelowTrain(Rule[RunLog]):
    """The eval loss lies well below the training loss.

    ## Why it matters
    Rows that a model has not seen should be harder than those it learns. Where they are easier, they are
    other rows (shorter, simpler, another mix), they were seen (a leak), or training is made harder than
    evaluation (dropout, label smoothing, an auxiliary loss): the eval loss then does not say what it seems
    to.

    ## What to do
    Check for eval rows that stand in the training data (`ftlint check` finds them, LEAK001), draw the eval
    set at random from the same source, and see whether both losses count the same tokens.

    ## References
    The logged training loss is a mean over the steps before, and so is above that of the weights it is
    written for; both neighbours of an eval are looked at, and the lower counts. `min-gap` 15% is this
    project's own. Information: dropout alone can do it.
    """

    code = "RUN011"
    name = "eval-below-train"
    severity = Severity.INFO
    help = "look for eval rows that are in the training data, easier eval rows, dropout or label smoothing"
    bad = (Example(log=history(LOSS, [1.1, 0.9, 0.85, 0.83, 0.82], eval_every=20)),)
    good = (
        Example(log=history(LOSS, [1.75, 1.45, 1.36, 1.3, 1.28], eval_every=20)),
        Example(log=history(LOSS, [1.55, 1.3, 1.22, 1.18, 1.16], eval_every=20), note="7% below"),
        Example(log=history(LOSS, [1.0, 0.9], eval_every=50), note="2 evals"),
    )

    min_gap: Annotated[
        float, Between(0, 1), "share of the training loss that the eval loss must lie below it"
    ] = 0.15

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name, min_gap=self.min_gap)
        if not found.found or found.step is None:
            return
        numbers = found.numbers
        yield Finding(
            f"eval loss is {percent(numbers['gap'])} below the training loss since {where(log, found.step)} "
            f"(at the end {figure(numbers['eval'])} beside {figure(numbers['train'])})",
            step=found.step,
            confidence=round(found.confidence, 2),
        )
