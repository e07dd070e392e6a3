from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Example, Rule, chat


class EmptySplit(Rule[Dataset]):
    """A split without a single readable example.

    ## Why it matters
    Nothing can be trained or measured on it. At worst that comes to light at the first evaluation, when
    the training that led there is already paid for.

    ## What to do
    Write the split again; the step that made it lost its rows. Where a pointer of Git LFS or DVC stands
    in its place, fetch it. Or take the split out of the settings.

    ## References
    The split is known by the settings or by the file's name; a lone empty file is left to the rules of
    family FMT.
    """

    code = "SPLIT003"
    name = "empty-split"
    severity = Severity.ERROR
    help = "write or fetch the split again, or take it out of the settings"
    bad = (
        Example(splits={"train": [chat("Hi", "Hello")], "validation": []}),
        Example(files={"train.jsonl": '{"prompt": "Hi", "completion": "Hello"}\n', "test.jsonl": "\n\n"}),
    )
    good = (
        Example(splits={"train": [chat("Hi", "Hello")], "validation": [chat("Yo", "Hey")]}),
        Example(splits={"train": [chat("Hi", "Hello")]}, note="a split that is not there is not empty"),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        if dataset.evidence == "lone":
            return
        for split in dataset.splits.values():
            if split.records:
                continue
            broken = f", {split.rows:,} rows cannot be read" if split.rows else ""
            yield Finding(f"{split.name} has no example{broken}", path=split.path or dataset.path)
