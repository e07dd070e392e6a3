from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.gradients import vanishing
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, where

STUCK = [2.0 - 0.005 * n for n in range(40)]


class GradNormVanishing(Rule[RunLog]):
    """The gradient is next to nothing although the loss is still high.

    ## Why it matters
    Nothing is learnt any more: the weights that get a gradient are not those that matter, all labels are
    masked, the graph is cut (frozen weights under gradient checkpointing without
    `enable_input_require_grads`), or fp16 rounds the gradient to 0.

    ## What to do
    Look whether any weights have `requires_grad`, whether rows have tokens that count, and whether the
    precision is bf16.

    ## References
    `factor` 0.001 of what it began with is this project's own. A model that has learnt its rows has small
    gradients, too (public runs whose loss reached 0 went down by 1,000 times): it counts only where the loss
    is above half of what it was. Reinforcement learning is left alone: a group without variance has none.
    """

    code = "RUN027"
    name = "grad-norm-vanishing"
    severity = Severity.WARNING
    help = "check which weights have a gradient, which tokens count, and the precision"
    bad = (
        Example(log=history(STUCK, grad_norm=[1.0] * 10 + [1e-5] * 30)),
        Example(log=history([2.0] * 40, grad_norm=[0.0] * 40), note="none at all"),
    )
    good = (
        Example(
            log=history([2.0 * 0.8**n for n in range(40)], grad_norm=[1.0 * 0.8**n for n in range(40)]),
            note="it has learnt its rows",
        ),
        Example(log=history(STUCK, grad_norm=[1.0] * 10 + [0.02] * 30)),
    )

    factor: Annotated[float, Between(0, 1), "share of what the norm began with that is next to nothing"] = (
        1e-3
    )

    def check(self, log: RunLog) -> Iterator[Finding]:
        if log.objective == "reinforcement":
            return
        gone = vanishing(log, self.factor)
        if not gone.found or gone.step is None:
            return
        numbers = gone.numbers
        what = (
            f"gradient norm fell from {figure(numbers['before'])} to {figure(numbers['now'])}"
            if numbers["before"] > 0
            else "the gradient is 0 all the time"
        )
        since = f", since {where(log, gone.step)}" if numbers["before"] > 0 else ""
        yield Finding(
            f"{what}{since}, while the loss is at {figure(numbers['loss'])} "
            f"of {figure(numbers['loss_before'])}",
            step=gone.step,
            confidence=gone.confidence,
        )
