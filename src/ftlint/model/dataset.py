from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from ftlint.model.format import Format
from ftlint.model.source import Source

if TYPE_CHECKING:
    from ftlint.model.near import Likeness

M = TypeVar("M")

Evidence = Literal["declared", "named", "lone"]
"""How the splits of a dataset are known."""

SPLITS = ("train", "validation", "test", "general")


NO_MEASURES: Mapping[Any, Any] = MappingProxyType({})


class Part(NamedTuple):
    """One file of a split with its finished measures. `doubt` says what is unclear about its format."""

    source: Source
    format: Format | None
    rows: int
    records: int
    measures: Mapping[type, Any] = NO_MEASURES
    doubt: str = ""

    @property
    def path(self) -> str:
        return self.source.path

    def measure(self, kind: type[M]) -> M:
        """The finished measure of this file. Raises `KeyError` when the rule did not name it in `needs`."""
        return self.measures[kind]  # type: ignore[no-any-return]  # each stands under its own type


class Split(NamedTuple):
    """One split of a dataset: its files in order."""

    name: str
    parts: list[Part]

    @property
    def rows(self) -> int:
        """Rows, broken ones included."""
        return sum(part.rows for part in self.parts)

    @property
    def records(self) -> int:
        """Rows that could be read."""
        return sum(part.records for part in self.parts)

    @property
    def path(self) -> str:
        """The path a finding about the whole split is shown at: its first file."""
        return self.parts[0].path if self.parts else ""


class Dataset(NamedTuple):
    """A named group of files by split.

    `evidence` says how the splits are known: `declared` in settings, `named` by their file names, or
    `lone`, a file whose name says nothing (it then stands as `train`). `target` names a provider profile
    ("" for none), `max_length` is in tokens (None for unknown), `today` is the date YYYY-MM-DD.
    `partial` says that further files of it lie on disk that this run was not asked to look at. `near` tells
    which rows are near others, by what was compared of them and how similar they are at least. `evaluated`
    says that a config trains on it that holds a share out or evaluates on other data.
    """

    name: str
    splits: Mapping[str, Split]
    target: str = ""
    max_length: int | None = None
    evidence: Evidence = "lone"
    today: str = ""
    partial: bool = False
    near: Mapping[tuple[str, float], Likeness] = NO_MEASURES
    evaluated: bool = False

    @property
    def parts(self) -> Iterator[tuple[Split, Part]]:
        for split in self.splits.values():
            for part in split.parts:
                yield split, part

    @property
    def path(self) -> str:
        """Where a finding about the whole dataset is shown: the first file of its first split."""
        return next((split.path for split in self.splits.values() if split.parts), "")
