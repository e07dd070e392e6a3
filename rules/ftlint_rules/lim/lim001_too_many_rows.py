from __future__ import annotations

from collections.abc import Iterator

from ftlint.facts.targets import profile
from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Example, Rule, chat


class TooManyRows(Rule[Dataset]):
    """More training rows than the target takes.

    ## Why it matters
    Providers bound the number of records of a job. A longer file is turned away after the upload, or by
    the job that reads it.

    ## What to do
    Keep the best records up to the limit, or split the training into jobs that build on each other.
    Duplicates and near duplicates are the first to go.

    ## References
    The limits stand in the dated table of targets, `max_train_rows` and `max_total_rows`; each entry names
    its source. Claude 3 Haiku on Bedrock takes 10,000 rows of training and validation together, Amazon Nova
    20,000 (AWS's own validation scripts in aws-samples/amazon-bedrock-samples).
    """

    code = "LIM001"
    name = "too-many-rows"
    severity = Severity.ERROR
    help = "keep the best rows up to the limit"
    bad = (
        Example(
            splits={"train": [chat("Hi", "Hello")] * 9_500, "validation": [chat("Yo", "Hey")] * 501},
            target="bedrock-claude-3-haiku",
            note="each split fits, both together do not",
        ),
    )
    good = (
        Example(
            splits={"train": [chat("Hi", "Hello")] * 9_500, "validation": [chat("Yo", "Hey")] * 500},
            target="bedrock-claude-3-haiku",
        ),
        Example([chat("Hi", "Hello")] * 10_001, note="no target, no limit"),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        if not dataset.target or "train" not in dataset.splits:
            return
        target = profile(dataset.target)
        train = dataset.splits["train"]
        validation = dataset.splits.get("validation")
        both = train.rows + (validation.rows if validation else 0)
        if target.max_train_rows and train.rows > target.max_train_rows:
            yield Finding(
                f"train has {train.rows:,} rows; {target.title} takes "
                f"{target.max_train_rows:,}{target.dated}",
                path=train.path,
            )
        elif target.max_total_rows and both > target.max_total_rows:
            yield Finding(
                f"train and validation have {both:,} rows together; {target.title} takes "
                f"{target.max_total_rows:,}{target.dated}",
                path=train.path,
            )
