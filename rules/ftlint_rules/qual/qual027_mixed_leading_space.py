from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.model import Dataset, Finding
from ftlint.rule import Between, Example, Rule, Severity
from ftlint_rules.measures.answer_starts import KEPT, AnswerStarts
from ftlint_rules.measures.measured import measured

ENOUGH = 20
"""Answers: with fewer there is no habit to break."""


class MixedLeadingSpace(Rule[Dataset]):
    """A few answers begin with white space and the others do not, or the other way round.

    ## Why it matters
    " Yes" and "Yes" are different tokens. Where prompt and completion are joined without a template, a file
    that mixes both teaches two answers for one.

    ## What to do
    Begin all answers alike: without a space for chat formats, as the template wants it for plain completions.

    Told row by row where at most `few` of a file's answers differ from the rest.

    ## References
    OpenAI's old command-line tool advised a leading space in every completion, because its tokenizers join
    it to the word. Measured: 13% of 39,372 rows have outer white space, nearly all in files that have it
    throughout.
    On 56 public files: 1 hit, 1 looked at, 1 true.
    """

    code = "QUAL027"
    name = "mixed-leading-space"
    severity = Severity.INFO
    headline = "{count} answers differ from the rest in their leading space"
    help = "begin all answers alike"
    needs = (AnswerStarts,)
    bad = (
        Example([{"prompt": f"{n}:", "completion": f"{' ' if n else ''}{n * n}"} for n in range(30)]),
        Example([{"prompt": f"{n}:", "completion": f"{'' if n else ' '}{n * n}"} for n in range(30)]),
    )
    good = (
        Example([{"prompt": f"{n}:", "completion": f" {n * n}"} for n in range(30)]),
        Example([{"prompt": f"{n}:", "completion": f"{' ' if n % 2 else ''}{n * n}"} for n in range(30)]),
    )

    few: Annotated[float, Between(0, 0.5), "share of answers that may be called the exception"] = 0.1

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, starts in measured(dataset, AnswerStarts):
            total = starts.spaced + starts.plain
            fewer, rows = min((starts.spaced, starts.spaced_rows), (starts.plain, starts.plain_rows))
            if total < ENOUGH or not 0 < fewer <= self.few * total or fewer > KEPT:
                continue
            what = "begins with white space" if rows is starts.spaced_rows else "begins without a space"
            for row in rows:
                yield Finding(f"the answer {what}, {total - fewer:,} others do not", row=row, path=part.path)
