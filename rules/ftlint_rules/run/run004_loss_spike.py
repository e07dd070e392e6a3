from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, plural, where

CALM = [2.0 - 0.02 * n + 0.02 * (n % 3) for n in range(40)]


class LossSpike(Rule[RunLog]):
    """The training loss jumps at once, far beyond its noise.

    ## Why it matters
    One broken batch, or one step too long, threw the weights off. A run that comes back lost some steps and
    its optimizer's memory; one that does not goes on from worse weights.

    ## What to do
    Look at the rows of the batches just before the step (very long, empty, another language, wrong labels).
    Clip the gradient at 1.0, lower the learning rate or Adam's beta2 (0.95). Where it did not come back: go
    on from a checkpoint before it and leave those batches out.

    ## References
    PaLM (Chowdhery et al. 2022, arXiv 2204.02311) restarted before each spike and skipped 200 to 500 batches:
    the spikes did not recur. Wortsman et al. 2023 (arXiv 2309.14322) tie spikes to the learning rate and
    Adam's memory. `min-height` 30%, and 8 standard deviations of the noise, and 3 times what the loss does
    anyway, are this project's own: no spike of that kind was found in the labelled public runs. Information
    where the loss came back.
    """

    code = "RUN004"
    name = "loss-spike"
    severity = Severity.WARNING
    help = "look at the batches before it, clip gradients at 1.0, lower the learning rate"
    bad = (
        Example(log=history([*CALM[:25], 5.1, 3.0, *CALM[25:]]), note="it came back: information"),
        Example(log=history([*CALM[:25], 4.0, *[1.9 - 0.005 * n + 0.02 * (n % 3) for n in range(25)]])),
    )
    good = (
        Example(log=history(CALM)),
        Example(log=history([*CALM[:25], 1.75, *CALM[25:]]), note="a quarter up"),
        Example(
            log=history([value * (1.6 if n % 5 == 2 else 1) for n, value in enumerate(CALM)]), note="noise"
        ),
    )

    min_height: Annotated[float, Between(0, 1000), "share of its level that a loss must jump by"] = 0.3

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name, min_height=self.min_height)
        if not found.found or found.step is None:
            return
        numbers = found.numbers
        back = numbers.get("back")
        course = f"back at {where(log, back)}" if back is not None else "it did not come back"
        more = numbers["spikes"] - 1
        others = f"; {plural(more, 'other spike')}" if more else ""
        yield Finding(
            f"training loss jumps from {figure(numbers['before'])} to {figure(numbers['peak'])} at "
            f"{where(log, found.step)}, {numbers['deviations']:.0f}x its noise; {course}{others}",
            severity=None if back is None else Severity.INFO,
            step=found.step,
            confidence=round(found.confidence, 2),
        )
