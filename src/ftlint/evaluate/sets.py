"""The rows that an evaluation reads: files of narrow and of general data as questions."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ftlint.evaluate.questions import Asked, Question, asked
from ftlint.evaluate.result import EvaluatedSet, Role
from ftlint.model import FtlintError, Record
from ftlint.read.baseline import dataset_hash
from ftlint.report.amounts import plural
from ftlint.weights.rows import held_general, records_of

if TYPE_CHECKING:
    from ftlint.weights.tokenizer import Tokenizer


class Files(NamedTuple):
    """Files of one role: paths relative to the root, their formats where they are known, the split they are.

    Of `held` general data only those rows are asked that training never mixes in; `mixed` says that it does.
    """

    role: Role
    paths: tuple[str, ...]
    formats: Mapping[str, str] = {}
    split: str = ""
    held: bool = False
    mixed: bool = False


class Rows(NamedTuple):
    """The questions of one role, the set as a result tells of it, and why rows were skipped."""

    questions: tuple[Question, ...]
    told: EvaluatedSet
    skipped: Mapping[str, int]


def rows_of(files: Files, tokenizer: Tokenizer, root: str, *, limit: int = 0, first: int = 0) -> Rows:
    """The rows of files as questions. `limit` is the most tokens the model takes, `first` the most rows (0:
    all). Raises `FtlintError` where no row is left.
    """
    broken: Counter[str] = Counter()

    def lost(path: str, row: int, kind: str) -> None:
        broken[f"cannot be read: {kind}"] += 1

    records: Iterable[Record] = records_of(root, files.paths, files.formats, lost)
    if files.held:
        records = _held(list(records), files.mixed)
    found: Asked = asked(islice(records, first or None), tokenizer, limit=limit)
    skipped = dict(broken + Counter(found.skipped))
    if not found.questions:
        why = "; ".join(f"{plural(count, 'row')}: {reason}" for reason, count in skipped.items())
        why = why or "no row is held out"
        raise FtlintError(f"holds no row to evaluate on: {why}", files.paths[0])
    absolute = [os.path.join(root, path) for path in sorted(files.paths)]
    told = EvaluatedSet(
        role=files.role,
        files=sorted(files.paths),
        hash=dataset_hash(absolute),
        split=files.split,
        rows=len(found.questions),
        skipped=sum(skipped.values()),
        unfinished={},
    )
    return Rows(found.questions, told, skipped)


def _held(records: Sequence[Record], mixed: bool) -> Iterator[Record]:
    places = held_general(records, mixed=mixed)
    return (record for place, record in enumerate(records) if place in places)


def opened_set(
    files: Sequence[Files], tokenizer: Tokenizer, root: str, *, limit: int = 0, first: int = 0
) -> dict[Role, Rows]:
    """The rows of every role that has files."""
    return {
        each.role: rows_of(each, tokenizer, root, limit=limit, first=first) for each in files if each.paths
    }
