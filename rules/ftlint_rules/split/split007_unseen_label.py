from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Between, Example, Rule
from ftlint_rules.measures.labels import Labels


def _labelled(**counts: int) -> list[object]:
    rows: list[object] = []
    for label, count in counts.items():
        rows += [{"prompt": "Which team takes the ticket?", "completion": label}] * count
    return rows


class UnseenLabel(Rule[Dataset]):
    """A label in a held-out split that training never shows.

    ## Why it matters
    The model cannot answer what it was never taught, so those rows count as wrong whatever it learnt; often
    the label is one of training's, spelled another way ("Refund" and "refund").

    ## What to do
    Split anew, stratified by the label, and settle on one spelling.

    ## References
    Labels are those of `label-strata`. Training needs at least `least_rows` rows: a label rare enough to be
    absent by chance is then rarer than one in 30 (95 %, rule of three).
    """

    code = "SPLIT007"
    name = "unseen-label"
    severity = Severity.WARNING
    help = "split anew, stratified; settle on one spelling"
    needs = (Labels,)
    bad = (
        Example(
            splits={
                "train": _labelled(billing=80, delivery=60),
                "test": _labelled(billing=20, delivery=15, Billing=4),
            }
        ),
    )
    good = (
        Example(
            splits={
                "train": _labelled(billing=80, delivery=60, returns=1),
                "test": _labelled(billing=20, delivery=15, returns=5),
            }
        ),
        Example(
            splits={
                "train": [{"prompt": f"{n} + 1?", "completion": f"{n + 1}"} for n in range(150)],
                "test": [{"prompt": f"{n} + 1?", "completion": f"{n + 1}"} for n in range(200, 230)],
            },
            note="answers of their own are no labels",
        ),
    )

    least_rows: Annotated[int, Between(10, 1_000_000), "training rows below which nothing is said"] = 100

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        train = dataset.splits.get("train")
        if train is None or dataset.partial:
            return
        whole = Labels()
        for part in train.parts:
            if part.format is None:
                return
            whole.merge(part.measure(Labels), whole.rows)
        classes = whole.classes()
        if classes is None or whole.rows < self.least_rows:
            return
        column, known = classes
        for split, part in dataset.parts:
            if split.name not in ("validation", "test") or part.format is None:
                continue
            labels = part.measure(Labels)
            tally = labels.columns.get(column) if column else labels.answers
            if tally is None or not tally.counts or tally.total < 0.95 * labels.rows:
                continue
            unseen = {label: count for label, count in tally.counts.items() if label not in known}
            if unseen:
                kinds = "1 label" if len(unseen) == 1 else f"{len(unseen)} labels"
                yield Finding(
                    f"{kinds} in {split.name} ({sum(unseen.values()):,} rows) that train never shows, "
                    f"beside its {len(known)}",
                    path=part.path,
                )
