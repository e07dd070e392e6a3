from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.evaluations import evaluations
from ftlint.model import Finding, RunLog, TrainingConfig
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import plural

WHOLE = 0.99
"""Of an epoch: the last row of a log may stand a few steps before its end."""

LOSSES = [2.0 - 0.02 * n for n in range(40)]


class EvalMissing(Rule[RunLog]):
    """The log of a run has no evaluation.

    ## Why it matters
    The training loss falls whether the model learns the task or its rows. Without held-out rows nobody sees
    when it begins to recite, and no checkpoint is better than another. Within the first epoch the training
    loss is of rows the model has not seen yet, so that it says more; after that it does not. A run that did
    not come to the end of its first epoch is not told: its first evaluation may have been due there.

    ## What to do
    Hold out some rows and evaluate on them every tenth of the run.

    ## References
    Of 105 public runs 44 have no evaluation (11 of them did not end an epoch), so it is information. Where
    the config is known and evaluates on nothing `no-eval-data` says it, and where its interval is longer than
    the run `eval-interval-never-reached`; neither is told again. Reinforcement learning is left alone: its
    reward is measured on new answers.
    """

    code = "RUN021"
    name = "eval-missing"
    severity = Severity.INFO
    help = "hold out rows and evaluate on them every tenth of the run"
    waits = "end"
    bad = (
        Example(log=history(LOSSES, steps_per_epoch=100)),
        Example(log=history(LOSSES, steps_per_epoch=400), note="one epoch"),
    )
    good = (
        Example(log=history(LOSSES, [1.9, 1.7], eval_every=100)),
        Example(log=history(LOSSES[:5]), note="it has only begun"),
        Example(log=history(LOSSES, steps_per_epoch=1000), note="less than one epoch"),
        Example(log=history(LOSSES, eval_every=100, eval_accuracy=[0.4, 0.5]), note="a metric, no loss"),
        Example(log=history(LOSSES, reward=LOSSES), note="reinforcement learning"),
    )

    least_points: Annotated[int, Between(1, 1_000_000), "points of the training loss that make a run"] = 10

    def check(self, log: RunLog) -> Iterator[Finding]:
        if log.objective == "reinforcement" or log.loss is None or len(log.loss) < self.least_points:
            return
        if evaluations(log) is not None or (log.config is not None and not _evaluates(log.config, log)):
            return
        last = log.last_step
        epochs = log.epoch_at(last) if log.unit == "step" else None
        length = plural(last, log.unit) + (f" ({plural(epochs, 'epoch')})" if epochs else "")
        says = ""
        if log.config is None and epochs is not None and epochs < WHOLE:
            return
        if log.config is not None:
            says = ", though the config says to evaluate"
        elif epochs and epochs <= 1.01:
            says = "; within one epoch the training loss is of rows not seen before"
        yield Finding(f"no evaluation in {length}{says}", step=last, confidence=0.95)


def _evaluates(config: TrainingConfig, log: RunLog) -> bool:
    """Whether a config says to evaluate within the steps of the log."""
    if config.get("eval_strategy") == "no" or not (config.get("eval_data") or config.get("eval_split")):
        return False
    every = config.get("eval_steps")
    return not isinstance(every, int | float) or every < 1 or every <= log.last_step
