from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.forgetting import Kept, forgetting
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, keep, percent, plural, shown, where

LOSSES = [2.0 - 0.08 * n for n in range(10)]
FALLING = [2.0, 1.6, 1.4, 1.3, 1.25, 1.2]


class Forgetting(Rule[RunLog]):
    """A general eval set, or a benchmark, ends worse than it was before training.

    ## Why it matters
    The model learns the task and loses what it could before: other instructions, other languages, arithmetic.
    The loss of the task shows nothing of it.

    ## What to do
    Mix in rows of general data, lower the learning rate, train an adapter instead of all weights, or keep an
    earlier checkpoint: the last one within the tolerance is named. Evaluate the general set before training
    (`eval_on_start` in transformers), so that there is a baseline.

    ## References
    General is a set whose name says so (`eval_general_loss`, `eval_mmlu_accuracy`, `eval_wikitext_loss`; more
    words with `sets`). Another set counts where it was evaluated before training and only got worse while
    a further set got better. The baseline is the first evaluation. The end is the median of the last three
    evaluations. It must be off by the tolerance and by two standard errors, of the noise from evaluation to
    evaluation and, where the log lets the rows be reckoned, of so many rows: for a share that of two
    independent samples (more than that of the same rows twice), for a loss a spread from row to row of a
    quarter of it, an assumption of this project. `loss-tolerance` 5% and `metric-tolerance` 2 points are this
    project's own; no published number was found. "LoRA Learns Less and Forgets Less" (Biderman et al. 2024,
    arXiv 2405.09673) measures forgetting the same way, by benchmarks before and after. Below a confidence of
    0.8 it is information.
    """

    code = "RUN020"
    name = "forgetting"
    severity = Severity.WARNING
    help = "mix in general data, lower the learning rate, or keep an earlier checkpoint"
    confirmed_by = "evals"
    bad = (
        Example(
            log=history(
                LOSSES,
                eval_every=20,
                start=0,
                eval_task_loss=FALLING,
                eval_general_loss=[1.8, 1.85, 1.95, 2.1, 2.2, 2.3],
            )
        ),
        Example(
            log=history(
                LOSSES,
                FALLING,
                eval_every=20,
                start=0,
                eval_mmlu_accuracy=[0.62, 0.61, 0.58, 0.55, 0.53, 0.52],
            ),
            note="a benchmark",
        ),
        Example(
            log=history(
                LOSSES,
                eval_every=20,
                start=0,
                eval_invoices_loss=FALLING,
                eval_letters_loss=[1.8, 1.85, 1.95, 2.1, 2.2, 2.3],
            ),
            note="no name says that it is general, but it only got worse",
        ),
    )
    good = (
        Example(
            log=history(
                LOSSES,
                eval_every=20,
                start=0,
                eval_task_loss=FALLING,
                eval_general_loss=[1.8, 1.83, 1.85, 1.86, 1.87, 1.87],
            ),
            note="4% worse",
        ),
        Example(
            log=history(
                LOSSES,
                eval_every=20,
                start=0,
                eval_task_loss=FALLING,
                eval_general_loss=[1.8, 2.3, 2.1, 1.95, 1.82, 1.8],
            ),
            note="it came back",
        ),
        Example(
            log=history(
                LOSSES,
                eval_every=20,
                start=0,
                eval_a_loss=FALLING,
                eval_b_loss=[1.8, 1.4, 1.3, 1.5, 1.7, 1.9],
            ),
            note="got better first: that is overfitting",
        ),
    )

    loss_tolerance: Annotated[
        float, Between(0, 10), "by what share the loss of a general set may rise over its baseline"
    ] = 0.05
    metric_tolerance: Annotated[
        float, Between(0, 1), "by how much a metric from 0 to 1 may fall below its baseline"
    ] = 0.02
    sets: Annotated[tuple[str, ...], "further words in the name of an eval set that say it is general"] = ()

    def check(self, log: RunLog) -> Iterator[Finding]:
        for kept in forgetting(
            log,
            loss_tolerance=self.loss_tolerance,
            metric_tolerance=self.metric_tolerance,
            general=self.sets,
        ):
            if kept.judgement.found:
                yield self._finding(log, kept)

    def _finding(self, log: RunLog, kept: Kept) -> Finding:
        found, numbers = kept.judgement, kept.judgement.numbers
        what = (
            f"eval loss of {shown(kept.set)}" if kept.loss and "loss" in kept.series.name else shown(kept.set)
        )
        if kept.loss:
            change = f"+{percent(numbers['share'])}"
        else:
            points = numbers["worse"] * (1 if numbers["baseline"] > 1.5 else 100)
            change = f"{points:.1f} points worse"
        began = (
            "before training"
            if numbers["at_start"]
            else f"at its first eval ({where(log, kept.series.steps[0])})"
        )
        rows = f" on {plural(numbers['rows'], 'row')}" if numbers["rows"] else ""
        last = [at for at in kept.series.steps if found.step is not None and at < found.step]
        advice = keep(log, last[-1]) if last else ""
        return Finding(
            f"{what} was {figure(numbers['baseline'])} {began}, "
            f"now {figure(numbers['now'])} ({change}){rows}; "
            f"beyond the tolerance since {where(log, found.step or 0)}{advice}",
            severity=None if found.confidence >= 0.8 else Severity.INFO,
            step=found.step,
            confidence=round(found.confidence, 2),
        )
