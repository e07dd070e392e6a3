"""What was changed: counts by kind and row, never a value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

MOST = 500_000
"""Pseudonyms of small sets that are remembered, 100 bytes each; beyond, clashes are no longer looked for."""


@dataclass(slots=True)
class Tally:
    """Counts of one file, or of a part of one. `spans` and `rows` are keyed by (family, kind).

    rows_read      records
    rows_changed   of them those in which anything was changed
    broken         rows that are no JSON and were redacted as text
    left           values that stand for nobody and stayed, by kind
    elsewhere      values outside of records: in names of columns, metadata, between rows
    drawn          pseudonyms of small sets -> a hash of whose each is; None once there are too many
    clashes        values whose pseudonym another value of the kind had, by kind
    """

    spans: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows_read: int = 0
    rows_changed: int = 0
    broken: int = 0
    left: Counter[str] = field(default_factory=Counter)
    elsewhere: int = 0
    drawn: dict[tuple[str, str], int] | None = field(default_factory=dict)
    clashes: set[tuple[str, int]] = field(default_factory=set)

    def add(self, other: Tally) -> None:
        self.spans.update(other.spans)
        self.rows.update(other.rows)
        self.rows_read += other.rows_read
        self.rows_changed += other.rows_changed
        self.broken += other.broken
        self.elsewhere += other.elsewhere
        self.left.update(other.left)
        self.clashes |= other.clashes
        if other.drawn is None:
            self.drawn = None
        for (kind, pseudonym), whose in (other.drawn or {}).items():
            self.draw(kind, pseudonym, whose)

    def draw(self, kind: str, pseudonym: str, whose: int) -> None:
        """Notes whose pseudonym that is. The least owner is kept, so that order makes no difference."""
        if self.drawn is None:
            return
        first = self.drawn.setdefault((kind, pseudonym), whose)
        if first != whose:
            self.clashes.add((kind, max(first, whose)))
            self.drawn[kind, pseudonym] = min(first, whose)
        if len(self.drawn) > MOST:
            self.drawn = None
