from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Between, Example, Rule, chat


def _chats(count: int) -> list[object]:
    return [chat("Where is my parcel?", "On its way.")] * count


class TinyHeldOut(Rule[Dataset]):
    """A held-out split too small to measure anything.

    ## Why it matters
    With 10 rows, one answer more or less is 10 points. Checkpoints and runs are then chosen by chance.

    ## What to do
    Hold out more rows: 100 give a proportion to within 10 points, 1,000 to within 3. With few rows in all,
    cross-validation uses each of them.

    ## References
    95 % half-width of a proportion at its widest, 1.96 * sqrt(0.25 / n): 36 points at 8 rows, 18 at 30, 10 at
    100. `least_rows` 30 is where the normal approximation behind it begins to hold.
    On 56 public files: 1 hit, 1 looked at, 1 true.
    """

    code = "SPLIT006"
    name = "tiny-held-out"
    severity = Severity.WARNING
    worse = "fewer"
    help = "hold out more rows"
    bad = (Example(splits={"train": _chats(120), "validation": _chats(12)}),)
    good = (
        Example(splits={"train": _chats(270), "validation": _chats(30)}),
        Example(splits={"train": _chats(8)}, note="nothing is held out: SPLIT004"),
    )

    least_rows: Annotated[int, Between(1, 1_000_000), "rows below which a split measures nothing"] = 30

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        if dataset.evidence == "lone" or dataset.partial or "train" not in dataset.splits:
            return
        for name in ("validation", "test"):
            split = dataset.splits.get(name)
            if split is None or not 0 < split.records < self.least_rows:
                continue
            width = min(50.0, 98 / split.records**0.5)
            yield Finding(
                f"{name} has {split.records} examples: a share measured on them is good to "
                f"+-{width:.0f} points",
                path=split.path,
            )
