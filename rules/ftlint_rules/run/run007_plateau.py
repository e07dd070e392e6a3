from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import percent, where

WAVES = [0.04 * (n * 7 % 5 - 2) for n in range(40)]


class Plateau(Rule[RunLog]):
    """The loss hardly falls, from the first to the last.

    ## Why it matters
    The run cost what a run costs, and the model is where it was: the learning rate is too low or still
    warming up, too little is trainable, or the data holds nothing that the model does not know.

    ## What to do
    Hold it against a run with a learning rate 3 to 10 times higher. Check that the adapter has targets and
    that the steps of the warmup are not most of the run. If the base model already knows the data, leave it.

    ## References
    `max-total` 10% is what the loss may have fallen in all, `max-gain` 3% what from the first quarter to the
    last, with its standard error: on public runs labelled by eye the second may be changed by 30% with the
    same verdicts, the first may be lower. A run that fell early and is flat since has converged and is not
    told. Information: small gains are right for data that the model nearly knows.
    """

    code = "RUN007"
    name = "plateau"
    severity = Severity.INFO
    help = "try a learning rate 3 to 10 times higher; check what is trainable and how long it warms up"
    worse = "fewer"
    bad = (
        Example(log=history([2.1 + wave for wave in WAVES])),
        Example(log=history([0.74, 0.7, 0.72, 0.75, 0.68], [0.7501, 0.75, 0.75, 0.75, 0.75])),
    )
    good = (
        Example(log=history([4.0, 3.0, 2.4, 2.2, *[2.1 + wave for wave in WAVES]]), note="it has converged"),
        Example(
            log=history([2.1 - 0.005 * n + wave for n, wave in enumerate(WAVES)]), note="slow, but it falls"
        ),
        Example(log=history([2.1, 2.0, 2.2, 2.1]), note="4 values tell nothing"),
    )

    max_gain: Annotated[
        float, Between(0, 1), "share that the loss may have gained from the first to the last quarter"
    ] = 0.03
    max_total: Annotated[float, Between(0, 1), "share that the loss may have gained in all"] = 0.1

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name, max_gain=self.max_gain, max_total=self.max_total)
        if not found.found or found.step is None:
            return
        gain, error = found.numbers["gain"], found.numbers["error"]
        course = f"falls by only {percent(gain)}" if gain >= 0 else f"rises by {percent(-gain)}"
        still = "" if gain > 2 * error and gain >= 0.005 else ": it stands still"
        yield Finding(
            f"the loss {course} (give or take {percent(2 * error)}) from the first "
            f"quarter of the run (to {where(log, found.step)}) to the last{still}",
            step=found.step,
            confidence=round(found.confidence, 2),
        )
