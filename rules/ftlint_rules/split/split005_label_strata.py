from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Dataset, Finding, Severity, Split
from ftlint.rule import Between, Example, Rule
from ftlint_rules.measures.labels import Labels


def _labelled(**counts: int) -> list[object]:
    rows: list[object] = []
    for label, count in counts.items():
        rows += [{"prompt": "Which team takes the ticket?", "completion": label}] * count
    return rows


class LabelStrata(Rule[Dataset]):
    """Labels that are spread differently in a held-out split than in training.

    ## Why it matters
    A score on rows with other shares of the classes is a score on another task: a model that always says
    the commonest class looks good or bad by the split alone. It comes from files sorted by class and cut at
    a line.

    ## What to do
    Split anew, stratified by the label.

    ## References
    Told when chance would do it less than once in 1,000 times (chi-square test of homogeneity, labels with
    under 5 expected rows put together, Wilson and Hilferty's approximation) and the total variation distance
    is at least `least_distance`: 0.1 means that a tenth of the rows would have to change their class.
    Labels are a `label`, `class` or `category` column, or else answers of up to 40 characters, where 2 to
    100 kinds cover nearly all rows. Splits under 50 rows are left alone.
    """

    code = "SPLIT005"
    name = "label-strata"
    severity = Severity.WARNING
    help = "split anew, stratified by the label"
    needs = (Labels,)
    bad = (
        Example(
            splits={
                "train": _labelled(billing=200, delivery=180, returns=20),
                "validation": _labelled(billing=10, delivery=15, returns=60),
            }
        ),
    )
    good = (
        Example(
            splits={
                "train": _labelled(billing=200, delivery=180, returns=20),
                "validation": _labelled(billing=45, delivery=50, returns=8),
            }
        ),
        Example(
            splits={
                "train": _labelled(billing=200, delivery=180, returns=20),
                "validation": _labelled(billing=10, delivery=15, returns=20),
            },
            note="45 rows are too few to tell",
        ),
    )

    least_distance: Annotated[float, Between(0.01, 1), "share of rows that would have to change class"] = 0.1
    least_rows: Annotated[int, Between(10, 1_000_000), "rows below which a split is left alone"] = 50

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        train = _counts(dataset.splits.get("train"))
        if train is None:
            return
        for name in ("validation", "test"):
            other = _counts(dataset.splits.get(name))
            if other is None or other[0] != train[0]:
                continue
            ours, theirs = train[1], other[1]
            if min(sum(ours.values()), sum(theirs.values())) < self.least_rows:
                continue
            distance = _distance(ours, theirs)
            if distance >= self.least_distance and _is_unlikely(ours, theirs):
                yield Finding(
                    f"{distance:.0%} of the rows of {name} would have to change their "
                    f"{train[0] or 'answer'} to match train ({sum(theirs.values()):,} and "
                    f"{sum(ours.values()):,} rows, {len(ours | theirs)} labels)",
                    path=dataset.splits[name].path,
                )


def _counts(split: Split | None) -> tuple[str, dict[int, int]] | None:
    """What the split is classified by, and each label's count over all of its files."""
    if split is None:
        return None
    whole = Labels()
    for part in split.parts:
        if part.format is None:
            return None
        whole.merge(part.measure(Labels), whole.rows)
    return whole.classes()


def _distance(ours: dict[int, int], theirs: dict[int, int]) -> float:
    """Total variation distance of two distributions given as counts, 0 to 1."""
    mine, other = sum(ours.values()), sum(theirs.values())
    shares = [ours.get(label, 0) / mine - theirs.get(label, 0) / other for label in ours | theirs]
    return sum(map(abs, shares)) / 2


def _is_unlikely(ours: dict[int, int], theirs: dict[int, int]) -> bool:
    """Whether one source would give two samples this different less than once in 1,000 times."""
    mine, other = sum(ours.values()), sum(theirs.values())
    share = min(mine, other) / (mine + other)
    cells = [(ours.get(label, 0), theirs.get(label, 0)) for label in ours | theirs]
    common = [cell for cell in cells if sum(cell) * share >= 5]
    rare = [cell for cell in cells if sum(cell) * share < 5]
    if rare:
        common.append((sum(cell[0] for cell in rare), sum(cell[1] for cell in rare)))
    freedom = len(common) - 1
    if freedom < 1:
        return False
    statistic = 0.0
    for cell in common:
        for seen, size in zip(cell, (mine, other), strict=True):
            expected = sum(cell) * size / (mine + other)
            statistic += (seen - expected) ** 2 / expected
    spread = 2 / (9 * freedom)
    deviation = ((statistic / freedom) ** (1 / 3) - (1 - spread)) / spread**0.5
    return bool(deviation > 3.09)
