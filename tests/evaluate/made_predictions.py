"""Predictions made up for the tests of comparisons."""

from collections.abc import Callable
from random import Random

from ftlint.evaluate.result import Prediction


def predictions(
    outputs: list[str],
    references: list[str],
    *,
    groups: Callable[[int], str] = lambda row: "",
    losses: list[float] | None = None,
    **more: object,
) -> list[Prediction]:
    """A row for each output; the id says which row it is."""
    return [
        Prediction(
            row=row,
            path="test.jsonl",
            id=f"row-{row}",
            group=groups(row),
            prompt=f"question {row}",
            reference=reference,
            output=output,
            loss=losses[row] if losses else None,
            tokens=3 + row % 5 if losses else 0,
            **more,  # type: ignore[arg-type]
        )
        for row, (output, reference) in enumerate(zip(outputs, references, strict=True))
    ]


def answering(
    rows: int,
    chance: Callable[[int], float],
    random: Random,
    *,
    copies: int = 1,
    told: bool = True,
    loss: float = 1.0,
) -> list[Prediction]:
    """A model that answers row i right with chance(i).

    Each `copies` rows in a row are duplicates that it answers alike; `told` says so by a group.
    """
    outputs: list[str] = []
    losses: list[float] = []
    for row in range(rows):
        if row % copies == 0:
            right, wrong = random.random() < chance(row), random.choice(["alpha", "beta 3", "alpha beta"])
            nats = loss + abs(random.gauss(0, 0.4))
        outputs.append(f"alpha {row} beta" if right else wrong)
        losses.append(nats)
    references = [f"alpha {row} beta" for row in range(rows)]
    groups = (lambda row: str(row // copies)) if told and copies > 1 else lambda row: ""
    return predictions(outputs, references, groups=groups, losses=losses)
