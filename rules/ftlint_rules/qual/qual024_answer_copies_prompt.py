from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Dataset, Finding
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.measures.echoes import Echoes
from ftlint_rules.measures.measured import measured

FEW = 10
"""Rows: below this a large share says nothing about how a file was made."""


class AnswerCopiesPrompt(Rule[Dataset]):
    """The answer is the prompt once more, word for word.

    ## Why it matters
    A column was taken twice, or a model gave the text back untouched. The tuned model learns to echo.

    ## What to do
    Write the answer, or drop the row. In correction tasks a sentence without mistakes is rightly given back:
    say "no change" instead, or ignore the rule for the file.

    Found are answers of 20 characters or more that equal the last piece of the prompt (the user's last
    turn, or the `input` column). Where more than `most` of a file's rows do, it is made for copying and
    told once.

    ## References
    Measured on 39,372 rows of 42 public fine-tuning files: 3 rows.
    """

    code = "QUAL024"
    name = "answer-copies-prompt"
    severity = Severity.WARNING
    headline = "{count} answers only repeat the prompt"
    help = "write the answer, or drop the row"
    needs = (Echoes,)
    bad = (
        Example([chat("How far is the moon from here?", "How far is the moon from here?")]),
        Example(
            [
                {
                    "instruction": "Sum up.",
                    "input": "A long text about bees.",
                    "output": "A long text about bees.",
                }
            ]
        ),
    )
    good = (
        Example([chat("Say: yes", "yes"), chat("Yes?", "Yes?")]),
        Example([chat("How far is the moon from here?", "How far is the moon from here? About 384,400 km.")]),
        Example([chat("Which of them is it: the old city hall?", "the old city hall?")]),
    )

    most: Annotated[float, Between(0, 1), "share of rows that copy from which on it is told once"] = 0.2

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, found in measured(dataset, Echoes):
            rows = found.rows
            if len(rows) >= FEW and len(rows) > self.most * part.records:
                yield Finding(
                    f"{len(rows):,} of {part.records:,} answers only repeat the prompt", path=part.path
                )
                continue
            for row in rows:
                yield Finding("the answer only repeats the prompt", row=row, path=part.path)
