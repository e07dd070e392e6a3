"""Which files a config evaluates on hold what it trains on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ftlint.detect.measures.row_hashes import BLANK, RowHashes
from ftlint.detect.repeats import shared
from ftlint.model import DataRef, Part, Training
from ftlint_rules.fit.run_size import train_parts
from ftlint_rules.measures.joined_rows import JoinedRows


class Evaluated(NamedTuple):
    """A file that a config evaluates on, as it names it; `twin` is a file of its training with the same rows,
    itself perhaps, None where there is none."""

    ref: DataRef
    part: Part
    twin: Part | None


def evaluated(training: Training) -> Iterator[Evaluated]:
    """Files that a config evaluates on by their own name; slices of a file are left out."""
    trained = {part.path: part for part in train_parts(training)}
    if not trained or any("[" in use.ref.split for use in training.uses):
        return
    for use in training.uses:
        for part in use.parts if use.split != "train" else ():
            alike = (each for each in trained.values() if _alike(each, part))
            yield Evaluated(use.ref, part, trained.get(part.path) or next(alike, None))


def _alike(one: Part, other: Part) -> bool:
    if RowHashes not in one.measures or RowHashes not in other.measures:
        return False
    mine, theirs = one.measure(RowHashes), other.measure(RowHashes)
    return len(mine) > 0 and mine.prompts == theirs.prompts and mine.targets == theirs.targets


class Shared(NamedTuple):
    """Rows of an evaluated file that are trained on, too: how many, and the first with its twin."""

    rows: int
    row: int
    path: str
    twin: int


def rows_in_training(training: Training, part: Part) -> Shared | None:
    """The rows of a file that are trained on, to the character; None for none, and for what is not known."""
    parts = [each for each in train_parts(training) if RowHashes in each.measures]
    if RowHashes not in part.measures or not parts:
        return None
    mine, theirs = JoinedRows([part]), JoinedRows(parts)
    found = [pair for pair in shared(mine.keys, theirs.keys) if mine.keys[pair[0]] != BLANK]
    if not found:
        return None
    other, twin = theirs.place(found[0][1])
    return Shared(len(found), mine.place(found[0][0])[1], other.path, twin)


def made(first: int, last: int) -> str:
    """A file of conversations, for examples."""
    turn = '{"role": "%s", "content": "%s"}'
    row = f'{{"messages": [{turn % ("user", "Question %d?")}, {turn % ("assistant", "Answer %d.")}]}}\n'
    return "".join([row % (number, number) for number in range(first, last)])
