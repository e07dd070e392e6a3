from __future__ import annotations

from array import array
from collections.abc import Iterator

from ftlint.detect.repeats import joined
from ftlint.detect.spread import spread
from ftlint.model import Dataset, Finding, Related, Split
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.measures.groups import NONE, Groups
from ftlint_rules.measures.joined import Joined
from ftlint_rules.measures.measured import measured

AGAINST = {"train": (), "test": ("train", "validation")}
"""The splits that the rows of a split are compared with, the first of them first; else the training split."""

TABLE = '[[dataset]]\nname = "talks"\ntrain = "train.jsonl"\ntest = "test.jsonl"\ngroup = '


class GroupLeakage(Rule[Dataset]):
    """A row belongs to a conversation, document or user that also has rows in another split.

    ## Why it matters
    Rows of one conversation or document share facts, names and wording. A model that was trained on some of
    them knows the others half by heart, so the held-out score says less about new data than it seems to.

    ## What to do
    Say which column tells what belongs together, and split by it, not by row:

    ```toml
    [[dataset]]
    name = "support"
    train = "train.jsonl"
    test = "test.jsonl"
    group = "conversation_id"            # several: ["conversation_id", "metadata.user_id"]
    ```

    Every row of a held-out split (validation, test, general) whose group has rows in the training split is
    told once, a test row also when its group has rows in the validation split. Of several columns each is
    looked at by itself. `metadata.user_id` looks inside `metadata`, where the record has no key of that very
    name. Missing, null and empty values belong to no group, and 12 and "12" are the same. A file in which no
    row has a value is told as a warning: the name may be misspelt.

    Without a declared `group` the rule does nothing. Values are compared by a 64-bit hash and never shown.

    ## References
    Kapoor and Narayanan 2023, "Leakage and the reproducibility crisis in machine-learning-based science",
    Patterns 4(9): dependence between training and test rows is one of its eight kinds of leakage.
    """

    code = "LEAK004"
    name = "group-leakage"
    severity = Severity.ERROR
    headline = "{count} rows belong to groups that also have rows in {related}"
    help = "split by group: all rows of one into the same split"
    needs = (Groups,)
    bad = (
        Example(
            files={
                "ftlint.toml": f'{TABLE}"conversation_id"\n',
                "train.jsonl": '{"conversation_id": 7, "prompt": "Hi", "completion": "Hello"}\n',
                "test.jsonl": '{"conversation_id": "7", "prompt": "And now?", "completion": "Bye"}\n',
            }
        ),
        Example(
            files={
                "ftlint.toml": f'{TABLE}["ticket", "metadata.user_id"]\n',
                "train.jsonl": (
                    '{"ticket": 1, "metadata": {"user_id": "a"}, "prompt": "Hi", "completion": "Hello"}\n'
                    '{"ticket": 2, "metadata": {"user_id": "a"}, "prompt": "Hi!", "completion": "Hello"}\n'
                ),
                "test.jsonl": (
                    '{"ticket": 3, "metadata": {"user_id": "a"}, "prompt": "Bye", "completion": "Good bye"}\n'
                ),
            }
        ),
        Example(
            files={
                "ftlint.toml": 'group = "document"\n',
                "train.jsonl": '{"document": 1, "text": "One."}\n',
                "test.jsonl": '{"doc": 2, "text": "Two."}\n',
            },
            note="the column is missing in one file",
        ),
    )
    good = (
        Example(
            files={
                "ftlint.toml": f'{TABLE}"conversation_id"\n',
                "train.jsonl": (
                    '{"conversation_id": 7, "prompt": "Hi", "completion": "Hello"}\n'
                    '{"conversation_id": 7, "prompt": "So?", "completion": "So."}\n'
                    '{"conversation_id": null, "prompt": "No one", "completion": "None"}\n'
                ),
                "test.jsonl": (
                    '{"conversation_id": 8, "prompt": "Hi", "completion": "Hello"}\n'
                    '{"conversation_id": null, "prompt": "Who?", "completion": "No one"}\n'
                    '{"prompt": "Which?", "completion": "None"}\n'
                ),
            },
            note="rows without a value belong to no group",
        ),
        Example(
            splits={
                "train": [{**chat("Hi", "Hello"), "conversation_id": 7}],
                "test": [{**chat("So?", "So."), "conversation_id": 7}],
            },
            note="no group is declared",
        ),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        for part, groups in measured(dataset, Groups):
            missing = [column for column, hashes in groups.columns.items() if not any(hashes)]
            if missing:
                yield Finding(
                    f"no row has {' or '.join(missing)}, which the settings declare as group",
                    path=part.path,
                    severity=Severity.WARNING,
                    help="mend the dataset's `group` in the settings, or add the column",
                )
        for split in dataset.splits.values():
            yield from _leaks(split, dataset)


def _leaks(split: Split, dataset: Dataset) -> Iterator[Finding]:
    mine = Joined(split.parts, Groups)
    told = bytearray(len(mine))
    for name in AGAINST.get(split.name, ("train",)):
        other = dataset.splits.get(name)
        if other is None:
            continue
        theirs = Joined(other.parts, Groups)
        for column in dict.fromkeys(column for groups in mine.measures for column in groups.columns):
            keys, others = _keys(mine, column), _keys(theirs, column)
            for position, first, count in spread(keys, others, NONE):
                if not told[position]:
                    told[position] = True
                    yield _finding(mine, position, theirs, first, count, column, other)


def _keys(rows: Joined[Groups], column: str) -> array[int]:
    return joined(
        [groups.columns.get(column) or array("Q", bytes(8 * len(groups))) for groups in rows.measures]
    )


def _finding(
    mine: Joined[Groups],
    position: int,
    theirs: Joined[Groups],
    first: int,
    count: int,
    column: str,
    other: Split,
) -> Finding:
    part, row = mine.place(position)
    elsewhere, twin = theirs.place(first)
    rows = "1 row" if count == 1 else f"{count:,} rows"
    where = elsewhere.path if len(theirs.parts) == 1 else f"the {other.name} split"
    return Finding(
        f"its {column} also has {rows} in {where}",
        row=row,
        path=part.path,
        related=Related(elsewhere.path, twin),
        help=f"split by {column}: all rows of one into the same split",
    )
