from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.facts.targets import profile
from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Between, Example, Rule, chat


class FileTooLarge(Rule[Dataset]):
    """A file with more bytes than the target takes.

    ## Why it matters
    The upload is turned away, and a large one only after it has taken its time.

    ## What to do
    Drop duplicates and columns that are not trained on, move images out of the file where the target takes
    URLs, or train on a sample.

    ## References
    The limits stand in the dated table of targets, `max_file_bytes`: 512 MB for OpenAI (openai-python's
    files.py and the fine-tuning guides) and Mistral, 1 GB for Gemini 2.5, 10 GB for Claude 3 Haiku on
    Bedrock. A size is that of the file on disk.
    """

    code = "LIM004"
    name = "file-too-large"
    severity = Severity.ERROR
    help = "drop rows or columns that are not trained on"
    bad = (Example([chat("Hi", "Hello " * 40)], target="openai", options={"max_bytes": 200}),)
    good = (
        Example([chat("Hi", "Hello " * 40)], target="openai", note="512 MB are far off"),
        Example([chat("Hi", "Hello " * 40)], target="trl", note="a local trainer has no such limit"),
    )

    max_bytes: Annotated[int, Between(0, 10**15), "limit in bytes; 0 takes the target's own"] = 0

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        if not dataset.target:
            return
        target = profile(dataset.target)
        limit = self.max_bytes or target.max_file_bytes
        for split, part in dataset.parts:
            if limit and split.name in ("train", "validation") and part.source.size > limit:
                yield Finding(
                    f"{part.source.size:,} bytes; {target.title} takes {limit:,}{target.dated}",
                    path=part.path,
                )
