from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.detect.repeats import differing
from ftlint.model import Dataset, Finding, Part, Related
from ftlint.model.batch import EMPTY_HASH
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.measures.joined_rows import JoinedRows

KINDS = ("chat", "completion")

FEW = 10
"""Rows: below this a large share says nothing about how a file was made."""

HABIT = 5
"""Prompts with several answers on purpose that make a habit."""


def _pictured(image: str, answer: str) -> dict[str, Any]:
    parts = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": image}}]
    return {"messages": [{"role": "user", "content": parts}, {"role": "assistant", "content": answer}]}


class ConflictingAnswers(Rule[Dataset]):
    """A prompt that stood earlier is answered differently here.

    ## Why it matters
    Two answers to one prompt pull the model in two directions; where only one is right, half of the
    training on it teaches the mistake. In classification data it is a labelling error.

    ## What to do
    Decide for one answer, or give each prompt what makes its answer the right one. Where several answers are
    wanted (sampled variants, creative writing), ignore this rule for the file.

    Judged per split, on the whole prompt: system prompt, earlier turns, tools and images included. A prompt
    with `variants` different answers or more (three by default) was probably given them on purpose: it is
    told once, as information, at the first row that differs; and where most prompts with more than one
    answer are like that, so are the others. A split in which most rows share their prompt with others
    (`sampled`, one half by default) was evidently made that way: it is told once per file, as information.
    Preference, unpaired and stepwise data have several answers to a prompt by design and are left out; an
    empty prompt is no prompt.

    ## References
    Measured on 39,372 rows of 42 public fine-tuning files: 235 prompts (0.6%) with more than one answer,
    142 of them in one file. In the public files looked at, prompts with three answers or more were written
    that way (a chatbot's ways to say its name, answers headed "Variation 1" to "Variation 3"). That a half
    means sampling is our choice, not a measurement.
    On 56 public files: 99 hits, 20 looked at, 18 true.
    """

    code = "DUP002"
    name = "conflicting-answers"
    severity = Severity.WARNING
    headline = "{count} rows answer an earlier prompt differently"
    help = "keep one answer to each prompt"
    needs = (RowHashes,)
    bad = (
        Example(
            [
                chat("Capital of Peru?", "Lima"),
                chat("Capital of Chile?", "Santiago"),
                chat("Capital of Cuba?", "Havana"),
                chat("Capital of Peru?", "Cusco"),
            ]
        ),
        Example(
            [{"prompt": "Write a haiku.", "completion": f"haiku {n}"} for n in range(12)],
            note="sampled answers: told once",
        ),
        Example(
            [*(chat("Who are you?", f"I am Ann, clerk no. {n}.") for n in range(3))]
            + [chat(f"Capital {n}?", f"Town {n}.") for n in range(9)],
            note="three ways to say it: told once, as information",
        ),
    )
    good = (
        Example([chat("Capital of Peru?", "Lima"), chat("Capital of Peru?", "Lima")]),
        Example([chat("Go on", "One.", system="Count."), chat("Go on", "A.", system="Spell.")]),
        Example([chat("Hi", "Hello", "Name?", "Ann"), chat("Hi", "Good day", "Name?", "Bob")]),
        Example([{"prompt": "", "completion": "A tale."}, {"prompt": "", "completion": "Another tale."}]),
        Example(
            [
                {"prompt": "2+2?", "completion": "4", "label": True},
                {"prompt": "2+2?", "completion": "5", "label": False},
            ],
            note="unpaired preference data",
        ),
        Example([_pictured("cat.png", "A cat."), _pictured("dog.png", "A dog.")], note="another image"),
    )

    variants: Annotated[
        int, Between(2, 1_000), "different answers to one prompt from which on they are meant"
    ] = 3
    sampled: Annotated[
        float, Between(0, 1), "share of rows that share their prompt: answers were sampled"
    ] = 0.5

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for split in dataset.splits.values():
            parts = [part for part in split.parts if part.format and part.format.kind in KINDS]
            if parts:
                yield from self.conflicts(parts)

    def conflicts(self, parts: Sequence[Part]) -> Iterator[Finding]:
        rows = JoinedRows(parts)
        found = differing(rows.prompts, rows.keys, EMPTY_HASH)
        sharing = len(found.later) + len(found.told)
        if sharing >= FEW and sharing >= self.sampled * (len(rows) - found.repeated):
            yield from _once_per_file(rows, found.later)
            return
        varied = sum(size + 1 >= self.variants for size in found.sizes)
        habit = varied >= HABIT and 2 * varied >= len(found.sizes)
        for index, size in zip(found.told, found.sizes, strict=True):
            part, row = rows.place(found.later[index])
            origin, before = rows.place(found.first[index])
            where = "" if origin is part else f" of {origin.path}"
            many = size + 1
            meant = habit or many >= self.variants
            more = f"; {many} different ones in all: on purpose?" if meant else ""
            yield Finding(
                f"same prompt as an earlier row{where}, another answer{more}",
                row=row,
                path=part.path,
                severity=Severity.INFO if meant else self.severity,
                related=Related(origin.path, before),
            )


def _once_per_file(rows: JoinedRows, found: Sequence[int]) -> Iterator[Finding]:
    counts = Counter(map(rows.file, found))
    for file, count in sorted(counts.items()):
        yield Finding(
            f"{count:,} of {len(rows.hashes[file]):,} answer an earlier prompt differently: sampled?",
            path=rows.parts[file].path,
            severity=Severity.INFO,
        )
