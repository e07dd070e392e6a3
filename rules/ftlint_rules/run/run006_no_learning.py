from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.curves.verdicts import judgement
from ftlint.model import Finding, RunLog
from ftlint.rule import Example, Rule, Severity, history
from ftlint_rules.run.wording import figure, percent, where

WAVES = [0.001 * (n * 7 % 5 - 2) for n in range(20)]
CHANCE = [0.693 + wave for wave in WAVES]


class NoLearning(Rule[RunLog]):
    """The loss stays where guessing stands.

    ## Why it matters
    A model that gives each of k classes, or each of k tokens, the same chance has a loss of ln k: 0.693 for
    two classes, 10.82 for the 50,257 tokens of GPT-2. A run that stays there has learnt nothing.

    ## What to do
    Check that labels belong to their rows and are in the range of the head, that something is trainable
    (frozen weights, an adapter without targets), that weights were loaded at all (a loss of ln of the
    vocabulary is that of random weights), and that the learning rate is neither 0 nor so high that the model
    fell back to guessing.

    ## References
    Cross entropy of a uniform guess: ln k. Told where the loss is flat (see RUN007) and within 1% of ln k for
    2, 3 or 4 classes or the vocabulary of a common model, for other numbers of classes where the eval
    accuracy is 1/k, too. A language model's loss near 0.69 or 1.10 is no guess and is not held against few
    classes where its log counts tokens. Told as well where an eval accuracy of a fifth or less never gets
    better, or one that is at most twice exp(-loss) beside a flat loss: a guess with that loss is right in
    exp(-loss) of cases. A preference loss starts at ln 2 by itself and is not judged here.
    """

    code = "RUN006"
    name = "no-learning"
    severity = Severity.WARNING
    help = "check labels, frozen weights, loaded weights and the learning rate"
    bad = (
        Example(log=history(CHANCE)),
        Example(log=history([10.825 + wave for wave in WAVES]), note="random weights"),
        Example(
            log=history([2.303 + wave for wave in WAVES], eval_accuracy=[0.1, 0.1, 0.1], eval_every=60),
            note="ten classes",
        ),
        Example(
            log=history(
                [7.8, 4.8, *[3.1 + 30 * wave for wave in WAVES]],
                [3.9, 3.1, 3.0, 3.1, 3.2],
                eval_every=40,
                eval_accuracy=[0.08, 0.06, 0.11, 0.07, 0.08],
            ),
            note="blown up, and then guessing",
        ),
    )
    good = (
        Example(log=history([0.9 - 0.01 * n for n in range(20)]), note="it passes ln 2 on its way"),
        Example(log=history([0.75 + wave for wave in WAVES]), note="flat, but not at chance"),
        Example(
            log=[{**row, "rewards/margins": 0.01} for row in history(CHANCE)],
            note="a preference loss starts there",
        ),
        Example(log=history(CHANCE, mean_token_accuracy=[0.8] * 20), note="a loss of tokens"),
    )

    def check(self, log: RunLog) -> Iterator[Finding]:
        found = judgement(log, self.name)
        if not found.found or found.step is None:
            return
        level, k = found.numbers["level"], found.numbers.get("k")
        if k is None:
            what = f"eval accuracy stays at {percent(found.numbers['accuracy'])}, no better than a guess, "
            what += f"with an eval loss of {figure(level)}"
        else:
            of = "tokens: the loss of random weights" if k > 1000 else "classes: the loss of a guess"
            what = f"the loss stays at {figure(level)}, which is ln {k:.0f}, of {k:,.0f} {of}"
        yield Finding(
            f"{what}, from {where(log, found.step)} on",
            step=found.step,
            confidence=round(found.confidence, 2),
        )
