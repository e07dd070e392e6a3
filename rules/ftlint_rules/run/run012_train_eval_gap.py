from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, where

LOSS = [2.0, 1.7, 1.4, 1.2, 1.0, 0.9, 0.8, 0.75, 0.7, 0.65]


class TrainEvalGap(Rule[RunLog]):
    """The training loss runs away from an eval loss that has stopped falling.

    ## Why it matters
    What the model still learns helps on the rows it has seen and hardly on others. The eval loss has not
    risen, so no harm is done yet; further epochs will do it.

    ## What to do
    Stop here, or add data. The training loss is no measure of the model any more.

    ## References
    A ratio alone says little: on public runs labelled by eye, "eval above 1.5 times train" calls overfitting
    with a precision of 0.6. It is told here beside RUN001, as information, and only where the gap grew since
    the first eval by a twentieth of the early training loss: sets differ in how hard they are.
    """

    code = "RUN012"
    name = "train-eval-gap"
    severity = Severity.INFO
    help = "stop here or add data; judge by the eval loss"
    bad = (Example(log=history(LOSS, [1.75, 1.35, 1.2, 1.18, 1.17], eval_every=20)),)
    good = (
        Example(log=history(LOSS, [1.75, 1.25, 0.95, 0.8, 0.72], eval_every=20)),
        Example(
            log=history([each / 2 for each in LOSS], [1.9, 1.5, 1.2, 1.0, 0.9], eval_every=20),
            note="other rows",
        ),
        Example(log=history(LOSS, [1.75, 1.2], eval_every=50), note="2 evals"),
    )

    min_ratio: Annotated[float, Between(1, 1000), "eval loss over training loss from which a gap is told"] = (
        1.5
    )

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name, min_ratio=self.min_ratio)
        if not found.found or found.step is None:
            return
        numbers = found.numbers
        yield Finding(
            f"eval loss {figure(numbers['eval'])} is {numbers['ratio']:.1f}x the training loss "
            f"{figure(numbers['train'])} at the end; the gap grew from {figure(numbers['first_gap'])} to "
            f"{figure(numbers['gap'])} and is as wide since {where(log, found.step)}",
            step=found.step,
            confidence=round(found.confidence, 2),
        )
