"""Metrics of a classification: accuracy, macro-F1, and the report by label."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.evaluate.metrics.text import words

if TYPE_CHECKING:
    from ftlint.evaluate.result import LabelScore, Prediction

MOST_LABELS = 50


def label_of(text: str) -> str:
    """A label as it is compared: case, white space and a full stop at its end aside."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()).rstrip(".。").rstrip()


def accuracy(output: str, reference: str, extra: Mapping[str, Any]) -> float:
    """1 where the output is the reference's label; case, white space and a full stop at its end aside."""
    return float(label_of(output) == label_of(reference))


class MacroF1(NamedTuple):
    """The mean of F1 over the labels of the references (scikit-learn's `average="macro"` with those labels).

    An output that is no label misses its reference's label, and is none of its own.
    """

    name: str = "macro_f1"
    higher_is_better: bool = True

    def table(self, rows: Sequence[Prediction]) -> list[list[float] | None]:
        """For each label three numbers: hit, of the reference, of the output."""
        wanted = [label_of(row.reference) for row in rows]
        places = {label: index for index, label in enumerate(sorted(set(wanted)))}
        made: list[list[float] | None] = []
        for row, right in zip(rows, wanted, strict=True):
            line = [0.0] * (3 * len(places))
            found = label_of(row.output)
            line[3 * places[right] + 1] = 1.0
            if found in places:
                line[3 * places[found] + 2] = 1.0
            if found == right:
                line[3 * places[right]] = 1.0
            made.append(line)
        return made

    def value(self, sums: Sequence[float]) -> float:
        scores = [
            2 * sums[at] / (sums[at + 1] + sums[at + 2])
            for at in range(0, len(sums), 3)
            if sums[at + 1] + sums[at + 2]
        ]
        return sum(scores) / len(scores) if scores else 0.0


def is_classification(references: Sequence[str]) -> bool:
    """Whether references look like labels: short, few, and each of them often.

    2 to 50 different ones of at most five words, at least five rows to a label on average, and hardly any
    label alone.
    """
    counts = Counter(map(label_of, references))
    if not 2 <= len(counts) <= MOST_LABELS or len(references) < 5 * len(counts):
        return False
    alone = sum(count == 1 for count in counts.values())
    return alone * 10 <= len(counts) and all(label and len(words(label)) <= 5 for label in counts)


def report(rows: Sequence[Prediction]) -> list[LabelScore]:
    """The classification report: precision, recall and F1 of each label of the references, by name."""
    from ftlint.evaluate.result import LabelScore

    pairs = [(label_of(row.output), label_of(row.reference)) for row in rows]
    hits = Counter(right for found, right in pairs if found == right)
    named, support = Counter(found for found, _ in pairs), Counter(right for _, right in pairs)
    return [
        LabelScore(
            label=label,
            precision=hits[label] / named[label] if named[label] else 0.0,
            recall=hits[label] / support[label],
            f1=2 * hits[label] / (named[label] + support[label]),
            support=support[label],
        )
        for label in sorted(support)
    ]
