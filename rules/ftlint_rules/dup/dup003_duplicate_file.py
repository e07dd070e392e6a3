from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.model import Finding, Project, Related
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.dup.copies import copies
from ftlint_rules.measures.joined_rows import JoinedRows

ROWS = [chat(f"What is {n} squared?", str(n * n)) for n in range(12)]


class DuplicateFile(Rule[Project]):
    """A file holds the same rows as another file.

    ## Why it matters
    `train.json` and `train.jsonl` side by side, or a filtered copy next to its source: a glob takes both, and
    every row is trained on twice.

    ## What to do
    Name the one file that is meant in the settings (`train = "train.jsonl"`), or move the copy out of the
    folder.

    Found where nine in ten of the smaller file's rows, and at least ten, stand in the other file: a warning
    within one split, where those rows are then not reported one by one as `exact-duplicate`, and between
    files that only their extension tells apart: every other finding of the one is told again for the other.
    Information between other files of two datasets. Between the splits of a dataset it is a leak, and
    `split-leakage` tells it.

    ## References
    Seen in the wild: AllyArc-org/oai_dataset keeps 1,333 rows both as `train.json` and as `train.jsonl`;
    GPTeacher keeps three thinnings of one data set in one folder.
    On 56 public files: 3 hits, 3 looked at, 3 true.
    """

    code = "DUP003"
    name = "duplicate-file"
    severity = Severity.WARNING
    help = "keep one of the two in the dataset"
    needs = (RowHashes,)
    bad = (
        Example(
            files={
                "ftlint.toml": '[[dataset]]\nname = "d"\ntrain = ["a.jsonl", "b.jsonl"]\n',
                "a.jsonl": "".join(f'{{"prompt": "{n}?", "completion": "{n}!"}}\n' for n in range(12)),
                "b.jsonl": "".join(f'{{"prompt": "{n}?", "completion": "{n}!"}}\n' for n in range(20)),
            }
        ),
        Example(
            files={
                "train.json": json.dumps(ROWS),
                "train.jsonl": "".join(json.dumps(row) + "\n" for row in ROWS),
            },
            note="twins",
        ),
    )
    good = (
        Example(splits={"train": ROWS, "validation": ROWS}, note="that is a leak"),
        Example(
            files={
                "ftlint.toml": '[[dataset]]\nname = "d"\ntrain = ["a.jsonl", "b.jsonl"]\n',
                "a.jsonl": "".join(f'{{"prompt": "{n}?", "completion": "{n}!"}}\n' for n in range(12)),
                "b.jsonl": "".join(f'{{"prompt": "{n}?", "completion": "{n}!"}}\n' for n in range(6, 20)),
            },
            note="half of the rows: those are duplicates",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        home = {
            part.path: (dataset.name, split.name)
            for dataset in project.datasets
            for split, part in dataset.parts
        }
        parts = [part for dataset in project.datasets for _, part in dataset.parts]
        for copy in copies(JoinedRows(parts)):
            mine, theirs = home[copy.smaller.path], home[copy.larger.path]
            if mine[0] == theirs[0] and mine[1] != theirs[1]:
                continue
            twins = _stem(copy.smaller.path) == _stem(copy.larger.path)
            yield Finding(
                f"{copy.count:,} of {copy.smaller.records:,} rows also stand in {copy.larger.path}",
                path=copy.smaller.path,
                severity=Severity.WARNING if mine == theirs or twins else Severity.INFO,
                related=Related(copy.larger.path),
            )


def _stem(path: str) -> str:
    """A path without the extensions of its container and compression."""
    folder, slash, name = path.rpartition("/")
    return (
        folder + slash + re.sub(r"(?i)(\.(?:jsonl?|ndjson|csv|tsv|parquet|arrow|gz|zst|xz|bz2))+$", "", name)
    )
