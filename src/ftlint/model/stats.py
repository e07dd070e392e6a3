"""What a dataset holds, counted: the nouns of `ftlint data stats`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Bin(NamedTuple):
    """How many records have a value of `low` to `high`, both included."""

    low: int
    high: int
    records: int


class Spread(NamedTuple):
    """How often each value came up: records by length in tokens, or by number of turns."""

    counts: Mapping[int, int]

    @property
    def records(self) -> int:
        return sum(self.counts.values())

    def quantiles(self, percents: Sequence[int]) -> list[int]:
        """For each percent the smallest value that at least so many percent of the records do not exceed.

        A value that some record has, never one in between; 0 is the least value, 100 the largest. Raises
        `ValueError` where there are no records.
        """
        records = self.records
        if not records:
            raise ValueError("no records")
        ranks = [max(1, -(-records * percent // 100)) for percent in percents]
        found = [0] * len(percents)
        values = iter(sorted(self.counts.items()))
        value, seen = 0, 0
        for rank, index in sorted(zip(ranks, range(len(ranks)), strict=True)):
            while seen < rank:
                value, count = next(values)
                seen += count
            found[index] = value
        return found

    def bins(self) -> list[Bin]:
        """Bins from a power of two to below the next, 0 in a bin of its own.

        From the first to the last that is filled, without a gap.
        """
        filled: dict[int, int] = {}
        for value, count in self.counts.items():
            if count:
                power = value.bit_length()
                filled[power] = filled.get(power, 0) + count
        if not filled:
            return []
        return [
            Bin(1 << power >> 1, (1 << power) - 1, filled.get(power, 0))
            for power in range(min(filled), max(filled) + 1)
        ]


class Cluster(NamedTuple):
    """Rows of one split that are copies of each other or nearly so, and where the first of them stands.

    `line` is None in a file without lines.
    """

    rows: int
    path: str
    row: int
    line: int | None


class Clusters(NamedTuple):
    """How many clusters there are, how many rows are in them, and the largest, largest first."""

    clusters: int
    rows: int
    largest: Sequence[Cluster]


class Value(NamedTuple):
    """A value of a source column as it may be shown; `different` values look like this once masked."""

    shown: str
    records: int
    different: int


class Origin(NamedTuple):
    """Where records are from, by a column: its commonest values, and what is left.

    `different` counts the values, None where they are too many to be sources; `records` have a value.
    """

    field: str
    different: int | None
    records: int
    top: Sequence[Value]


class FormatCount(NamedTuple):
    """Files and records of one format; a name of "" stands for files whose format is not known."""

    name: str
    files: int
    records: int


class Scope(NamedTuple):
    """What a split, a dataset or everything holds.

    `rows` are all rows, `records` those that could be read, `measured` those of a known format: tokens,
    turns, copies, scripts and origin are of these alone. `prompt` and `completion` are estimated tokens.
    `repeats` counts the rows that repeat an earlier row of their split, `repeated` the rows that they repeat.
    `clusters` is None where near rows were not looked for, `origin` None where no column names one. A script
    of "" stands for records whose script is not clear. `classes` are labels, by a column or (field "") by the
    answer; None where nothing looks like them, or nobody asked.
    """

    name: str
    files: int
    rows: int
    records: int
    measured: int
    bytes: int
    formats: Sequence[FormatCount]
    prompt: int
    completion: int
    lengths: Spread
    turns: Spread
    repeats: int
    repeated: int
    clusters: Clusters | None
    scripts: Mapping[str, int]
    origin: Origin | None
    classes: Origin | None = None

    @property
    def tokens(self) -> int:
        return self.prompt + self.completion


class DatasetStats(NamedTuple):
    """A dataset and its splits, in their usual order."""

    whole: Scope
    splits: Sequence[Scope]


class FileStats(NamedTuple):
    """One file; `format` is None where it is not known."""

    path: str
    dataset: str
    split: str
    format: str | None
    container: str
    rows: int
    records: int
    bytes: int


class NotRead(NamedTuple):
    """A file that is not or not wholly in the numbers, and why."""

    path: str
    reason: str


class Stats(NamedTuple):
    """Everything counted.

    `similarity` is what near rows have in common at least, None where they were not looked for.
    """

    total: Scope
    datasets: Sequence[DatasetStats]
    files: Sequence[FileStats]
    not_read: Sequence[NotRead]
    similarity: float | None
    seconds: float = 0.0
    notes: Sequence[str] = ()
