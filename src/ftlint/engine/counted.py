"""Counts of files that add up to counts of splits, of datasets and of everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest

from ftlint.detect.measures.class_counts import ANSWERS, ClassCounts
from ftlint.detect.measures.class_counts import COLUMNS as CLASSES
from ftlint.detect.measures.row_hashes import BLANK, RowHashes
from ftlint.detect.measures.script_counts import ScriptCounts
from ftlint.detect.measures.sources import COLUMNS, Sources, Tally
from ftlint.detect.measures.token_lengths import TokenLengths
from ftlint.detect.measures.token_totals import TokenTotals
from ftlint.detect.measures.turn_counts import TurnCounts
from ftlint.detect.repeats import joined, repeats
from ftlint.detect.scripts import NAMES
from ftlint.engine.partial import Partial
from ftlint.model import Part
from ftlint.model.near import Alike
from ftlint.model.stats import Cluster, Clusters, FormatCount, Origin, Scope, Spread, Value

SHOWN = 10
"""Values of a source column that are listed, and clusters."""

MOST_CLASSES = 100
"""Different labels; more of them are no classes."""


@dataclass(slots=True)
class Counted:
    """What `Scope` tells, on the way to it."""

    files: int = 0
    rows: int = 0
    records: int = 0
    measured: int = 0
    bytes: int = 0
    prompt: int = 0
    completion: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    by_format: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    turns: Counter[int] = field(default_factory=Counter)
    scripts: Counter[str] = field(default_factory=Counter)
    columns: dict[str, Tally] = field(default_factory=dict)
    classes: dict[str, Tally] = field(default_factory=dict)
    repeats: int = 0
    repeated: int = 0
    clusters: Clusters | None = None

    @classmethod
    def file(cls, part: Part) -> Counted:
        """One file, copies aside."""
        counted = cls(1, part.rows, part.records, bytes=part.source.size)
        name = part.format.name if part.format else ""
        counted.formats[name] = 1
        counted.by_format[name] = part.records
        if part.format is None:
            return counted
        counted.measured = part.records
        lengths = Counter(part.measure(TokenLengths).tokens)
        # rows that could not be read stand there as 0, too, but for those at the end
        lengths[0] = part.records - (lengths.total() - lengths[0])
        counted.lengths = +lengths
        totals = part.measure(TokenTotals)
        counted.prompt, counted.completion = totals.prompt, totals.completion
        counted.turns = part.measure(TurnCounts).counts
        counted.scripts = part.measure(ScriptCounts).counts
        counted.columns = part.measure(Sources).columns
        if ClassCounts in part.measures:
            counted.classes = part.measure(ClassCounts).columns
        return counted

    @classmethod
    def of(cls, some: Sequence[Counted]) -> Counted:
        """All of them together."""
        whole = cls()
        for one in some:
            for name in ("files", "rows", "records", "measured", "bytes", "prompt", "completion"):
                setattr(whole, name, getattr(whole, name) + getattr(one, name))
            for name in ("formats", "by_format", "lengths", "turns", "scripts"):
                getattr(whole, name).update(getattr(one, name))
            for column, tally in one.columns.items():
                whole.columns.setdefault(column, Tally({})).add(tally.counts, tally.shown)
            for column, tally in one.classes.items():
                whole.classes.setdefault(column, Tally({})).add(tally.counts, tally.shown)
            whole.repeats += one.repeats
            whole.repeated += one.repeated
        found = [one.clusters for one in some if one.clusters is not None]
        if found:
            listed = sorted((each for one in found for each in one.largest), key=lambda each: -each.rows)
            count, rows = sum(one.clusters for one in found), sum(one.rows for one in found)
            whole.clusters = Clusters(count, rows, listed[:SHOWN])
        return whole

    def take_copies(self, parts: Sequence[Part]) -> None:
        """Count the rows that repeat an earlier one of these files; rows without any text are left out."""
        columns = [part.measure(RowHashes).keys for part in parts if RowHashes in part.measures]
        keys = joined(columns)
        firsts = set()
        for later, first in repeats(keys):
            if keys[later] != BLANK:
                self.repeats += 1
                firsts.add(first)
        self.repeated = len(firsts)

    def take_clusters(self, alike: Alike | None, scanned: Mapping[str, Partial]) -> None:
        """Count clusters of a split; None where its rows were too few to be compared."""
        if alike is None:
            self.clusters = Clusters(0, 0, ())
            return
        sizes = dict(zip(alike.firsts, alike.sizes, strict=True))
        largest = nsmallest(SHOWN, sizes.items(), key=lambda item: (-item[1], item[0]))
        clusters = []
        for first, size in largest:
            part, row = alike.place(first)
            lines = part.source.container not in ("parquet", "arrow")
            line = scanned[part.path].places.line(row) if lines else None
            clusters.append(Cluster(size, part.path, row, line))
        self.clusters = Clusters(len(sizes), sum(sizes.values()), clusters)

    def scope(self, name: str, source: str, classes: str | None = None) -> Scope:
        """What is told of it; `source` names the column of origins, "" for the one that looks like it.

        `classes` names the column of classes in the same way, "" for the answers.
        """
        named = self.named_classes() if classes is None else classes
        return Scope(
            name=name,
            files=self.files,
            rows=self.rows,
            records=self.records,
            measured=self.measured,
            bytes=self.bytes,
            formats=[
                FormatCount(known, self.formats[known], records)
                for known, records in sorted(self.by_format.items(), key=lambda item: (-item[1], item[0]))
            ],
            prompt=self.prompt,
            completion=self.completion,
            lengths=Spread(self.lengths),
            turns=Spread(self.turns),
            repeats=self.repeats,
            repeated=self.repeated,
            clusters=self.clusters,
            scripts=dict(self._scripts()),
            origin=self._origin(source),
            classes=None if named is None else _told(named, self.classes.get(named)),
        )

    def named_classes(self) -> str | None:
        """The column that classifies the records, "" for their answers.

        Nine in ten have a label there, of 2 to 100 kinds that come up five times on average.
        """
        for column in (*CLASSES, ANSWERS):
            tally = self.classes.get(column)
            if tally is None or 10 * tally.records < 9 * self.measured:
                continue
            if 2 <= tally.values <= min(MOST_CLASSES, tally.records // 5):
                return column
        return None

    def _scripts(self) -> Iterator[tuple[str, int]]:
        """By share, those that are not clear last."""
        order = sorted(self.scripts.items(), key=lambda item: (not item[0], -item[1], item[0]))
        return ((NAMES.get(letter, ""), count) for letter, count in order)

    def _origin(self, source: str) -> Origin | None:
        column = source or next((column for column in COLUMNS if self._names_origins(column)), "")
        return _told(column, self.columns.get(column))

    def _names_origins(self, column: str) -> bool:
        """Whether half of the records have a short value there, and values come up twice on average."""
        tally = self.columns.get(column)
        return tally is not None and 2 * tally.records >= self.measured and 2 * tally.values <= tally.records


def _told(column: str, tally: Tally | None) -> Origin | None:
    if tally is None:
        return None
    if tally.counts is None:
        return Origin(column, None, 0, ())
    shown: dict[str, list[int]] = {}
    for value, count in tally.counts.items():
        entry = shown.setdefault(tally.shown[value], [0, 0])
        entry[0] += count
        entry[1] += 1
    values = [Value(text, records, different) for text, (records, different) in shown.items()]
    top = nsmallest(SHOWN, values, key=lambda value: (-value.records, value.shown))
    return Origin(column, tally.values, tally.records, top)
