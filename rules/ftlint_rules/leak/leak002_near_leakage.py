from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.detect.near.sketches import RowSketches
from ftlint.model import Dataset, Finding, Related
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.leak.held_out import ALIKE, Shared, held_out

LETTER = (
    "Dear neighbours, on Saturday we move the old piano from the third floor to the van, and the stairs "
    "will be blocked from nine until noon; the lift stays free. Whoever can lend a hand is asked to ring "
    "at number five."
)
SUMMARY = (
    "The stairs are blocked on Saturday morning because a piano is moved; help is welcome at number five."
)
RECIPE = (
    "Peel four apples, cut them small, fry them in butter with cinnamon, stir in two spoons of honey and "
    "let it all cool before you fold it into the dough that has rested overnight in a cold place."
)


class NearLeakage(Rule[Dataset]):
    """A held-out row says nearly the same as a row of another split.

    ## Why it matters
    A validation row with a word changed is no test of what was learnt: its answer was seen. Validation loss
    looks better than it is, and the reported score is too high. Copies that are not exact pass every check
    for equal rows, and a random split of data with near-duplicates makes plenty of them.

    ## What to do
    Remove near-duplicates before splitting (`near-duplicate` finds them), or take the named rows out of the
    held-out split.

    Told once for each row of validation, test or general data that is near a training row, and for each test
    row near a validation row; the row named is the most similar one that was verified. How rows are compared,
    and what is left out as boilerplate, is said at `near-duplicate`. Rows that are equal to the character are
    left to `split-leakage`, equal prompts with other answers to `prompt-leakage`.

    ## References
    Lee et al. 2022, arXiv:2107.06499: 4% of the validation data of a much-used web corpus had a
    near-duplicate in its training data.
    On 56 public files: 5 hits, 5 looked at, 5 true.
    """

    code = "LEAK002"
    name = "near-leakage"
    severity = Severity.WARNING
    headline = "{count} rows say nearly the same as a row of {related}"
    help = "take them out of the held-out split, and split after removing near-duplicates"
    needs = (RowHashes, RowSketches)
    bad = (
        Example(
            splits={
                "train": [chat(LETTER, SUMMARY), chat(RECIPE, "A filling for a cake.")],
                "validation": [chat(LETTER + " Thank you!", SUMMARY), chat("Who?", "Me.")],
            }
        ),
        Example(splits={"train": [{"text": RECIPE}], "test": [{"text": RECIPE.upper()}]}, format="text"),
        Example(
            splits={
                "train": [chat("Hi", "Hello!")],
                "validation": [chat(LETTER, SUMMARY)],
                "test": [chat(LETTER, SUMMARY + " Please ring.")],
            }
        ),
    )
    good = (
        Example(splits={"train": [chat(LETTER, SUMMARY)], "validation": [chat(LETTER, SUMMARY)]}),
        Example(splits={"train": [chat(LETTER, SUMMARY)], "validation": [chat(RECIPE, SUMMARY)]}),
        Example(splits={"train": [chat(LETTER, SUMMARY), chat(LETTER + " Thank you!", SUMMARY)]}),
        Example(
            splits={"train": [chat("Say hi!", "Hi")], "validation": [chat("Say hi", "Hi")]}, note="short"
        ),
    )

    similarity: Annotated[float, Between(0.7, 1), "Jaccard similarity from which rows are alike"] = ALIKE

    def compared(self) -> Mapping[str, float]:
        return {"row": self.similarity}

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        likeness = dataset.near.get(("row", self.similarity))
        if likeness is None:
            return
        for held, other in held_out(dataset):
            whole = Shared(held, other).whole
            for near in likeness.across.get((held.name, other.name), ()):
                if (near.part.path, near.row) in whole:
                    continue
                yield Finding(
                    f"similarity {near.shown} to a row of {near.other.path}",
                    row=near.row,
                    path=near.part.path,
                    related=Related(near.other.path, near.before),
                )
