from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.detect.near.sketches import CompletionSketches, PromptSketches, RowSketches
from ftlint.detect.repeats import repeats
from ftlint.model import Dataset, Drop, Finding, Fix, Related, Split
from ftlint.model.near import Near
from ftlint.rule import Between, Example, Measure, Rule, Severity, chat
from ftlint_rules.measures.joined_rows import JoinedRows

DROP = Fix("drop this row", (Drop(),), safe=False)

PAIRED = ("preference", "unpaired", "stepwise")
"""Kinds of data that have several rows to a prompt by design."""

SKETCHES: dict[str, type[Measure]] = {
    "row": RowSketches,
    "prompt": PromptSketches,
    "completion": CompletionSketches,
}

QUESTION = (
    "Our shop sold forty loaves on Monday, fifty two on Tuesday and, because of the fair in the next "
    "village, ninety on Wednesday. How many loaves did we bake each day if none was left over and we bake "
    "only at night?"
)
ANSWER = (
    "Every loaf that was baked was also sold, so the shop baked as many as it sold: forty for Monday, "
    "fifty two for Tuesday and ninety for Wednesday, each time in the night before."
)
OTHER = (
    "A gardener wants to plant three rows of tulips along a path of twelve metres, one bulb every thirty "
    "centimetres, and asks how many bulbs to buy if one in ten does not come up in spring."
)
SHOTS = " ".join(
    f"Question {n}: what is the capital of country number {n}? Answer: it is the town called {n}ville."
    for n in range(9)
)


class NearDuplicate(Rule[Dataset]):
    """A row says nearly the same as an earlier row.

    ## Why it matters
    Copies with a word changed are trained on like copies: they are memorised, they crowd out the rest, and a
    random split puts one in training and its twin in validation.

    ## What to do
    Keep one row of each cluster: the unsafe fix drops all but the first. Where rows are variants on purpose,
    ignore the rule for the file or raise `similarity`.

    Two rows are alike when the sets of their runs of five words have a Jaccard similarity of `similarity` or
    more: words in lower case, without punctuation; of scripts without word spaces every sign is a word. What
    a tenth of all prompts share (instructions, fixed shots, schemas) and system prompts that many rows have
    are left out first, so that rows made from one template are not alike by the template. Texts of fewer than
    20 words are only compared exactly, by `exact-duplicate`, and so are further pairs of answers to one
    prompt in preference data. Rows that ask
    with other tools or pictures are different rows. The similarity that is told was computed exactly, by
    reading both rows again; rows of the same words are told by a hash of all of them. The first record of a
    cluster stands for it and is not told.

    ## References
    Lee et al. 2022, "Deduplicating Training Data Makes Language Models Better", arXiv:2107.06499: runs of
    five words, a similarity of 0.8.
    On 56 public files: 158 hits, 21 looked at, 18 true.

    ## Known limits
    Pairs are looked for with signatures that find 99.8% of those at 0.8, and more of those above. Signs are
    not words: `a < b` and `a > b` are alike. What half of a cluster of eight rows or more share is taken for
    a template, too, where enough is left of each row to compare by. Rows that share a long passage with fewer
    (a retrieved document, a schema) are alike by it. And where a tenth of all prompts, and eight at least,
    are copies of one with short answers, they are taken for a template.
    """

    code = "DUP004"
    name = "near-duplicate"
    severity = Severity.WARNING
    fixable = "unsafe"
    headline = "{count} rows say nearly the same as an earlier row"
    help = "keep one of each cluster"
    needs = (RowHashes, RowSketches)
    bad = (
        Example([chat(QUESTION, ANSWER), chat(OTHER, "Forty."), chat(QUESTION, ANSWER + " Well done.")]),
        Example([chat(QUESTION, ANSWER), chat(OTHER, "Forty."), chat(QUESTION.upper(), ANSWER)]),
        Example(
            [
                {"text": "春眠不觉晓处处闻啼鸟夜来风雨声花落知多少床前明月光疑是地上霜举头望明月低头思故乡"},
                {"text": "春眠不觉晓处处闻啼鸟夜来风雨声花落知多少床前明月光疑是地上霜举头望明月低头思故人"},
            ],
            format="text",
        ),
        Example(
            [chat(OTHER, ANSWER), chat("How many?", ANSWER + " So it is.")],
            options={"of": "completion"},
        ),
    )
    good = (
        Example([chat(QUESTION, ANSWER), chat(OTHER, ANSWER)], note="the same answer to another question"),
        Example([chat(QUESTION, ANSWER), chat(QUESTION, ANSWER)], note="an exact duplicate"),
        Example(
            [chat(f"{SHOTS} Question: how high is hill {n}?", f"{n} metres and a bit.") for n in range(12)],
            note="alike by their fixed shots alone",
        ),
        Example(
            [chat("Hi!", f"Hello {n}!", system=QUESTION + ANSWER + OTHER) for n in range(12)],
            note="alike by their system prompt alone",
        ),
        Example([chat("Which animal is it?", "🐈"), chat("Which animal is it??", "🐕")]),
        Example(
            splits={
                "train": [chat(QUESTION, ANSWER)],
                "validation": [chat(QUESTION, ANSWER + " Well done.")],
            },
            note="across splits it is a leak: `near-leakage`",
        ),
    )

    similarity: Annotated[float, Between(0.7, 1), "Jaccard similarity from which rows are alike"] = 0.8
    of: Annotated[Literal["row", "prompt", "completion"], "what of each row is compared"] = "row"

    def measures(self) -> Sequence[type[Measure]]:
        return (RowHashes, SKETCHES[self.of])

    def compared(self) -> Mapping[str, float]:
        return {self.of: self.similarity}

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        likeness = dataset.near.get((self.of, self.similarity))
        for split in dataset.splits.values() if likeness else ():
            alike = likeness.within.get(split.name, ()) if likeness else ()
            rows = RowsByPlace(split) if alike else None
            for near in alike:
                if rows and not rows.told(near):
                    yield self._finding(near)

    def _finding(self, near: Near) -> Finding:
        where = "" if near.other is near.part else f" of {near.other.path}"
        which = "an earlier" if near.later else "another"
        first, row = near.first
        apart = (first.path, row) != (near.other.path, near.before)
        more = f"; record {row + 1:,} of {first.path} stands for {near.size:,} such rows" if apart else ""
        return Finding(
            f"similarity {near.shown} to {which} row{where}{more}",
            row=near.row,
            path=near.part.path,
            related=Related(near.other.path, near.before),
            fix=DROP,
        )


class RowsByPlace:
    """What exact comparison says of the rows of a split."""

    def __init__(self, split: Split) -> None:
        rows = JoinedRows(split.parts)
        self.repeated = {part.path: bytearray(part.rows) for part in rows.parts}
        for later, _ in repeats(rows.keys):
            part, row = rows.place(later)
            self.repeated[part.path][row] = 1

    def told(self, near: Near) -> bool:
        """Whether the row repeats another to the character, or is a further pair of answers to a prompt."""
        if self.repeated[near.part.path][near.row]:
            return True
        if not all(
            part.format is not None and part.format.kind in PAIRED for part in (near.part, near.other)
        ):
            return False
        asked, _ = near.part.measure(RowHashes).answer(near.row)
        asked_before, _ = near.other.measure(RowHashes).answer(near.before)
        return asked == asked_before
