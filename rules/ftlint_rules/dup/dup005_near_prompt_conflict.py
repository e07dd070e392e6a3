from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated

from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.detect.near.sketches import PromptSketches
from ftlint.detect.repeats import joined, tally
from ftlint.model import Dataset, Finding, Part, Related
from ftlint.model.near import Near
from ftlint.rule import Between, Example, Rule, Severity, chat

KINDS = ("chat", "completion")

LABEL = 5
"""Rows that have an answer from which on it is a label."""

REVIEW = (
    "Is this review of a hotel good or bad? The room was clean and quiet, the breakfast was plain but "
    "there was enough of it, and the people at the desk found us a taxi at four in the morning without a "
    "word of complaint"
)
TASK = (
    "List the steps by which a parcel that was sent to the wrong town finds its way back to the sender, "
    "from the moment the mistake is seen at the counter until the parcel is handed over at the door again."
)
MAPS = [
    chat(f"Is this a good or a bad note on map number {n}? It has a scale of one to {n} hundred.", label)
    for n in range(10)
    for label in (("good", "bad")[n % 2],)
]


class NearPromptConflict(Rule[Dataset]):
    """A prompt that nearly stood earlier is answered differently here.

    ## Why it matters
    Two annotators met the same item, with a comma more or a word changed, and did not agree. Training on both
    teaches neither; in a validation split it puts a ceiling on the score. Looking for equal prompts misses
    these.

    ## What to do
    Decide for one answer, or drop the row that is wrong. Items that do differ in the changed word are right
    as they are: ignore the rule for those rows.

    Told where the prompts of two rows of one split have the same words in the same order (case, punctuation
    and white space apart) and their answers differ: as information where the answers are free, for they may
    say the same in other words. Told as a warning where the answers are two different labels, which five rows
    or more of the split have; then a similarity of `similarity` or more is enough, as at `near-duplicate`.
    Free answers to prompts that differ by a word are not told: the word may be what makes the difference.
    Prompts of fewer than 20 words are not compared, equal ones are told by `conflicting-answers`.

    ## References
    Northcutt et al. 2021, "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks",
    arXiv:2103.14749: 3.3% of the labels of ten test sets are wrong. That 0.95 parts a slip from another item,
    and that five rows make a label, is our choice.
    On 56 public files: 29 hits, 21 looked at, 18 true.
    """

    code = "DUP005"
    name = "near-prompt-conflict"
    severity = Severity.WARNING
    headline = "{count} rows answer nearly the same prompt differently"
    help = "keep one answer to each prompt"
    needs = (RowHashes, PromptSketches)
    bad = (
        Example([chat(TASK, "First ..."), chat("Hi", "Hello!"), chat(TASK.replace(",", " -"), "Call us.")]),
        Example([*MAPS, chat(REVIEW, "good"), chat(f"{REVIEW}, ever", "bad")]),
    )
    good = (
        Example([chat(TASK, "First ..."), chat(TASK, "Call us.")], note="equal: `conflicting-answers`"),
        Example([*MAPS, chat(REVIEW, "good"), chat(f"{REVIEW}, ever", "good")]),
        Example([chat(REVIEW, "Yes, he is."), chat(f"{REVIEW}, ever", "No.")], note="free answers"),
        Example([chat("Good or bad: fine.", "good"), chat("Good or bad? Fine.", "bad")], note="short"),
    )

    similarity: Annotated[float, Between(0.8, 1), "similarity from which prompts ask for one label"] = 0.95

    def compared(self) -> Mapping[str, float]:
        return {"prompt": self.similarity}

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        likeness = dataset.near.get(("prompt", self.similarity))
        for split in dataset.splits.values() if likeness else ():
            alike = likeness.within.get(split.name, ()) if likeness else ()
            pairs = [(near, answers) for near in alike if (answers := self._differing(near))]
            if pairs:
                labels = _labels(split.parts, {answer for _, answers in pairs for answer in answers})
                yield from self._told(pairs, labels)

    def _differing(self, near: Near) -> tuple[int, int] | None:
        """The answers of two rows whose prompts are near but not equal, where they differ."""
        if not all(map(_is_answered, (near.part, near.other))):
            return None
        asked, answer = near.part.measure(RowHashes).answer(near.row)
        asked_before, answer_before = near.other.measure(RowHashes).answer(near.before)
        return (answer, answer_before) if asked != asked_before and answer != answer_before else None

    def _told(
        self, pairs: Iterable[tuple[Near, tuple[int, int]]], labels: frozenset[int]
    ) -> Iterator[Finding]:
        for near, answers in pairs:
            if not near.equal and not labels.issuperset(answers):
                continue
            labelled = labels.issuperset(answers)
            where = "" if near.other is near.part else f" of {near.other.path}"
            how = "the words of" if near.equal else f"similarity {near.shown} to"
            which = "an earlier" if near.later else "another"
            yield Finding(
                f"prompt has {how} {which} one{where}, another {'label' if labelled else 'answer'}",
                row=near.row,
                path=near.part.path,
                severity=self.severity if labelled else Severity.INFO,
                related=Related(near.other.path, near.before),
            )


def _is_answered(part: Part) -> bool:
    return part.format is not None and part.format.kind in KINDS


def _labels(parts: Sequence[Part], answers: set[int]) -> frozenset[int]:
    """Which of the answers are labels."""
    counted = tally(joined([part.measure(RowHashes).targets for part in parts if part.format]), answers)
    return frozenset(answer for answer, count in counted.items() if count >= LABEL)
