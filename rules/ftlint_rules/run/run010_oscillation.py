from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import percent, plural, where


class Oscillation(Rule[RunLog]):
    """The loss swings up and down instead of falling: the learning rate is too high.

    ## Why it matters
    Steps that are longer than the valley is wide throw the weights from one side to the other. Which
    checkpoint is good is then a matter of luck.

    ## What to do
    Halve the learning rate, or more; warm up longer; a larger batch. Keep the checkpoint with the lowest eval
    loss, and measure it on more rows before it is believed.

    ## References
    Gradient descent swings where the learning rate is above 2 / curvature (Cohen et al. 2021, arXiv
    2103.00065). Told where most evals turn and the loss goes up and down by `min-swing` of its level from one
    to the next, or where the training loss of the later half turns at nine of ten values: independent noise
    turns at two of three (Bienayme 1874). `min-swing` 25% is this project's own: one public run labelled by
    eye swings so, by 49%.
    """

    code = "RUN010"
    name = "oscillation"
    severity = Severity.WARNING
    help = "lower the learning rate, warm up longer or take a larger batch"
    bad = (
        Example(
            log=history([0.7 - 0.01 * n for n in range(10)], [0.73, 0.95, 0.74, 1.23, 0.56], eval_every=20)
        ),
        Example(log=history([1.0 + (0.4 if n % 2 else -0.4) for n in range(40)]), note="from step to step"),
    )
    good = (
        Example(
            log=history([0.7 - 0.01 * n for n in range(10)], [0.73, 0.7, 0.74, 0.68, 0.7], eval_every=20)
        ),
        Example(log=history([1.0 + 0.4 * (n * 7 % 5 - 2) / 2 for n in range(40)]), note="noise of batches"),
        Example(
            log=history([0.7 - 0.01 * n for n in range(10)], [0.73, 1.1, 0.7], eval_every=20), note="3 evals"
        ),
    )

    min_swing: Annotated[float, Between(0, 100), "share of its level that the loss must swing by"] = 0.25

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name, min_swing=self.min_swing)
        if not found.found or found.step is None:
            return
        numbers = found.numbers
        if numbers["eval"]:
            what = f"eval loss turns {plural(numbers['turns'], 'time')}"
        else:
            what = f"training loss turns at {percent(numbers['turning'])} of its values (noise at 67%)"
        yield Finding(
            f"{what} and swings by {percent(numbers['swing'])} of its level, since {where(log, found.step)}",
            step=found.step,
            confidence=round(found.confidence, 2),
        )
