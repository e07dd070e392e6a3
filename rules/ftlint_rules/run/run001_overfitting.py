from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.curves.judgement import Judgement
from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Between, Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, keep, percent, plural, shown, where

FALLING = [2.0 - 0.03 * n for n in range(50)]
TURNED = [1.5, 1.2, 1.05, 1.02, 1.06, 1.11, 1.15, 1.19, 1.22, 1.26]
FLAT = [1.5, 1.2, 1.05, 1.02, 1.03, 1.01, 1.04, 1.02, 1.03, 1.03]


class Overfitting(Rule[RunLog]):
    """The eval loss rises while the training loss does not: the model learns its rows by heart.

    ## Why it matters
    From the best step on, each further step makes the model worse on rows that it has not seen. Who ships the
    last checkpoint ships one that is worse than an earlier one.

    ## What to do
    Keep the checkpoint of the best step. Next time train fewer epochs, at a lower learning rate, with more or
    more varied data, a smaller adapter or more dropout; stop early on the eval loss.

    ## References
    Prechelt, "Early Stopping, but When?" (1998): stop by how far the loss on held-out rows is above its
    lowest. Here a curve that falls and then rises is fitted to the evals (isotonic regression: Robertson,
    Wright and Dykstra 1988) and must be nearer to them than any that never rises, by what flat noise
    reaches in one case of 40. The noise is what the fit leaves, drawn towards 2% of the loss where there
    are few evals: flat curves of more noise than that are told more often, those of 4% in 7% to 18% of
    cases (benchmarks/log_noise.py). `min-rise` 5% of the lowest loss: on public runs labelled by eye 2% to
    8% find the same, 10% lose some (see benchmarks/logs.py). Two evals say nothing; three evals that rise
    twice are told, with less confidence. One eval after the best takes three times the evidence, a run of
    one epoch twice. The rise must also make 0.02 (less after a start below 1), and the training loss must
    have fallen since the best step: a run whose training loss rises, too, has not overfitted, see RUN002.
    """

    code = "RUN001"
    name = "overfitting"
    severity = Severity.WARNING
    help = "keep the checkpoint of the best step; fewer epochs, a lower learning rate or more data next time"
    waits = "epoch"
    confirmed_by = "evals"
    bad = (
        Example(log=history(FALLING, TURNED, every=10, eval_every=50)),
        Example(log=history(FALLING[:30], [0.51, 0.53, 0.60], every=10, eval_every=100), note="3 evals"),
        Example(
            log=history(FALLING, every=10, eval_every=50, eval_invoices_loss=TURNED), note="a set with a name"
        ),
    )
    good = (
        Example(log=history(FALLING, FLAT, every=10, eval_every=50)),
        Example(log=history(FALLING[:30], [0.51, 0.48, 0.49], every=10, eval_every=100), note="2% up"),
        Example(log=history(FALLING[:20], [0.5, 0.6], every=10, eval_every=100), note="2 evals tell nothing"),
        Example(log=history(FALLING, [*FLAT[:9], 1.4], every=10, eval_every=50), note="one eval is off"),
        Example(
            log=history([*FALLING[:20], *reversed(FALLING[:20])], TURNED[2:10], every=10, eval_every=50),
            note="the training loss rises, too: that is no overfitting",
        ),
        Example(
            log=history(FALLING, TURNED, every=10, eval_every=50, reward=FALLING),
            note="reinforcement learning",
        ),
    )

    min_rise: Annotated[
        float, Between(0, 10), "by what share of its lowest the eval loss must have risen"
    ] = 0.05

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name, min_rise=self.min_rise)
        if found.found and found.step is not None:
            yield Finding(self._message(log, found), step=found.step, confidence=round(found.confidence, 2))

    def _message(self, log: RunLog, found: Judgement) -> str:
        numbers, step = found.numbers, found.step or 0.0
        of = f" of {shown(found.why)}" if found.why else ""
        beside = ""
        if "train_now" in numbers:
            fell = numbers["train_now"] < 0.98 * numbers["train_then"]
            beside = f" while the training loss {'fell' if fell else 'did not rise'}"
        times = (numbers["now"] - numbers["best"]) / numbers["noise"] if numbers["noise"] else 0.0
        late = "now" if numbers["evals_after"] < 3 else "lately"  # the last value, or a median of the last
        beyond = f"; the rise is {times:.1f}x the noise, " if times else "; "
        return (
            f"eval loss{of} bottomed at {figure(numbers['best'])} ({where(log, step)}), "
            f"{late} {figure(numbers['now'])} (+{percent(numbers['rise'])}){beside}"
            f"{beyond}over {plural(numbers['evals_after'], 'eval')}{keep(log, step)}"
        )
