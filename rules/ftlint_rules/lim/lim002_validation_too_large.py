from __future__ import annotations

from collections.abc import Iterator

from ftlint.facts.targets import profile
from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Example, Rule, chat


class ValidationTooLarge(Rule[Dataset]):
    """A validation split larger than the target takes, or one where it takes none.

    ## Why it matters
    The limits for validation files are far lower than those for training files, so a fair 10 % share of a
    large dataset is turned away: 1,000 rows for Claude and Llama on Bedrock, 5,000 for Gemini 2.5. Amazon
    Nova 2 takes no validation file at all.

    ## What to do
    Give the target a fixed random sample of the split and keep the rest for an evaluation of your own.

    ## References
    The limits stand in the dated table of targets, `max_validation_rows`, `max_validation_bytes` and
    `no_validation`; each entry names its source.
    """

    code = "LIM002"
    name = "validation-too-large"
    severity = Severity.ERROR
    help = "give the target a random sample of the split"
    bad = (
        Example(
            splits={"train": [chat("Hi", "Hello")] * 40, "validation": [chat("Yo", "Hey")] * 1_001},
            target="bedrock-claude-3-haiku",
        ),
        Example(
            splits={"train": [chat("Hi", "Hello")] * 40, "validation": [chat("Yo", "Hey")]},
            target="bedrock-nova-2-lite",
        ),
    )
    good = (
        Example(
            splits={"train": [chat("Hi", "Hello")] * 40, "validation": [chat("Yo", "Hey")] * 1_000},
            target="bedrock-claude-3-haiku",
        ),
        Example(
            splits={"train": [chat("Hi", "Hello")] * 40, "test": [chat("Yo", "Hey")] * 1_001},
            target="bedrock-claude-3-haiku",
            note="the test split is never uploaded",
        ),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        split = dataset.splits.get("validation")
        if not dataset.target or split is None or not split.rows:
            return
        target = profile(dataset.target)
        size = sum(part.source.size for part in split.parts)
        if target.no_validation:
            message = f"{target.title} takes no validation file; this split has {split.rows:,} rows"
        elif target.max_validation_rows and split.rows > target.max_validation_rows:
            message = (
                f"validation has {split.rows:,} rows; {target.title} takes {target.max_validation_rows:,}"
            )
        elif target.max_validation_bytes and size > target.max_validation_bytes:
            message = f"validation has {size:,} bytes; {target.title} takes {target.max_validation_bytes:,}"
        else:
            return
        yield Finding(message + target.dated, path=split.path)
