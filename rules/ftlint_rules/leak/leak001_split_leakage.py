from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.measures.row_hashes import BLANK, RowHashes
from ftlint.detect.repeats import shared
from ftlint.model import Dataset, Drop, Finding, Fix, Related, Split
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.measures.joined_rows import JoinedRows

DROP = Fix("drop this row", (Drop(),), safe=False)


class SplitLeakage(Rule[Dataset]):
    """A row of one split also stands in another split.

    ## Why it matters
    An answer that was trained on is recalled, not worked out. Validation loss then falls while the model
    overfits, the best checkpoint is chosen by how well it remembers, and the reported score is too high.

    ## What to do
    Drop the rows from one side; the unsafe fix drops them here and keeps the held-out split whole. Remove
    duplicates before splitting, and split by group (conversation, document, user) where rows belong together.

    A row is told in the training split, once for each held-out split (validation, test, general) that holds
    it: same prompt and same answer, to the character. A validation row that also stands in the test split
    is a warning. Rows that share only their prompt, or nearly all of it, are not found by this rule.

    ## References
    Measured on public repositories: in one, 405 of 410 validation rows stand in the training file and the
    rest nearly; others leak from a third to nearly all of a validation split. Kapoor and Narayanan 2023,
    "Leakage and the reproducibility crisis in machine-learning-based science", Patterns 4(9): 294 papers in
    17 fields with this kind of fault. On 56 public files: 967 hits, 20 looked at, 20 true.
    """

    code = "LEAK001"
    name = "split-leakage"
    severity = Severity.ERROR
    fixable = "unsafe"
    headline = "{count} rows also stand in {related}"
    help = "drop them from one side, and split after removing duplicates"
    needs = (RowHashes,)
    bad = (
        Example(
            splits={
                "train": [chat("Hi", "Hello!"), chat("Bye", "Goodbye!")],
                "validation": [chat("Bye", "Goodbye!"), chat("Who?", "Me.")],
            }
        ),
        Example(splits={"train": [{"text": "One. Two."}], "test": [{"text": "One. Two."}]}, format="text"),
        Example(
            splits={
                "train": [chat("Hi", "Hello!")],
                "validation": [chat("Who?", "Me.")],
                "test": [chat("Who?", "Me.")],
            }
        ),
    )
    good = (
        Example(
            splits={"train": [chat("Hi", "Hello!"), chat("Hi", "Hello!")], "test": [chat("Bye", "Bye!")]}
        ),
        Example(
            splits={"train": [chat("Is it good?", "yes")], "test": [chat("Is it bad?", "yes")]},
            note="the same answer to another prompt",
        ),
        Example(splits={"train": [chat("Hi", "Hello!")], "validation": [chat("Hi", "Good day!")]}),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        splits = dataset.splits
        held_out = [splits[name] for name in splits if name != "train"]
        if "train" in splits:
            for other in held_out:
                yield from _leaks(splits["train"], other, Severity.ERROR)
        if "validation" in splits and "test" in splits:
            yield from _leaks(splits["validation"], splits["test"], Severity.WARNING)


def _leaks(split: Split, other: Split, severity: Severity) -> Iterator[Finding]:
    mine, theirs = JoinedRows(split.parts), JoinedRows(other.parts)
    for position, place in shared(mine.keys, theirs.keys):
        if mine.keys[position] == BLANK:
            continue
        part, row = mine.place(position)
        elsewhere, twin = theirs.place(place)
        yield Finding(
            f"same prompt and answer as {elsewhere.path}",
            row=row,
            path=part.path,
            severity=severity,
            related=Related(elsewhere.path, twin),
            fix=DROP,
        )
