from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.gradients import explosion, overflows, spike
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent, plural, where

LOSSES = [2.0 - 0.02 * n for n in range(60)]
CALM = [1.0, 0.8, 0.9, 0.7, 0.85, 0.8] * 10
GROWN = [*CALM[:40], *(20.0 + n for n in range(20))]
RISEN = [*LOSSES[:40], *(1.6 + 0.1 * n for n in range(20))]


class GradNormExplosion(Rule[RunLog]):
    """The gradient grew to many times its norm and stayed there, or overflows.

    ## Why it matters
    The model has left the region where the loss is smooth. Clipping keeps the steps short, but not their
    direction; what follows is a loss that rises, or NaN. An infinite norm with fp16 means that the scaler
    skips the step: the loss looks calm because nothing is learnt.

    ## What to do
    Go back to a checkpoint before it, lower the learning rate and warm up. With fp16 take bf16. A lone spike
    is mostly one broken row: look at the batch of that step.

    ## References
    `factor` 5 times the calm is this project's own; of 61 public runs with gradient norms none grows 3 times
    and stays there. axolotl's guide calls norms from 0.1 to 10 normal and spikes
    above 100 unstable, but some healthy runs stand at 10 all the time, so that norms are held against their
    own past: the middle of what came before without the first tenth of the run, and twice that first tenth.
    It is a warning where the loss rises too or where at least `overflow` of the last quarter is infinite;
    else, and for a lone spike of `spike` times its surroundings, information.
    """

    code = "RUN026"
    name = "grad-norm-explosion"
    severity = Severity.WARNING
    help = "go back to a checkpoint before it, lower the learning rate, warm up; bf16 instead of fp16"
    bad = (
        Example(log=history(RISEN, grad_norm=GROWN)),
        Example(log=history(LOSSES, grad_norm=GROWN), note="information: the loss still falls"),
        Example(log=history(LOSSES, grad_norm=[*CALM[:40], *[float("inf")] * 20]), note="fp16 overflows"),
        Example(
            log=history(LOSSES, grad_norm=[*CALM[:30], 90.0, *CALM[:29]]), note="a lone spike: information"
        ),
    )
    good = (
        Example(log=history(LOSSES, grad_norm=[36.0, 20.0, 9.0, *CALM[:57]]), note="large at the start only"),
        Example(log=history(LOSSES, grad_norm=[*CALM[:40], *(2.0 + 0.05 * n for n in range(20))])),
        Example(
            log=history(LOSSES, grad_norm=[float("inf"), float("inf"), *CALM[:58]]),
            note="fp16 finds its scale",
        ),
    )

    factor: Annotated[float, Between(1, 1e6), "times its calm norm that a gradient may grow to"] = 5
    overflow: Annotated[float, Between(0, 1), "share of the last quarter that may be NaN or infinite"] = 0.5
    spike: Annotated[float, Between(1, 1e9), "times the norms around it that make a lone spike"] = 50

    def check(self, log: RunLog) -> Iterator[Finding]:
        out = overflows(log, self.overflow)
        if out.found and out.step is not None:
            yield Finding(
                f"the gradient overflows in {percent(out.numbers['share'])} of the last steps, from "
                f"{where(log, out.step)} on, while the loss is finite: such steps are skipped",
                step=out.step,
                confidence=round(out.confidence, 2),
            )
            return
        grown = explosion(log, self.factor)
        if grown.found and grown.step is not None:
            numbers = grown.numbers
            rose = numbers["loss"] > 0
            loss = f"; the loss rose {percent(numbers['loss'])} since" if rose else "; the loss has not risen"
            yield Finding(
                f"gradient norm grew from {figure(numbers['calm'])} to {figure(numbers['now'])} "
                f"({figure(numbers['factor'])} times) at {where(log, grown.step)}{loss}",
                severity=Severity.WARNING if rose else Severity.INFO,
                step=grown.step,
                confidence=grown.confidence if rose else 0.7,
            )
            return
        if log.objective == "reinforcement":  # one batch with a signal among many without looks so
            return
        lone = spike(log, self.spike)
        if lone.found and lone.step is not None:
            numbers = lone.numbers
            others = numbers["count"] - 1
            more = f", and {plural(others, 'more spike')}" if others else ""
            yield Finding(
                f"gradient norm spiked to {figure(numbers['value'])} at {where(log, lone.step)}, "
                f"{figure(numbers['factor'])} times those around it{more}",
                severity=Severity.INFO,
                step=lone.step,
                confidence=lone.confidence,
                help="look at the rows of that step; clip gradients to a norm of 1.0",
            )
