"""What both versions hold, by split and in total, and how far their distributions shifted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from ftlint.detect.measures.label_counts import LabelCounts
from ftlint.detect.measures.role_counts import RoleCounts
from ftlint.detect.measures.sources import Tally
from ftlint.detect.scripts import NAMES
from ftlint.detect.shift import Shift, ordered, unordered
from ftlint.engine.counted import Counted
from ftlint.engine.diff.version import Version
from ftlint.model import SPLITS
from ftlint.model import Part as File
from ftlint.model.dataset_diff import Part, ScopeDiff, ShiftDiff
from ftlint.model.stats import Scope

SHOWN = 10
"""Values of a distribution that are told."""


class Held:
    """What some files of a version hold, and what of it is no part of statistics."""

    def __init__(self, files: Sequence[File]) -> None:
        self.files = files
        self.counted = Counted.of([Counted.file(each) for each in files])
        self.counted.take_copies(files)
        self.roles: Counter[str] = Counter()
        self.labels = LabelCounts()
        for each in files:
            if each.format is not None:
                self.roles.update(each.measure(RoleCounts).counts)
                self.labels.merge(each.measure(LabelCounts), 0)

    @classmethod
    def of(cls, parts: Sequence[Held]) -> Held:
        """All of them together; rows that repeat an earlier one are counted within each."""
        whole = cls([])
        whole.counted = Counted.of([each.counted for each in parts])
        for each in parts:
            whole.roles.update(each.roles)
            whole.labels.merge(each.labels, 0)
        return whole

    def scope(self, name: str, source: str = "") -> Scope:
        return self.counted.scope(name, source)


def scopes(old: Version, new: Version) -> tuple[ScopeDiff, list[ScopeDiff]]:
    """Everything, and each split that either version has, in the usual order."""
    sides = _by_split(old), _by_split(new)
    names = sorted({*sides[0], *sides[1]}, key=lambda name: (_order(name), name))
    splits = [_compared(name, sides[0].get(name), sides[1].get(name)) for name in names]
    total = _compared("total", Held.of(list(sides[0].values())), Held.of(list(sides[1].values())))
    return total, splits


def _order(name: str) -> int:
    return SPLITS.index(name) if name in SPLITS else len(SPLITS)


def _by_split(version: Version) -> dict[str, Held]:
    files: dict[str, list[File]] = {}
    for dataset in version.datasets:
        for split, part in dataset.parts:
            files.setdefault(split.name, []).append(part)
    return {name: Held(some) for name, some in files.items()}


def _compared(name: str, old: Held | None, new: Held | None) -> ScopeDiff:
    before, after = (each.scope(name) if each else None for each in (old, new))
    if old is None or new is None or before is None or after is None:
        return ScopeDiff(name, before, after, ())
    return ScopeDiff(name, before, after, list(_shifts(old, new, before, after)))


def _shifts(old: Held, new: Held, before: Scope, after: Scope) -> Iterator[ShiftDiff]:
    if lengths := ordered(before.lengths.counts, after.lengths.counts):
        yield _told("lengths", lengths)
    if turns := ordered(before.turns.counts, after.turns.counts):
        yield _told("turns", turns)
    yield from _of_kinds("roles", old.roles, new.roles)
    labels = old.labels.classes(), new.labels.classes()
    if labels[0] and labels[1] and labels[0].column == labels[1].column:
        yield from _of_tallies("labels", labels[0].tally, labels[1].tally, labels[0].column)
    scripts = [
        {NAMES.get(letter, ""): count for letter, count in each.counted.scripts.items()}
        for each in (old, new)
    ]
    yield from _of_kinds("scripts", *scripts)
    origins = before.origin, after.origin
    if origins[0] and origins[1] and origins[0].field == origins[1].field:
        field = origins[0].field
        yield from _of_tallies("sources", old.counted.columns[field], new.counted.columns[field], field)


def _of_tallies(
    name: Literal["labels", "sources"], old: Tally, new: Tally, field: str
) -> Iterator[ShiftDiff]:
    """Of values that are kept as hashes; those that look the same once masked are told as one."""
    if old.counts is None or new.counts is None:
        return
    shift = unordered(old.counts, new.counts)
    shown = {**old.shown, **new.shown}
    told: list[Counter[str]] = []
    for tally in (old.counts, new.counts):
        counts: Counter[str] = Counter()
        for value, count in tally.items():
            counts[shown[value]] += count
        told.append(counts)
    if shift:
        yield _told(name, shift)._replace(field=field, parts=_parts(*told))


def _of_kinds(
    name: Literal["roles", "scripts"], old: Mapping[str, int], new: Mapping[str, int]
) -> Iterator[ShiftDiff]:
    if shift := unordered(old, new):
        yield _told(name, shift)._replace(parts=_parts(old, new))


def _told(
    name: Literal["lengths", "turns", "roles", "labels", "scripts", "sources"], shift: Shift
) -> ShiftDiff:
    return ShiftDiff(name, shift.psi, shift.chance, shift.level, shift.d)


def _parts(old: Mapping[str, int], new: Mapping[str, int]) -> list[Part]:
    """The values whose share changed most, and the most frequent of those that did not."""
    n, m = sum(old.values()), sum(new.values())
    parts = [Part(name, old.get(name, 0), new.get(name, 0)) for name in {**old, **new}]
    parts.sort(key=lambda part: (-abs(part.old * m - part.new * n), -part.old - part.new, part.name))
    return parts[:SHOWN]
