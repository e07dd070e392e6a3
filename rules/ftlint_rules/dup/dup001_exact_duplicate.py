from __future__ import annotations

from collections.abc import Iterator

from ftlint.detect.measures.row_hashes import BLANK, RowHashes
from ftlint.detect.repeats import repeats
from ftlint.model import Dataset, Drop, Finding, Fix, Related
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.dup.copies import copied
from ftlint_rules.measures.joined_rows import JoinedRows

DROP = Fix("drop this row", (Drop(),), safe=False)


class ExactDuplicate(Rule[Dataset]):
    """A row repeats an earlier row: same prompt, same answer.

    ## Why it matters
    A row that stands twice is trained on twice as often as its neighbours, and more in every epoch. Repeated
    rows are memorised word for word while they add nothing to learn from, and they make a random split leak.

    ## What to do
    Keep the first of them: the unsafe fix drops the later rows. Where a row is repeated on purpose, to
    give it weight, say so with an ignore, and prefer a sampling weight in the training config.

    Rows are equal when the text the model reads (system prompt, earlier turns, tools, images) and the answer
    are equal to the character. Nothing is normalised, so answers that differ only in an emoji stay different.
    Ids, sources and other columns are not compared. In preference data both answers count.
    Two files that hold the same rows are reported once, by `duplicate-file`.

    ## References
    Measured on 39,372 rows of 42 public fine-tuning files: 3.5% are exact duplicates; in one training file
    836 of 1,287. Lee et al. 2022, "Deduplicating Training Data Makes Language Models Better",
    arXiv:2107.06499.
    On 56 public files: 1,189 hits, 20 looked at, 20 true.
    """

    code = "DUP001"
    name = "exact-duplicate"
    severity = Severity.WARNING
    fixable = "unsafe"
    headline = "{count} rows repeat an earlier row"
    help = "drop them"
    needs = (RowHashes,)
    bad = (
        Example([chat("Hi", "Hello!"), chat("Bye", "Goodbye!"), chat("Hi", "Hello!")]),
        Example([{"text": "One fine day."}, {"text": "One fine day."}], format="text"),
        Example(
            [
                {"prompt": "2+2?", "chosen": "4", "rejected": "5"},
                {"prompt": "2+2?", "chosen": "4", "rejected": "5"},
            ]
        ),
    )
    good = (
        Example(
            [chat("What animal?", "🐈"), chat("What animal is it?", "🐈"), chat("Which animal?", "🐕")],
            note="answers of emoji alone are compared as they are",
        ),
        Example([chat("Hi", "Hello!", system="Be brief."), chat("Hi", "Hello!", system="Be kind.")]),
        Example([chat("Hi", "Hello!"), chat("Hi", "Hello!", "How are you?", "Fine.")]),
        Example(
            [
                {"prompt": "2+2?", "chosen": "4", "rejected": "5"},
                {"prompt": "2+2?", "chosen": "4", "rejected": "22"},
            ],
            note="two pairs for one prompt",
        ),
        Example(
            splits={"train": [chat("Hi", "Hello!")], "validation": [chat("Hi", "Hello!")]},
            note="across splits it is a leak: `split-leakage`",
        ),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for split in dataset.splits.values():
            rows = JoinedRows(split.parts)
            told_once = copied(rows)
            for later, first in repeats(rows.keys):
                if rows.keys[later] == BLANK:
                    continue
                if told_once and (rows.file(first), rows.file(later)) in told_once:
                    continue
                part, row = rows.place(later)
                origin, before = rows.place(first)
                where = "" if origin is part else f" of {origin.path}"
                yield Finding(
                    f"same prompt and answer as an earlier row{where}",
                    row=row,
                    path=part.path,
                    related=Related(origin.path, before),
                    fix=DROP,
                )
