"""Presidio without a language model: its own recognizers, and what it asks of a language engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from ftlint.detect.pii.context import STOP_WORDS, WORD, is_punctuation


def predefined(name: str, entity: str, language: str = "en") -> Any:
    """One of Presidio's own recognizers, by its class name."""
    offline()
    from presidio_analyzer import predefined_recognizers

    return forgiving(
        getattr(predefined_recognizers, name)(supported_entity=entity, supported_language=language)
    )


def forgiving(recognizer: Any) -> Any:
    """The recognizer, whose checks may break down over digits of other scripts: such a value is none."""
    for name, broken in (("validate_result", False), ("invalidate_result", True)):
        check = getattr(recognizer, name, None)
        if check is not None:
            setattr(recognizer, name, _unbroken(check, broken))
    return recognizer


def _unbroken(check: Callable[[str], bool | None], broken: bool) -> Callable[[str], bool | None]:
    def unbroken(value: str) -> bool | None:
        try:
            return check(value)
        except (ValueError, KeyError, IndexError):
            return broken

    return unbroken


@cache
def offline() -> None:
    """Presidio that neither reaches for the network nor logs a text it looks at.

    The e-mail recognizer asks tldextract for the public suffix list, which by default is fetched and kept in
    a cache; the copy that comes with the package serves. The IBAN recognizer logs what it cannot read.
    """
    import logging

    import tldextract

    logger = logging.getLogger("presidio-analyzer")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_silent)
    setattr(tldextract, "extract", tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None))  # noqa: B010


def _silent(record: Any) -> bool:
    """Nothing is logged; that a pattern ran out of time, which Presidio passes over, ends the run."""
    if "timed out" in str(record.msg):
        from ftlint.detect.pii.matching import out_of_time

        out_of_time("a recognizer of Presidio's")
    return False


class WordEngine:
    """What Presidio asks of a language engine: words, and their lower-case forms in place of lemmas.

    Presidio looks for context words among lemmas. Its own engine without a model has no tokens and a blank
    spaCy pipeline has empty lemmas: with either, context words do nothing, and no message says so. With
    this one an AnalyzerEngine finds exactly what `PiiDetector.found` does.
    """

    def load(self) -> None:
        return

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> Any:
        from presidio_analyzer.nlp_engine import NlpArtifacts

        words = list(WORD.finditer(text))
        return NlpArtifacts(
            entities=[],
            tokens=[word[0] for word in words],
            tokens_indices=[word.start() for word in words],
            lemmas=[word[0].lower() for word in words],
            nlp_engine=self,
            language=language,
            scores=[],
        )

    def process_batch(
        self, texts: Iterable[str], language: str, *_: object, **__: object
    ) -> Iterator[tuple[str, Any]]:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return word in STOP_WORDS

    def is_punct(self, word: str, language: str) -> bool:
        return is_punctuation(word)

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["en"]
