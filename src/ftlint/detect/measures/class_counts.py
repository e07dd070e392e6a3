"""A measure: which classes there are, by short answers and by the columns that name a class."""

from __future__ import annotations

from collections import Counter

from ftlint.detect.measures.sources import Sources, Tally, values_of
from ftlint.model import Batch

COLUMNS = ("label", "class", "category", "kto_tag")
"""Columns that hold a class by name, in the order they are tried in."""

ANSWERS = ""
"""Stands for the answers among the columns."""

LONGEST = 40
"""Characters; anything longer is prose, not a label."""


class ClassCounts(Sources):
    """How often each short answer and each value of a column of classes occurs, as `Sources` keeps them."""

    def add(self, batch: Batch) -> None:
        answers = Counter(target for target in batch.targets if 0 < len(target) <= LONGEST)
        if answers:
            self.columns.setdefault(ANSWERS, Tally({})).count(answers, batch)
        for column in COLUMNS:
            found = Counter(values_of(batch, column, LONGEST))
            if found:
                self.columns.setdefault(column, Tally({})).count(found, batch)
