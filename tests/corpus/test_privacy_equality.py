"""Findings equal plain Presidio's on real texts."""

import importlib
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytest.importorskip("presidio_analyzer")

from ftlint.detect.pii import detector
from ftlint.detect.pii.kinds import DEFAULT_KINDS, KINDS
from ftlint.model.privacy import PiiChoices

pytestmark = pytest.mark.corpus

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MEGABYTES = 0.4


@pytest.fixture
def privacy(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("privacy")


def test_real_texts(corpus: Path, privacy: Any) -> None:
    """Half of the texts are drawn from all, half from those in which a detector finds something."""
    texts = sorted({*privacy.real_texts(corpus / "datasets"), *privacy.real_texts(corpus / "privacy")})
    Random(17).shuffle(texts)
    finder = detector(PiiChoices(presidio_only=True), DEFAULT_KINDS)
    met = [text for text in texts[:20_000] if finder.found(text)]
    chosen = privacy.head(texts, MEGABYTES / 2) + privacy.head(met, MEGABYTES / 2)
    engine = privacy.plain([entity for kind in DEFAULT_KINDS for entity, _ in KINDS[kind].entities])
    thresholds = {source.entity: source.threshold for source in finder.sources.values()}
    count, differing = 0, []
    for number, text in enumerate(chosen):
        theirs = privacy.at(privacy.findings(engine, text), thresholds)
        count += len(theirs)
        if [tuple(one) for one in theirs] != sorted(tuple(one[:4]) for one in finder.found(text)):
            differing.append(number)
    assert count >= 100
    assert differing == []
