from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import percent, plural, where

NOISE = [0.02 * (n * 7 % 5 - 2) for n in range(60)]


class MemorisationStaircase(Rule[RunLog]):
    """The training loss falls in steps where epochs begin: rows seen once are known by heart.

    ## Why it matters
    Within an epoch each row is new and the loss is honest; at the start of the next the same rows come again,
    and the loss drops at once by what was memorised. From there on the training loss says how well the rows
    are remembered, not how well the task is learnt, and what stands in the rows can be asked out of the
    model.

    ## What to do
    Look at an eval loss, not at the training loss; train 1 to 2 epochs; a lower learning rate or a smaller
    adapter memorises less. Remove personal data and secrets before such training.

    ## References
    Howard and Whitaker, "Can LLMs learn from a single example?" (fast.ai, 2023), show such curves and that
    they come with large pretrained models. A drop is the jump between two lines of one slope, fitted to half
    an epoch on either side. The drops must be 3 standard errors below zero together, make `share` of what the
    loss falls after its first epoch, and `min-drop` of its level. Both are this project's own: public runs
    labelled by eye give the same with either changed by 30%. Information; a warning where the loss lost half
    of its level so.
    """

    code = "RUN009"
    name = "memorisation-staircase"
    severity = Severity.INFO
    help = "judge by an eval loss; fewer epochs, a lower learning rate"
    waits = "epoch"
    bad = (
        Example(
            log=history([2.0 - 0.3 * (n // 20) + noise for n, noise in enumerate(NOISE)], steps_per_epoch=200)
        ),
        Example(
            log=history(
                [2.0 * 0.5 ** (n // 20) + noise for n, noise in enumerate(NOISE)], steps_per_epoch=200
            ),
            note="a warning",
        ),
    )
    good = (
        Example(log=history([2.0 - 0.01 * n + noise for n, noise in enumerate(NOISE)], steps_per_epoch=200)),
        Example(
            log=history(
                [2.0 - 0.3 * (n // 20) + noise for n, noise in enumerate(NOISE)], steps_per_epoch=450
            ),
            note="steps, but not where epochs begin",
        ),
        Example(
            log=history(
                [2.0 - 0.01 * (n // 20) + noise for n, noise in enumerate(NOISE)], steps_per_epoch=200
            ),
            note="steps of half a percent",
        ),
    )

    min_drop: Annotated[float, Between(0, 1), "share of its level that the loss must drop by in all"] = 0.04
    share: Annotated[float, Between(0, 1), "share of the fall after the first epoch that drops must make"] = (
        0.4
    )

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name, min_drop=self.min_drop, share=self.share)
        if not found.found or found.step is None:
            return
        numbers = found.numbers
        yield Finding(
            f"training loss drops at {numbers['steps']:.0f} of {plural(numbers['ends'], 'epoch end')}, first "
            f"at {where(log, found.step)}: by {percent(numbers['drop'])} in all, {percent(numbers['share'])} "
            f"of what it fell after the first epoch",
            severity=Severity.WARNING if numbers["drop"] >= 0.5 else None,
            step=found.step,
            confidence=round(found.confidence, 2),
        )
