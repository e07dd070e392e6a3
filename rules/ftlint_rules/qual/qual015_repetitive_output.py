from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Dataset, Finding
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.measures.loops import Loops
from ftlint_rules.measures.measured import measured


class RepetitiveOutput(Rule[Dataset]):
    """An answer ends in a loop: the same words again and again.

    ## Why it matters
    A model that got stuck wrote this. Trained on it, the tuned model gets stuck more often.

    ## What to do
    Drop the row, or cut the answer before the loop.

    An answer of 300 characters or more is found when it ends with the same piece, of up to 200 characters,
    four times in a row, 100 characters together at least. Rules made of dashes or spaces are no loop, a
    chorus that comes back after a verse neither. Of a preference only the chosen answer is judged.

    ## References
    Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", arXiv:1904.09751. Five rejected
    answers of preference data are all that the public files hold; those are loops, and rightly rejected.
    """

    code = "QUAL015"
    name = "repetitive-output"
    severity = Severity.WARNING
    headline = "{count} answers end in a loop"
    help = "drop the row, or cut the answer before the loop"
    needs = (Loops,)
    bad = (
        Example([chat("List countries.", "Canada, " + "Germany, Australia, Canada, " * 12 + "Germ")]),
        Example([chat("Pi?", "3.14" + "0" * 400)]),
    )
    good = (
        Example([chat("Draw a line.", "Here is one:\n" + "-" * 300)]),
        Example([chat("Sing!", ("Row, row, row your boat\nGently down the stream\n" * 3) + "x" * 90)]),
        Example([chat("Laugh.", "ha" * 40)]),
        Example(
            [{"prompt": "Name trees.", "chosen": "Oak and ash.", "rejected": "oak, ash, elm, fir, " * 30}],
            note="rejected, as it should be",
        ),
        Example(
            [chat("Table?", "| a | b |\n" + "\n".join(f"| row {n} | the same value |" for n in range(20)))]
        ),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, found in measured(dataset, Loops):
            for row in found.rows:
                yield Finding("the answer ends in a loop", row=row, path=part.path)
