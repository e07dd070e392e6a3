from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.token_lengths import TokenLengths
from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Between, Example, Rule, chat


class LengthOutlier(Rule[Dataset]):
    """A row many times longer than the rest of its file.

    ## Why it matters
    One row of 400,000 tokens in a file of short chats is a pasted log or a join gone wrong. It sets the
    padding and the memory of its whole batch, or is cut to its first lines.

    ## What to do
    Look at the row: drop it, or split it into rows of the usual length.

    ## References
    A row counts when it is longer than the upper quartile by more than `quartiles` times the distance
    between the quartiles, both on a scale of logarithms (Tukey's fences, "far out" at 3), and at least
    `times` the median. 20 times is a judgement: of the 56 real files the project is tested on, only two have
    a longest row beyond it (31 and 23 times), both with lengths so spread that nothing stands out. Files
    with under 100 rows are left alone.

    ## Known limits
    No row of those files is found, so the precision of the rule is not proven on them.
    """

    code = "TOK005"
    name = "length-outlier"
    severity = Severity.INFO
    headline = "{count} rows are many times longer than the rest"
    help = "look at the row; drop or split it"
    needs = (TokenLengths,)
    bad = (
        Example(
            [chat(f"Question {n}", "word " * (20 + n % 7)) for n in range(120)]
            + [chat("Log", "word " * 9_000)]
        ),
    )
    good = (
        Example(
            [chat(f"Question {n}", "word " * (20 + n % 7)) for n in range(120)] + [chat("Log", "word " * 300)]
        ),
        Example(
            [chat(f"Question {n}", "word " * 2 ** (n % 12)) for n in range(120)],
            note="lengths spread widely: none stands out",
        ),
        Example([chat("Hi", "Hello")] * 20 + [chat("Log", "word " * 9_000)], note="too few rows to tell"),
    )

    times: Annotated[float, Between(2, 1000), "least multiple of the median length"] = 20.0
    quartiles: Annotated[float, Between(1, 20), "distance from the upper quartile, in quartile ranges"] = 3.0

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for _, part in dataset.parts:
            if part.format is None:
                continue
            lengths = part.measure(TokenLengths)
            fence = self._fence(lengths)
            if fence is None:
                continue
            median, limit = fence
            for row, tokens in lengths.over(limit):
                yield Finding(
                    f"about {tokens:,} tokens, {tokens / median:,.0f} times the file's median of {median:,}",
                    path=part.path,
                    row=row,
                )

    def _fence(self, lengths: TokenLengths) -> tuple[int, int] | None:
        """Median length and the length above which a row stands out, in tokens."""
        from math import exp, log

        found = sorted(filter(None, lengths.tokens))
        if len(found) < 100 or found[-1] <= found[len(found) // 2] * self.times:
            return None
        low, median, high = (found[len(found) * share // 4] for share in (1, 2, 3))
        far = exp(log(high) + self.quartiles * (log(high) - log(low)))
        return median, int(max(far, median * self.times))
