from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Dataset, Finding
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.measures.labels import Labels
from ftlint_rules.measures.measured import measured

ENOUGH = 100
"""Rows: the share of a class in fewer is chance."""


class LabelImbalance(Rule[Dataset]):
    """Nearly all rows of a classification file have the same label.

    ## Why it matters
    A model that always answers the commonest label is right nearly always, and that is what is learnt first.
    The rare class, for which the model is usually built, is seen too seldom.

    ## What to do
    Add rows of the rare labels, sample the common one down, or weight them; judge by recall of the rare
    label, not by accuracy.

    Judged per file, where the answers or a label column are plainly classes (2 to 100 of them, ten rows
    each on average, on nearly every row). `most` is the share of the commonest label that is too much.

    ## References
    Jigsaw's toxic-comment data, 9.9% positive in the sample measured, is the textbook case and just below the
    default of 0.9 (our choice). He and Garcia 2009, "Learning from Imbalanced Data", IEEE TKDE 21(9).
    """

    code = "QUAL017"
    name = "label-imbalance"
    severity = Severity.WARNING
    help = "add rows of the rare labels, or sample the common one down"
    needs = (Labels,)
    bad = (Example([chat(f"Comment {n}", "toxic" if n % 20 == 0 else "fine") for n in range(200)]),)
    good = (
        Example([chat(f"Comment {n}", "toxic" if n % 5 == 0 else "fine") for n in range(200)]),
        Example([chat(f"What is {n} squared?", str(n * n)) for n in range(200)], note="no classes"),
        Example(
            [chat(f"Comment {n}", "toxic" if n == 3 else "fine") for n in range(20)], note="too few rows"
        ),
    )

    most: Annotated[float, Between(0.5, 1), "share of the commonest label that is too much"] = 0.9

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, labels in measured(dataset, Labels):
            classes = labels.classes() if labels.rows >= ENOUGH else None
            if classes is None:
                continue
            column, counts = classes
            share = max(counts.values()) / sum(counts.values())
            if share > self.most:
                where = f"column {column}" if column else "the answers"
                yield Finding(
                    f"{share:.1%} of rows have the same label in {where}, of {len(counts)} labels",
                    path=part.path,
                )
