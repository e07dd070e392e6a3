"""Presidio as its own documentation would have it used, without a model: what ftlint is held against."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ftlint.detect.pii.kinds import KINDS
from ftlint.detect.pii.presidio import WordEngine, predefined


class Finding(NamedTuple):
    entity: str
    start: int
    end: int
    score: float


def plain(entities: Sequence[str]) -> Any:
    """An AnalyzerEngine with Presidio's recognizers of these entities and with working context words."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

    names = dict(pair for kind in KINDS.values() for pair in kind.entities)
    registry = RecognizerRegistry(recognizers=[], supported_languages=["en"])
    for entity in entities:
        registry.add_recognizer(predefined(names[entity], entity))
    return AnalyzerEngine(registry=registry, nlp_engine=WordEngine(), supported_languages=["en"])


def findings(engine: Any, text: str, threshold: float = 0.0) -> list[Finding]:
    results = engine.analyze(text, language="en", score_threshold=threshold)
    return sorted(Finding(one.entity_type, one.start, one.end, one.score) for one in results)


def at(findings: Iterable[Finding], thresholds: dict[str, float]) -> list[Finding]:
    """Those of the entities named, from their thresholds on.

    Presidio drops what scores too low before it drops what another finding of the same entity contains; the
    order makes no difference, for what contains has the higher score."""
    return sorted(one for one in findings if one.score >= thresholds.get(one.entity, 2.0))
