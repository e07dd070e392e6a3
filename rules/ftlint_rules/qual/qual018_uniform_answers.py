from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.detect.repeats import counts
from ftlint.model import Dataset, Finding
from ftlint.model.batch import EMPTY_HASH
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.measures.measured import measured

ENOUGH = 10
"""Rows: the least for which one answer to all is no accident."""


class UniformAnswers(Rule[Dataset]):
    """Every row of a file has the same answer.

    ## Why it matters
    There is nothing to learn but that one answer; whatever is asked afterwards is answered with it. Usually
    the wrong column was taken, or a join went wrong.

    ## What to do
    Look at the script that wrote the file.

    ## References
    The old OpenAI command-line tool refused such files ("all completions are identical"; openai-python,
    `src/openai/lib/_validators.py`, common_completion_prefix_validator).
    """

    code = "QUAL018"
    name = "uniform-answers"
    severity = Severity.WARNING
    help = "look at the script that wrote the file"
    needs = (RowHashes,)
    bad = (Example([chat(f"What is {n} squared?", "42") for n in range(12)]),)
    good = (
        Example([chat(f"What is {n} squared?", "42" if n else "0") for n in range(12)]),
        Example([chat("Again.", "42") for n in range(12)], note="duplicates: `exact-duplicate`"),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, hashes in measured(dataset, RowHashes):
            if (
                len(hashes) < ENOUGH
                or hashes.targets[0] == EMPTY_HASH
                or hashes.targets[0] != hashes.targets[-1]
            ):
                continue
            if counts(hashes.targets)[0] == 1 and counts(hashes.prompts)[0] >= ENOUGH:
                yield Finding(f"all {len(hashes):,} rows have the same answer", path=part.path)
