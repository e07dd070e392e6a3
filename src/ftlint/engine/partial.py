"""What scanning one shard yields, and how shards of one file are put together again."""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ftlint.engine.entries import Entries
from ftlint.model import Fault, Finding
from ftlint.rule import Measure

ABSENT = 0xFFFFFFFFFFFFFFFF
BROAD = 0xFFFFFFFF


class Places:
    """Where each row stands: byte offset and size, and its line where rows and lines do not keep step.

    12 bytes a row, 16 with lines. A row that could not be read is there too, where its fault said it was.
    """

    __slots__ = ("lines", "offsets", "sizes")

    def __init__(self) -> None:
        self.offsets: array[int] = array("Q")
        self.sizes: array[int] = array("I")
        self.lines: array[int] | None = None

    def __len__(self) -> int:
        return len(self.offsets)

    def put(self, row: int, offset: int, size: int, line: int) -> None:
        if self.lines is None and line != row + 1:
            self._keep_lines()
        missing = row + 1 - len(self.offsets)
        if missing > 0:
            self.offsets.extend([ABSENT] * missing)
            self.sizes.extend([0] * missing)
            if self.lines is not None:
                self.lines.extend([0] * missing)
        self.offsets[row] = offset
        self.sizes[row] = min(size, BROAD)
        if self.lines is not None:
            self.lines[row] = line

    def put_run(self, first: int, offsets: list[int], sizes: list[int], lines: Any) -> None:
        """A run of consecutive rows that starts right after the last one known."""
        if self.lines is None and not (lines[0] == first + 1 and lines[-1] == first + len(offsets)):
            self._keep_lines()
        self.offsets.extend(offsets)
        self.sizes.extend(sizes if max(sizes) <= BROAD else [min(size, BROAD) for size in sizes])
        if self.lines is not None:
            self.lines.extend(lines)

    def _keep_lines(self) -> None:
        self.lines = array("I", range(1, len(self.offsets) + 1))

    def line(self, row: int) -> int | None:
        if not 0 <= row < len(self.offsets):
            return None
        if self.lines is None:
            return row + 1
        return self.lines[row] or None

    def place(self, row: int) -> tuple[int, int] | None:
        """Byte offset and size of a row, None where it was never located."""
        if not 0 <= row < len(self.offsets) or self.offsets[row] == ABSENT:
            return None
        return self.offsets[row], self.sizes[row]

    def merge(self, other: "Places", rows: int, lines: int) -> None:
        """Append the next shard, which begins `rows` rows and `lines` lines into the file."""
        missing = rows - len(self.offsets)
        in_step = rows == lines and other.lines is None
        if self.lines is None and not in_step:
            self._keep_lines()
        if missing > 0:
            self.offsets.extend([ABSENT] * missing)
            self.sizes.extend([0] * missing)
            if self.lines is not None:
                self.lines.extend([0] * missing)
        if self.lines is not None:
            theirs = range(1, len(other) + 1) if other.lines is None else other.lines
            self.lines.extend([line + lines if line else 0 for line in theirs])
        self.offsets.extend(other.offsets)
        self.sizes.extend(other.sizes)


@dataclass(slots=True)
class Verdict:
    """A finding that holds for every row of a structure, and those rows."""

    code: str
    finding: Finding
    rows: "array[int]" = field(default_factory=lambda: array("I"))

    def __len__(self) -> int:
        return len(self.rows)

    def without_rows(self, rows: set[int]) -> "Verdict":
        if rows.isdisjoint(self.rows):
            return self
        return Verdict(self.code, self.finding, array("I", (row for row in self.rows if row not in rows)))


@dataclass(slots=True)
class Partial:
    """One shard scanned; or, merged, one file. Rows and lines count from the start of the shard."""

    rows: int = 0
    records: int = 0
    lines: int = 0
    bytes: int = 0
    places: Places = field(default_factory=Places)
    measures: dict[type[Measure], Measure] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    findings: defaultdict[str, Entries] = field(default_factory=lambda: defaultdict(Entries))
    """By the code of their rule; no code is there without a finding."""
    ignored: dict[int, tuple[str, ...]] = field(default_factory=dict)
    tallies: dict[str, Fault] = field(default_factory=dict)
    failures: list[tuple[str, str, int | None, str]] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)

    def merge(self, other: "Partial") -> None:
        """Append the next shard of the same file."""
        self.places.merge(other.places, self.rows, self.lines)
        for kind, measure in other.measures.items():
            if kind in self.measures:
                self.measures[kind].merge(measure, self.rows)
            else:
                self.measures[kind] = measure
        for key, verdict in other.verdicts.items():
            shifted = array("I", [row + self.rows for row in verdict.rows]) if self.rows else verdict.rows
            if key in self.verdicts:
                self.verdicts[key].rows.extend(shifted)
            else:
                self.verdicts[key] = Verdict(verdict.code, verdict.finding, shifted)
        for code, entries in other.findings.items():
            self.findings[code].extend(entries, self.rows, self.lines)
        self._merge_tallies(other)
        self.ignored.update((row + self.rows, codes) for row, codes in other.ignored.items())
        self.failures.extend(other.failures)
        self.missing.extend(item for item in other.missing if item not in self.missing)
        self.rows += other.rows
        self.records += other.records
        self.lines += other.lines
        self.bytes += other.bytes

    def tally(self, fault: Fault) -> None:
        """Count a fault that is told once per file."""
        known = self.tallies.get(fault.kind)
        self.tallies[fault.kind] = fault if known is None else known._replace(times=known.times + fault.times)

    def _merge_tallies(self, other: "Partial") -> None:
        for fault in other.tallies.values():
            row = None if fault.row is None else fault.row + self.rows
            line = None if fault.line is None else fault.line + self.lines
            self.tally(fault._replace(row=row, line=line))

    def each(self) -> Iterator[tuple[str, Entries | Verdict]]:
        """Findings and verdicts alike, with the code of their rule."""
        yield from self.findings.items()
        for verdict in self.verdicts.values():
            yield verdict.code, verdict
