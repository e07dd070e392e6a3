"""The whole of a comparison: scan both sides, match their rows, tell what differs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from ftlint.engine.diff.changes import (
    COUNTED,
    Found,
    changes,
    conversions,
    counted,
    found_rows,
    hows,
    moves,
)
from ftlint.engine.diff.findings import rules_compared
from ftlint.engine.diff.matching import SAME, Key, Matching, detected_key, given_key
from ftlint.engine.diff.near import match_near
from ftlint.engine.diff.reader import RowReader
from ftlint.engine.diff.scopes import scopes
from ftlint.engine.diff.unread import unread
from ftlint.engine.diff.version import Side, Version, scanned_version
from ftlint.engine.executors import Executor
from ftlint.engine.lint import Advance
from ftlint.model.dataset_diff import DatasetDiff, FileDiff, SideSummary
from ftlint.rule import Rule
from ftlint.settings import Settings

EXAMPLES = 3


def compare(
    old: Side,
    new: Side,
    settings: Settings,
    rules: Sequence[Rule[Any]],
    *,
    key: str = "",
    examples: int = EXAMPLES,
    today: str = "",
    executor: Executor | None = None,
    advance: Advance | None = None,
) -> DatasetDiff:
    """What differs between two sides. Without rules findings are not compared.

    `key` names the column of ids; else it is detected, and where there is none rows are matched by content.
    Raises `FtlintError` where a side has no such column.
    """
    began = perf_counter()
    splits: dict[str, int] = {}
    before = scanned_version(
        old, settings, rules, splits, key=key, today=today, executor=executor, advance=advance
    )
    after = scanned_version(
        new, settings, rules, splits, key=key, today=today, executor=executor, advance=advance
    )
    columns = before.columns, after.columns
    chosen = given_key(key, *columns) if key else detected_key(*columns)
    with ExitStack() as stack:
        readers = [
            RowReader(version, Path(stack.enter_context(TemporaryDirectory(prefix="ftlint-"))))
            for version in (before, after)
        ]
        told = _told(before, after, (readers[0], readers[1]), list(splits), chosen, examples)
    return told._replace(seconds=perf_counter() - began)


def _told(
    old: Version,
    new: Version,
    readers: tuple[RowReader, RowReader],
    splits: Sequence[str],
    key: Key,
    examples: int,
) -> DatasetDiff:
    import numpy as np

    counterparts, files = _files(old, new)
    matching = Matching(old.columns, new.columns, counterparts, key.column)
    matching.exact()
    removed, added = matching.left()
    found = Found(old.columns, new.columns, matching.matches(), removed, added, counterparts, splits)
    _, mask = conversions(found, old, new)
    edited = np.flatnonzero((found.matches.how != SAME) & ~mask)[:COUNTED]
    readers[0].keep(np.concatenate((removed, found.matches.old[edited])))
    readers[1].keep(np.concatenate((added, found.matches.new[edited])))
    whole = match_near(matching, *readers)
    removed, added = matching.left()
    found = found._replace(matches=matching.matches(), removed=removed, added=added)
    rows, by_split = counted(found)
    unreadable = unread(old), unread(new)
    rows = rows._replace(
        unread_added=(unreadable[1] - unreadable[0]).total(),
        unread_removed=(unreadable[0] - unreadable[1]).total(),
    )
    converted, mask = conversions(found, old, new)
    edited = np.flatnonzero((found.matches.how != SAME) & ~mask)
    seen = changes(found, edited, readers, examples)
    total, scoped = scopes(old, new)
    notes = [key.note] if key.note else []
    if not whole:
        notes.append(
            "more than 1,000,000 rows are left on a side: edited rows were looked for among the first of them"
        )
    return DatasetDiff(
        old=_summary(old),
        new=_summary(new),
        key=key.column,
        rows=rows,
        splits=by_split,
        moved=moves(found, old, new, examples),
        converted=converted,
        how=dict(hows(found.matches)),
        fields=seen.fields,
        counted=seen.counted,
        changed=seen.examples,
        added=found_rows(readers[1], added, examples),
        removed=found_rows(readers[0], removed, examples),
        files=files,
        total=total,
        scopes=scoped,
        rules=rules_compared(old, new, examples) if old.report and new.report else None,
        not_run=list(new.report.not_run) if new.report else [],
        not_read=[*old.not_read, *new.not_read],
        notes=notes,
    )


def _files(old: Version, new: Version) -> tuple[Any, list[FileDiff]]:
    """For each old file the index of its counterpart, -1 for none; and all files of both sides."""
    import numpy as np

    places = {plan.path: index for index, plan in enumerate(new.plans)}
    counterparts = np.array([places.get(plan.path, -1) for plan in old.plans], np.int64)
    mine = {plan.path: plan for plan in old.plans}
    theirs = {plan.path: plan for plan in new.plans}
    files = []
    for path in sorted({*mine, *theirs}):
        one, other = mine.get(path), theirs.get(path)
        files.append(
            FileDiff(
                old.side.call(path) if one else None,
                new.side.call(path) if other else None,
                one.format.name if one and one.format else None,
                other.format.name if other and other.format else None,
                old.scanned[path].rows if one else 0,
                new.scanned[path].rows if other else 0,
            )
        )
    return counterparts, files


def _summary(version: Version) -> SideSummary:
    partials = [version.scanned[plan.path] for plan in version.plans]
    return SideSummary(
        version.side.name,
        version.side.commit,
        len(version.plans),
        sum(partial.rows for partial in partials),
        sum(partial.records for partial in partials),
        sum(plan.source.size for plan in version.plans),
    )
