from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.gradients import always_clipped
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent

LOSSES = [2.0 - 0.02 * n for n in range(40)]
CONFIG = {"method": "sft", "tuning": "full", "learning_rate": 2e-5}


class AlwaysClipped(Rule[RunLog]):
    """Gradients are clipped at every step.

    ## Why it matters
    Clipping is for the odd step. Where all are clipped, every step has the same length whatever the gradient
    says: a batch that is far off counts as much as one that is nearly right, and the learning rate is not
    what it seems.

    ## What to do
    Nothing, if the loss falls as it should: with Adam a constant factor cancels out. Else lower the learning
    rate, take a larger batch, or clip at what the norms are.

    ## References
    Norms as they are logged, before clipping. The clip is the config's where that is known, else 1.0, the
    default of transformers, and then the middle norm must be `factor` times it, as another clip may have
    been set. Measured: 25 of 61 public runs have nearly all norms above 1, healthy ones among them. So it is
    information.
    """

    code = "RUN028"
    name = "always-clipped"
    severity = Severity.INFO
    help = "if the loss does not fall as it should: lower the learning rate or take a larger batch"
    bad = (
        Example(log=history(LOSSES, grad_norm=[12.0, 9.0, 15.0, 11.0] * 10)),
        Example(
            config={**CONFIG, "max_grad_norm": 0.3}, log=history(LOSSES, grad_norm=[0.5, 0.6, 0.8, 0.4] * 10)
        ),
    )
    good = (
        Example(log=history(LOSSES, grad_norm=[1.2, 1.6, 1.4, 1.1] * 10), note="the clip is not known"),
        Example(
            config={**CONFIG, "max_grad_norm": 20.0},
            log=history(LOSSES, grad_norm=[12.0, 9.0, 15.0, 11.0] * 10),
        ),
        Example(
            config={**CONFIG, "max_grad_norm": 1.0}, log=history(LOSSES, grad_norm=[1.2, 0.6, 1.8, 0.9] * 10)
        ),
    )

    share: Annotated[float, Between(0, 1), "share of the steps that are clipped"] = 0.95
    factor: Annotated[
        float, Between(1, 1e6), "times the default clip that the middle norm is, where the clip is not known"
    ] = 5

    def check(self, log: RunLog) -> Iterator[Finding]:
        clip = log.config.get("max_grad_norm") if log.config is not None else None
        if log.config is not None and log.config.field("max_grad_norm").unknown:
            return
        known = isinstance(clip, int | float)
        limit = float(clip) if isinstance(clip, int | float) else 1.0
        cut = always_clipped(log, limit, self.share, 1.0 if known else self.factor)
        if cut.found:
            numbers = cut.numbers
            above = f"the clip of {figure(numbers['clip'])}" if known else "1.0, the usual clip"
            yield Finding(
                f"{percent(numbers['share'])} of the gradient norms are above {above} "
                f"(the middle one is {figure(numbers['middle'])})",
                step=cut.step,
                confidence=cut.confidence if known else 0.6,
            )
