from __future__ import annotations

from collections.abc import Iterator
from math import ceil, isfinite
from typing import Annotated

from ftlint.detect.curves.evaluations import too_noisy
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent, plural, shown

LOSSES = [2.0 - 0.01 * n for n in range(100)]
JUMPING = [1.9, 1.5, 1.9, 1.4, 1.85, 1.45, 1.8, 1.4, 1.75, 1.35]


class EvalSetTooSmall(Rule[RunLog]):
    """The eval loss jumps so much from one evaluation to the next that a rise could be chance.

    ## Why it matters
    The best checkpoint and early stopping are decided by which evaluation happened to be low. The loss of
    few rows hangs on a few of them.

    ## What to do
    Evaluate on more rows: the noise falls with their square root, and where the log lets the rows be reckoned
    the message says how many it takes. If the set is large already, the learning rate is too high or the
    batch too small.

    ## References
    The noise is the standard deviation from evaluation to evaluation, of second differences, so that a trend
    does not count, and only of a loss that goes to and fro. Twice the noise is what chance reaches once in
    twenty; `hides` is the rise it may hide: 10%, twice that from which `overfitting` speaks. A set known to
    have `enough` rows is not small: what makes its loss jump is the model (public runs with 1,000 and 50,000
    rows jump so). Information, as the cause may be that elsewhere, too.
    """

    code = "RUN023"
    name = "eval-set-too-small"
    severity = Severity.INFO
    help = "evaluate on more rows; if there are many, lower the learning rate"
    bad = (Example(log=history(LOSSES, JUMPING, eval_every=100)),)
    good = (
        Example(log=history(LOSSES, [1.9, 1.8, 1.72, 1.66, 1.6, 1.57, 1.53, 1.5], eval_every=100)),
        Example(log=history(LOSSES, JUMPING[:4], eval_every=250), note="too few to know the noise"),
    )

    enough: Annotated[
        int, Between(1, 1_000_000_000), "rows of a set that is not small, whatever its noise"
    ] = 1000
    hides: Annotated[
        float, Between(0, 10), "a rise, as a share of the loss, that the noise must not hide"
    ] = 0.1

    def check(self, log: RunLog) -> Iterator[Finding]:
        if log.objective == "reinforcement":
            return
        for name, series in log.eval_losses.items():
            rows = log.eval_rows.get(name, 0)
            noisy = too_noisy(series, self.hides, span=_span(log))
            if not noisy.found or rows >= self.enough:
                continue
            numbers = noisy.numbers
            wanted = ceil(rows * (numbers["hidden"] / self.hides) ** 2)
            of = f" of {shown(name)}" if name else ""
            on = f" on {plural(rows, 'row')}" if rows else ""
            more = f"; {plural(wanted, 'row')} would bring it down to {percent(self.hides)}" if rows else ""
            yield Finding(
                f"eval loss{of} jumps by +-{figure(numbers['noise'])} from eval to eval{on}: a rise of "
                f"{percent(numbers['hidden'])} could be chance{more}",
                step=noisy.step,
                confidence=round(noisy.confidence, 2),
            )


def _span(log: RunLog) -> float:
    """From the lowest to the highest loss of a run, trained or evaluated."""
    every = [log.loss, *log.eval_losses.values()]
    values = [value for series in every if series is not None for value in series.values if isfinite(value)]
    return max(values) - min(values) if values else 0.0
