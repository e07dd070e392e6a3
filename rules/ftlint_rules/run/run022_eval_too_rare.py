from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.evaluations import evaluations, too_rare
from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import percent, plural, where

LOSSES = [2.0 - 0.01 * n for n in range(60)]


class EvalTooRare(Rule[RunLog]):
    """There are too few evaluations to tell whether a run overfits.

    ## Why it matters
    A rise needs a lowest evaluation with one before and one after it, and where evaluations go up and down by
    chance more than that. Until then neither "it overfits" nor "it does not" is known, and the best
    checkpoint lies somewhere in a wide gap.

    ## What to do
    Evaluate more often: ten times in a run costs little where the eval set is a few hundred rows.

    ## References
    `fewest` is 3. Of 105 public runs half have eight evaluations or fewer. A run that goes on is judged by
    how many evaluations there will be at its end. With `fewest` and more it is told only where the eval loss
    rises and `overfitting` cannot tell the rise from noise yet; it says how many more would.
    """

    code = "RUN022"
    name = "eval-too-rare"
    severity = Severity.INFO
    help = "evaluate more often: every tenth of the run"
    waits = "end"
    bad = (Example(log=history(LOSSES, [1.9, 1.6], eval_every=300)),)
    good = (
        Example(log=history(LOSSES, [1.9, 1.7, 1.65, 1.6, 1.58, 1.57], eval_every=100)),
        Example(log=history(LOSSES), note="none at all: eval-missing"),
    )

    fewest: Annotated[int, Between(2, 1000), "evaluations that a best step can be told from"] = 3

    def check(self, log: RunLog) -> Iterator[Finding]:
        series = evaluations(log)
        if series is None or log.objective == "reinforcement":
            return
        rare = too_rare(log, self.fewest)
        if rare.found:
            yield Finding(
                f"{plural(len(series), 'eval')} in {plural(log.last_step, log.unit)}: cannot tell whether it "
                f"overfits or which step is best; needs {rare.needs} more",
                step=rare.step,
                confidence=rare.confidence,
            )
            return
        rise = judgement(log, "overfitting")
        if (
            rise.state == "unknown"
            and rise.needs
            and rise.step is not None
            and rise.numbers.get("rise", 0) > 0
        ):
            yield Finding(
                f"eval loss rose {percent(rise.numbers['rise'])} since {where(log, rise.step)}, "
                "which its noise may do, too: "
                f"cannot tell yet whether it overfits; needs {plural(rise.needs, 'more eval')}",
                step=rise.step,
                confidence=0.5,
            )
