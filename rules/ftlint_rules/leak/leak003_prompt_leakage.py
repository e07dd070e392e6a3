from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Annotated

from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.detect.near.sketches import PromptSketches, RowSketches
from ftlint.model import Dataset, Finding, Related
from ftlint.model.near import Near
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.leak.held_out import ALIKE, Shared, held_out

KINDS = ("chat", "completion", "preference", "unpaired", "prompt")

STORY = (
    "A ferry leaves the island at seven and needs two hours to the mainland; the bus to the capital waits "
    "for it and takes ninety minutes more. Mira has to be at her desk in the capital at eleven, a walk of "
    "ten minutes."
)
ROUTE = (
    "The ferry that leaves at seven reaches the mainland at nine, the bus gets to the capital at half past "
    "ten and the walk ends at twenty to eleven, so she is there in time."
)
WEATHER = (
    "Write two sentences for sailors about the wind tomorrow: in the morning it blows weakly from the "
    "south, by noon it turns to the west and grows, and gusts are to be expected near the lighthouse."
)


class PromptLeakage(Rule[Dataset]):
    """A held-out prompt also stands in another split, with another answer.

    ## Why it matters
    The question was trained on. An evaluation that compares with the held-out answer rewards what was
    remembered, and a judge that reads both answers sees one it has met. Data with several sampled answers to
    each prompt leaks in this way whenever it is split row by row.

    ## What to do
    Split by prompt: all rows of one prompt belong in one split. Or take the named rows out of the held-out
    split.

    Told once for each row of validation, test or general data whose prompt stands in training data, and for
    each test row whose prompt stands in validation data: the whole prompt, system prompt and earlier turns
    included, to the character; or, from 20 words on and without shared boilerplate, with a similarity of
    `similarity` or more as at `near-duplicate`. Rows whose answer is the same, too, or nearly, are told by
    `split-leakage` and `near-leakage`. Text without a prompt has none that could leak.

    ## References
    Measured on public repositories: in one, 408 of 410 validation prompts stand in the training file.
    On 56 public files: 1 hit, 1 looked at, 1 true.
    """

    code = "LEAK003"
    name = "prompt-leakage"
    severity = Severity.WARNING
    headline = "{count} prompts also stand in {related}, with other answers"
    help = "split by prompt: all its rows in one split"
    needs = (RowHashes, RowSketches, PromptSketches)
    bad = (
        Example(
            splits={
                "train": [chat("Name a colour.", "Red."), chat("Name a town.", "Rome.")],
                "validation": [chat("Name a colour.", "Blue."), chat("Name a river.", "Rhine.")],
            }
        ),
        Example(
            splits={
                "train": [chat(f"{STORY} Is she late?", "No."), chat(WEATHER, "West, growing.")],
                "test": [chat(f"{STORY} Is she too late?", ROUTE)],
            }
        ),
    )
    good = (
        Example(
            splits={"train": [chat("Hi", "Hello!")], "validation": [chat("Hi", "Hello!")]},
            note="the same answer, too: `split-leakage`",
        ),
        Example(
            splits={
                "train": [chat("Go on.", "Two.", system="Count.")],
                "validation": [chat("Go on.", "B.", system="Spell.")],
            },
            note="not the same prompt",
        ),
        Example(
            splits={"train": [chat(STORY, ROUTE)], "validation": [chat(WEATHER, ROUTE)]},
            note="the same answer to another prompt",
        ),
        Example(
            splits={"train": [chat(STORY, ROUTE)], "validation": [chat(STORY + " Is it?", ROUTE)]},
            note="nearly the same row: `near-leakage`",
        ),
        Example(splits={"train": [{"text": STORY}], "validation": [{"text": WEATHER}]}, format="text"),
    )

    similarity: Annotated[float, Between(0.7, 1), "Jaccard similarity from which prompts are alike"] = 0.8

    def compared(self) -> Mapping[str, float]:
        return {"row": ALIKE, "prompt": self.similarity}

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        rows, prompts = dataset.near.get(("row", ALIKE)), dataset.near.get(("prompt", self.similarity))
        for held, other in held_out(dataset):
            exact = Shared(held, other)
            between = held.name, other.name
            told = set(exact.whole)
            if rows is not None:
                told |= {(near.part.path, near.row) for near in rows.across.get(between, ())}
            yield from _equal(exact, told)
            if prompts is not None:
                yield from self._near(prompts.across.get(between, ()), told.union(exact.prompts))

    def _near(self, alike: Iterable[Near], told: Collection[tuple[str, int]]) -> Iterator[Finding]:
        for near in alike:
            if (near.part.path, near.row) not in told:
                yield Finding(
                    f"prompt of similarity {near.shown} to a row of {near.other.path}",
                    row=near.row,
                    path=near.part.path,
                    related=Related(near.other.path, near.before),
                )


def _equal(exact: Shared, told: Collection[tuple[str, int]]) -> Iterator[Finding]:
    for (path, row), (part, (origin, before)) in exact.prompts.items():
        if (path, row) not in told and part.format is not None and part.format.kind in KINDS:
            yield Finding(
                f"same prompt as a row of {origin.path}, another answer",
                row=row,
                path=path,
                related=Related(origin.path, before),
            )
