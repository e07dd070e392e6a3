from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import percent, where

NOISE = [0.01 * (n * 7 % 5 - 2) for n in range(40)]


class NotConverged(Rule[RunLog]):
    """The run ended while the loss still fell at a good rate.

    ## Why it matters
    More steps would have made a better model. What looks like the limit of the data or of the base model may
    be that of the patience.

    ## What to do
    Train on from the last checkpoint, for more epochs, or at a higher learning rate. Where the learning rate
    had come to zero, begin a new schedule: the old one has no steps left to give.

    ## References
    At its end (over the last quarter, two fifths and 55%, the mean of them) the loss falls at `min-rate` of
    its mean rate over the run or more (1 is a straight line; an exponential decay with five time constants is
    at 0.03), 2 standard errors from zero, without drops at ends of epochs, and the eval loss at half of that;
    or the eval loss does, and the training loss, too noisy to show it, at half of that. A preference loss
    falls for as long as margins grow and is not judged.
    `min-rate` 0.37 is from public runs labelled by eye; learnt anew without the runs of each repository in
    turn it finds those with the precision and the recall that benchmarks/logs.py prints, with their
    intervals: few positives, hence information.
    """

    code = "RUN008"
    name = "not-converged"
    severity = Severity.INFO
    help = "train on, for more epochs or at a higher learning rate"
    waits = "end"
    bad = (
        Example(log=history([2.0 - 0.02 * n + noise for n, noise in enumerate(NOISE)])),
        Example(log=history([1.14, 0.98, 0.9, 0.88, 0.83], [0.97, 0.92, 0.89, 0.86, 0.84])),
    )
    good = (
        Example(log=history([0.5 + 1.5 * 0.85**n + noise for n, noise in enumerate(NOISE)])),
        Example(
            log=history([2.0 - 0.02 * n + noise for n, noise in enumerate(NOISE)], [1.9, 1.2, 1.3, 1.45])
        ),
        Example(log=history([2.0, 1.8, 1.6])),
    )

    min_rate: Annotated[
        float, Between(0, 10), "the rate at the end, as a share of the mean rate, from which it counts"
    ] = 0.37

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name, min_rate=self.min_rate)
        if not found.found or found.step is None:
            return
        planned = log.planned_steps or 0
        short = f"; {planned:,} steps were planned" if planned > log.last_step * 1.05 else ""
        yield Finding(
            f"the loss still falls at {percent(found.numbers['rate'])} of its mean rate when the run ends "
            f"({where(log, found.step)}){short}",
            step=found.step,
            confidence=round(found.confidence, 2),
        )
