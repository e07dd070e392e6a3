from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Between, Example, Rule, chat


def _chats(count: int) -> list[object]:
    return [chat("Where is my parcel?", "On its way.")] * count


class BadSplit(Rule[Dataset]):
    """Split sizes far from what training and measuring need.

    ## Why it matters
    Every held-out row is a row the model does not learn from; too few of them measure nothing. Names that
    were swapped, or a validation file from another project, show here first.

    ## What to do
    Split anew, about 80 % for training and 10 % each for validation and test, by conversation or customer
    where rows belong together. With tens of thousands of rows, a few thousand held out are enough.

    ## References
    80/10/10 is common practice. The defaults leave it wide room: held-out splits up to 30 % each
    (GSM8K's test is 15 %), training no less than half, and a small share only where the split also has
    under `enough_rows` rows: 1,000 rows measure a proportion to within 3.1 points (95 %, binomial).
    On 56 public files: 1 hit, 1 looked at, 1 true.
    """

    code = "SPLIT002"
    name = "bad-split"
    severity = Severity.WARNING
    worse = "either"
    help = "split anew, about 80/10/10"
    bad = (
        Example(splits={"train": _chats(60), "validation": _chats(90)}),
        Example(splits={"train": _chats(120), "validation": _chats(60)}),
        Example(splits={"train": _chats(1_000), "validation": _chats(12)}),
        Example(splits={"train": _chats(300), "validation": _chats(20), "test": _chats(280)}),
    )
    good = (
        Example(splits={"train": _chats(160), "validation": _chats(20), "test": _chats(20)}),
        Example(
            splits={"train": _chats(150), "test": _chats(50)}, note="a quarter held out is within bounds"
        ),
        Example(splits={"train": _chats(100)}, note="nothing is held out: SPLIT004"),
        Example(
            splits={"train": _chats(100), "general": _chats(400)},
            note="rows mixed in against forgetting are no split",
        ),
    )

    most_held_out: Annotated[float, Between(0.05, 0.95), "largest share of one held-out split"] = 0.30
    least_train: Annotated[float, Between(0.05, 0.95), "smallest share of training rows"] = 0.50
    least_held_out: Annotated[float, Between(0, 0.5), "smallest share of one held-out split"] = 0.02
    enough_rows: Annotated[int, Between(1, 1_000_000), "held-out rows that are enough at any share"] = 1_000

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        sizes = {
            name: dataset.splits[name].records
            for name in ("train", "validation", "test")
            if name in dataset.splits and dataset.splits[name].records
        }
        total = sum(sizes.values())
        if dataset.evidence == "lone" or dataset.partial or "train" not in sizes or len(sizes) < 2:
            return
        held_out = {name: size for name, size in sizes.items() if name != "train"}
        largest = max(held_out, key=lambda name: held_out[name])
        parts = "/".join(f"{100 * size / total:.0f}" for size in sizes.values())
        told = f"{' / '.join(f'{name} {size:,}' for name, size in sizes.items())} examples ({parts} %)"
        if held_out[largest] > sizes["train"]:
            yield Finding(f"{largest} is larger than train: {told}", path=dataset.splits[largest].path)
        elif held_out[largest] > self.most_held_out * total:
            yield Finding(
                f"{largest} takes more than {self.most_held_out:.0%}: {told}",
                path=dataset.splits[largest].path,
            )
        elif sizes["train"] < self.least_train * total:
            yield Finding(
                f"train has less than {self.least_train:.0%}: {told}", path=dataset.splits["train"].path
            )
        for name, size in held_out.items():
            if size < self.least_held_out * total and size < self.enough_rows:
                yield Finding(
                    f"{name} has less than {self.least_held_out:.0%}: {told}", path=dataset.splits[name].path
                )
