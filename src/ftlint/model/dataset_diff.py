"""What differs between two versions of a dataset: the nouns of `ftlint data diff`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from ftlint.model.report import NotRun
from ftlint.model.severity import Severity
from ftlint.model.stats import NotRead, Scope

How = Literal["id", "texts", "prompt", "near"]
"""By what a changed row is known to be the same: its id; all that it says, while what stands beside that
differs; what it is asked; or being nearly the same."""


class Place(NamedTuple):
    """Where a row stands; `line` is None in a file without lines. `row` counts from 0."""

    path: str
    row: int
    line: int | None


class Difference(NamedTuple):
    """One value that differs, at a JSON pointer whose private keys are masked.

    `old` and `new` are masked excerpts, None where there is no such value on that side.
    """

    pointer: str
    old: str | None
    new: str | None


class ChangedRow(NamedTuple):
    """A changed row, as an example: the values that differ, the first of them, and how many there are.

    `likeness` is the share of word pairs in common where the row was found by that.
    """

    old: Place
    new: Place
    how: How
    likeness: float | None
    differences: Sequence[Difference]
    differing: int


class FoundRow(NamedTuple):
    """An added or removed row, as an example: where it stands, and masked what it begins with."""

    place: Place
    excerpt: str


class Moved(NamedTuple):
    """Rows that stand in another split than before; `leak` where what was trained on is now held out."""

    old: str
    new: str
    rows: int
    leak: bool
    examples: Sequence[tuple[Place, Place]]


class Converted(NamedTuple):
    """Rows that say the same in another format."""

    old: str
    new: str
    rows: int


class FieldCount(NamedTuple):
    """How many changed rows differ at a pointer, `*` for any place in a list."""

    pointer: str
    rows: int


class SplitDiff(NamedTuple):
    """The rows of one split, by what became of them. `same` and `changed` stand in it on both sides."""

    name: str
    old: int
    new: int
    same: int
    added: int
    removed: int
    changed: int
    moved_in: int
    moved_out: int
    reordered: int


class RowsDiff(NamedTuple):
    """All rows that could be read, by what became of them.

    `same` + `changed` are those that both sides have, wherever they stand; of them `moved` stand in another
    split, `refiled` in another file of their split, and `reordered` is the least number that would have to
    be moved within their files. `unread_added` and `unread_removed` are rows that could not be read.
    """

    same: int
    added: int
    removed: int
    changed: int
    moved: int
    refiled: int
    reordered: int
    unread_added: int = 0
    unread_removed: int = 0

    @property
    def any(self) -> bool:
        return any(self[1:])


class FileDiff(NamedTuple):
    """A file of either side or of both; what it is called on each side, None where it is not there."""

    old: str | None
    new: str | None
    old_format: str | None
    new_format: str | None
    old_rows: int
    new_rows: int


class Part(NamedTuple):
    """A value of a distribution, as it may be shown, and how often it came up on each side."""

    name: str
    old: int
    new: int


class ShiftDiff(NamedTuple):
    """How far a distribution shifted: see `detect/shift.py`. `parts` are of kinds, largest change first.

    `field` names the column, "" for none.
    """

    name: Literal["lengths", "turns", "roles", "labels", "scripts", "sources"]
    psi: float
    chance: float
    level: Literal["none", "chance", "moderate", "major"]
    d: float | None = None
    field: str = ""
    parts: Sequence[Part] = ()


class ScopeDiff(NamedTuple):
    """What a split or everything holds on both sides, None where a side has no such split."""

    name: str
    old: Scope | None
    new: Scope | None
    shifts: Sequence[ShiftDiff]


class FreshFinding(NamedTuple):
    """A finding that the old side does not have, as an example."""

    path: str
    line: int | None
    row: int | None
    message: str
    excerpt: str


class RuleDiff(NamedTuple):
    """What one rule finds on both sides.

    `fresh` and `gone` count findings without a match on the other side, None where there are too many to be
    matched one by one.
    """

    code: str
    name: str
    severity: Severity
    old: int
    new: int
    fresh: int | None
    gone: int | None
    examples: Sequence[FreshFinding]


class SideSummary(NamedTuple):
    """One side: as it was named, the commit it is of ("" for none), and what it holds."""

    name: str
    commit: str
    files: int
    rows: int
    records: int
    bytes: int


class DatasetDiff(NamedTuple):
    """Everything that differs.

    `key` is the column by which rows are matched, "" for their content. `fields` counts the first
    `counted` of the changed rows. `rules` is None where findings were not compared.
    """

    old: SideSummary
    new: SideSummary
    key: str
    rows: RowsDiff
    splits: Sequence[SplitDiff]
    moved: Sequence[Moved]
    converted: Sequence[Converted]
    how: Mapping[How, int]
    fields: Sequence[FieldCount]
    counted: int
    changed: Sequence[ChangedRow]
    added: Sequence[FoundRow]
    removed: Sequence[FoundRow]
    files: Sequence[FileDiff]
    total: ScopeDiff
    scopes: Sequence[ScopeDiff]
    rules: Sequence[RuleDiff] | None
    not_run: Sequence[NotRun]
    not_read: Sequence[NotRead]
    notes: Sequence[str]
    seconds: float = 0.0

    @property
    def differs(self) -> bool:
        return self.rows.any

    @property
    def leaks(self) -> int:
        """Rows that were trained on and are now held out."""
        return sum(move.rows for move in self.moved if move.leak)
