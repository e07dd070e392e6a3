from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.detect.repeats import counts
from ftlint.model import Dataset, Finding
from ftlint.model.batch import EMPTY_HASH
from ftlint.rule import Between, Example, Rule, Severity, chat
from ftlint_rules.measures.measured import measured

ENOUGH = 50
"""Rows: a share of fewer is chance."""


class CannedAnswer(Rule[Dataset]):
    """One answer stands for many different prompts in a file of otherwise free answers.

    ## Why it matters
    "Please contact our support" under every tenth question becomes the model's favourite: it is the safest
    answer it has seen.

    ## What to do
    Keep a few of them, and write real answers for the others.

    Judged per file: most answers stand once, and the commonest makes up `most` of the rows or more (5% by
    default). Classification, where few answers share all rows, is left to `label-imbalance`.

    ## References
    The default is our choice. Of 42 public fine-tuning files looked at, one of free answers exceeds it: 38
    of 300 conversations of LLaMA-Factory's glaive_toolcall_en_demo end in the same "You're welcome".
    On 56 public files: 1 hit, 1 looked at, 1 true.
    """

    code = "QUAL019"
    name = "canned-answer"
    severity = Severity.INFO
    help = "keep a few, and write real answers for the others"
    needs = (RowHashes,)
    bad = (
        Example(
            [chat(f"Question {n}?", "Please call us." if n % 10 == 0 else f"It is {n}.") for n in range(100)]
        ),
    )
    good = (
        Example(
            [chat(f"Question {n}?", "Please call us." if n % 50 == 0 else f"It is {n}.") for n in range(100)]
        ),
        Example([chat(f"Comment {n}", "toxic" if n % 5 == 0 else "fine") for n in range(100)]),
    )

    most: Annotated[float, Between(0, 1), "share of rows with one and the same answer that is too much"] = (
        0.05
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, hashes in measured(dataset, RowHashes):
            rows = len(hashes)
            if rows < ENOUGH or part.format is None or part.format.kind not in ("chat", "completion"):
                continue
            distinct, most, first = counts(hashes.targets)
            if hashes.targets[first] == EMPTY_HASH or distinct < rows / 2 or most < self.most * rows:
                continue
            yield Finding(
                f"{most:,} of {rows:,} rows have this same answer", row=hashes.row(first), path=part.path
            )
