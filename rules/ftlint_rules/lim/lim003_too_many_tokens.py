from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.token_lengths import TokenLengths
from ftlint.facts.targets import profile
from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Between, Example, Rule, chat


class TooManyTokens(Rule[Dataset]):
    """A row longer than the target's limit of tokens per example.

    ## Why it matters
    Some targets cut a long example at its end, where the answer stands: the model learns to stop in the
    middle. Others turn the whole file away.

    ## What to do
    Shorten the prompt (old turns, documents), split the conversation, or drop the row.

    ## References
    The limits stand in the dated table of targets, `max_tokens`: 65,536 for gpt-4o and gpt-4o-mini, 16,385
    for gpt-3.5-turbo, which cut; 32,000 for Claude 3 Haiku on Bedrock; 131,072 for Gemini 2.5.
    Tokens are estimated from characters. Measured on 52 real files, nine estimates in ten lie within -27 %
    and +45 % of the true count, so the finding is an error only where the target turns the file away and the
    estimate is over the limit by more than `margin`; nearer to the limit it is a warning.

    ## Known limits
    Images and tool schemas are not counted.
    """

    code = "LIM003"
    name = "too-many-tokens"
    severity = Severity.ERROR
    headline = "{count} rows are longer than the target takes"
    help = "shorten, split or drop the row"
    needs = (TokenLengths,)
    bad = (
        Example([chat("Sum up: " + "word " * 32_000, "Words.")], target="bedrock-claude-3-haiku"),
        Example([chat("Sum up: " + "word " * 16_000, "Words.")], target="gpt-3.5-turbo"),
    )
    good = (
        Example([chat("Sum up: " + "word " * 16_000, "Words.")], target="gpt-4o"),
        Example([chat("Sum up: " + "word " * 32_000, "Words.")], note="no target, no limit"),
        Example([chat("Sum up: " + "word " * 16_000, "Words.")], target="mistral", note="no limit is known"),
    )

    margin: Annotated[float, Between(0, 2), "share over the limit from which the estimate is trusted"] = 0.45

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        if not dataset.target:
            return
        target = profile(dataset.target)
        if not target.max_tokens:
            return
        then = f", longer rows are {target.over_tokens}" if target.over_tokens else ""
        for split, part in dataset.parts:
            if split.name not in ("train", "validation") or part.format is None:
                continue
            for row, tokens in part.measure(TokenLengths).over(target.max_tokens):
                sure = target.over_tokens == "rejected" and tokens > target.max_tokens * (1 + self.margin)
                yield Finding(
                    f"about {tokens:,} tokens; {target.title} takes "
                    f"{target.max_tokens:,}{then}{target.dated}",
                    path=part.path,
                    row=row,
                    severity=Severity.ERROR if sure else Severity.WARNING,
                )
