"""Precision and recall on labelled synthetic texts, with all that ftlint adds to Presidio."""

import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("presidio_analyzer")

from ftlint.detect.pii import PiiDetector, detector
from ftlint.detect.pii.kinds import DEFAULT_KINDS
from ftlint.model.privacy import PiiChoices

pytestmark = pytest.mark.corpus

KINDS = {
    "EMAIL_ADDRESS": "email",
    "IP_ADDRESS": "ip",
    "US_SSN": "ssn",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "PHONE_NUMBER": "phone",
}
FLOORS = {
    "email": (1.0, 1.0),
    "ip": (1.0, 1.0),
    "ssn": (1.0, 1.0),
    "card": (1.0, 0.98),
    "iban": (1.0, 1.0),
    "phone": (0.98, 0.95),
}
"""Precision and recall. A span is right where it overlaps a label of its kind."""

SMALL = {"email", "ip", "ssn", "card", "phone"}
"""Kinds that the small set has labels of."""


class Counted(NamedTuple):
    right: Counter[str]
    wrong: Counter[str]
    missed: Counter[str]

    def precision(self, kind: str) -> float:
        return self.right[kind] / (self.right[kind] + self.wrong[kind])

    def recall(self, kind: str) -> float:
        return self.right[kind] / (self.right[kind] + self.missed[kind])


def counted(finder: PiiDetector, file: Path) -> Counted:
    counts = Counted(Counter(), Counter(), Counter())
    for row in json.loads(file.read_text()):
        labels = [
            (KINDS[label["entity_type"]], label["start_position"], label["end_position"])
            for label in row["spans"]
            if label["entity_type"] in KINDS
        ]
        found = [(span.kind, span.start, span.end) for span in finder.spans(row["full_text"])]
        for label in labels:
            (counts.right if any(alike(label, one) for one in found) else counts.missed)[label[0]] += 1
        for one in found:
            if one[0] in FLOORS and not any(alike(label, one) for label in labels):
                counts.wrong[one[0]] += 1
    return counts


def alike(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


@pytest.mark.parametrize(
    ("name", "kinds", "least"),
    [("synth_dataset_v2.json", FLOORS.keys(), 14), ("generated_small.json", SMALL, 2)],
)
def test_precision_and_recall(corpus: Path, name: str, kinds: set[str], least: int) -> None:
    counts = counted(detector(PiiChoices(), DEFAULT_KINDS), corpus / "privacy" / name)
    for kind in kinds:
        precision, recall = FLOORS[kind]
        assert counts.right[kind] + counts.missed[kind] >= least, kind
        assert counts.precision(kind) >= precision, kind
        assert counts.recall(kind) >= recall, kind


def test_presidio_alone_is_what_was_measured(corpus: Path) -> None:
    """What ftlint adds is measured against this: 31 cards missed, a phone in four that is none."""
    counts = counted(
        detector(PiiChoices(presidio_only=True), DEFAULT_KINDS), corpus / "privacy" / "synth_dataset_v2.json"
    )
    assert counts.missed["card"] == 31
    assert counts.missed["iban"] == 1
    assert counts.recall("phone") < 0.7
    assert counts.precision("phone") < 0.97
