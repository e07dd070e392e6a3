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

    Found are answers of 20 characters or more that equal the user's last turn. Where the instruction has a
    column of its own and the answer equals only the `input`, that may well be the answer ("sort these",
    which are sorted): it counts only where more than `most` of a file's rows do it, which is then told once.

    ## References
    The three rows of the public files whose answer equals their `input` are all right as they are; hence
    such rows are not told one by one.
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
                    "input": f"Text {n} about bees.",
                    "output": f"Text {n} about bees.",
                }
                for n in range(100, 112)
            ],
            note="told once",
        ),
    )
    good = (
        Example([chat("Say: yes", "yes"), chat("Yes?", "Yes?")]),
        Example([chat("How far is the moon from here?", "How far is the moon from here? About 384,400 km.")]),
        Example(
            [{"instruction": "Mend it.", "input": "The bees are flying.", "output": "The bees are flying."}],
            note="nothing was to be mended",
        ),
        Example([chat("Which of them is it: the old city hall?", "the old city hall?")]),
    )

    most: Annotated[float, Between(0, 1), "share of rows that copy from which on it is told once"] = 0.2

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, found in measured(dataset, Echoes):
            copied = len(found.rows) + found.inputs
            if copied >= FEW and copied > self.most * part.records:
                yield Finding(
                    f"{copied:,} of {part.records:,} answers only repeat the prompt", path=part.path
                )
                continue
            for row in found.rows:
                yield Finding("the answer only repeats the prompt", row=row, path=part.path)
