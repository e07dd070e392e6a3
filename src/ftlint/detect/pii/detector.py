"""Personal data in a text: gates first, then only those of Presidio's recognizers whose gate stood open."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from ftlint.detect.pii.gates import PHONE_GATES, Gate, lifted
from ftlint.detect.pii.kinds import MODEL_KINDS
from ftlint.model.privacy import PiiChoices
from ftlint.model.span import Span


class Found(NamedTuple):
    """What a recognizer found: Presidio's entity, [start, end), the score, whether a context word is near."""

    entity: str
    start: int
    end: int
    score: float
    context: bool = False


class Source(NamedTuple):
    """An entity that is looked for: of what kind it is, who recognizes it, from what score it counts.

    `recognizer` is the name of a class of Presidio's, or "" where ftlint has the recognizer itself. With no
    gates every text is looked at. `context` are the recognizer's own words, for gates that count only beside
    one; () where they are not known beforehand. `label` is what people read. `worded`
    says that a finding counts only beside one of those words, whatever its score.
    """

    entity: str
    kind: str
    recognizer: str
    threshold: float
    gates: tuple[Gate, ...] = ()
    context: tuple[str, ...] = ()
    label: str = ""
    worded: bool = False


PHONE = "PHONE_NUMBER"

MANY = 64
"""Findings in a text from which on its words are worked out once for all."""

NOTHING = r"[^\x00-\x{10ffff}]"
"""Matches no text."""


class PiiDetector:
    """Personal data of some kinds. Gates are compiled at the first text, Presidio comes with a candidate."""

    def __init__(self, choices: PiiChoices, kinds: frozenset[str]) -> None:
        self.choices = choices
        self.kinds = kinds

    def __reduce__(self) -> tuple[Any, ...]:
        """What was compiled stays where it was compiled."""
        return PiiDetector, (self.choices, self.kinds)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """By entity."""
        from ftlint.detect.pii.sources import sources

        return sources(self.choices, self.kinds - MODEL_KINDS)

    @cached_property
    def gate(self) -> str:
        """RE2 pattern: a text without a match of it has no span. "" where every text must be looked at."""
        if self.kinds & MODEL_KINDS or not all(source.gates for source in self.sources.values()):
            return ""
        gates = [gate for source in self.sources.values() for gate in _useful(source)]
        # The gate of phone numbers, a row of digits with marks between them, lets through what others do.
        row = min((gate for gate in gates if gate in PHONE_GATES), key=lambda gate: gate.digits, default=None)
        kept = [gate for gate in gates if row is None or gate is row or gate.digits < row.digits]
        return "|".join(dict.fromkeys(gate.pattern for gate in kept)) or NOTHING

    def candidates(self, text: str) -> list[str]:
        """Entities that the text may hold."""
        encoded = text.encode("utf-8", "replace")
        if self._any is not None and self._any.search(encoded) is None:
            return []
        which, gates = self._which
        may = {source.entity for source in self.sources.values() if not source.gates}
        beside_words = []
        for index in which.Match(encoded) or ():
            source, gate = gates[index]
            if gate.score >= source.threshold and not source.worded:
                may.add(source.entity)
            else:
                beside_words.append((source, gate))
        if beside_words:
            lowered = text.lower()
            for source, gate in beside_words:
                if source.entity not in may and _has_context(text, lowered, source, gate):
                    may.add(source.entity)
        return _checked(may, text) if may else []

    def found(self, text: str) -> list[Found]:
        """What the recognizers find, from each entity's threshold on, before anything is judged or resolved.

        With `presidio_only` exactly what Presidio's AnalyzerEngine finds.
        """
        return [one for entity in self.candidates(text) for one in self._found(entity, text, text)]

    def _found(self, entity: str, looked_at: str, text: str) -> list[Found]:
        """Of one entity in `looked_at`, which is as long as the text; words near are those of `text`."""
        from ftlint.detect.pii.context import Words, supported

        source = self.sources[entity]
        enough: list[Found] = []
        for recognize, context in self._recognizers[entity]:
            results = list(recognize(looked_at))
            words = Words(text) if context and len(results) > MANY else None
            for start, end, plain in results:
                if max(plain, lifted(plain)) < source.threshold:
                    continue
                near = bool(context) and supported(text, start, context, words)
                score = lifted(plain) if near else plain
                if score >= source.threshold:
                    enough.append(Found(entity, start, end, score, near))
        return without_contained(enough) if len(enough) > 1 else enough

    def spans(self, text: str, field: str = "") -> list[Span]:
        """Resolved: sorted by place, none overlapping another. `field` is the JSON pointer of the text."""
        from ftlint.detect.pii.resolve import judged, resolved

        candidates = self.candidates(text)
        last = [PHONE] if PHONE in candidates and not self.choices.presidio_only else []
        found = [
            one for entity in candidates if entity not in last for one in self._found(entity, text, text)
        ]
        spans = judged(found, text, field, self.choices, self.sources) if found else []
        if last:
            # What is another kind's is no phone number, and asking phonenumbers about it takes the longest.
            rest = _without(text, spans) if spans else text
            phones = self._found(PHONE, rest, text)
            spans.extend(judged(phones, text, field, self.choices, self.sources))
        if self.kinds & MODEL_KINDS:
            spans.extend(self._named.spans(text, field))
        return resolved(spans) if len(spans) > 1 else spans

    @cached_property
    def _any(self) -> Any:
        import re2

        return re2.compile(self.gate, _roomy()) if self.gate else None

    @cached_property
    def _which(self) -> tuple[Any, list[tuple[Source, Gate]]]:
        import re2

        gates = [(source, gate) for source in self.sources.values() for gate in _useful(source)]
        which = re2.Set.SearchSet(_roomy())
        for _, gate in gates:
            which.Add(gate.pattern)
        which.Compile()
        return which, gates

    @cached_property
    def _recognizers(self) -> Any:
        from ftlint.detect.pii.sources import Recognizers

        return Recognizers(self.choices, self.sources)

    @cached_property
    def _named(self) -> Any:
        from ftlint.detect.pii.named import NamedEntities

        return NamedEntities(self.choices, self.kinds & MODEL_KINDS)


def _roomy() -> Any:
    """RE2 falls back to a slower machine once its states take more than 8 MB, and those of the gates do."""
    import re2

    options = re2.Options()
    options.max_mem = 64 << 20
    options.never_capture = True
    return options


def without_contained(found: Iterable[Found]) -> list[Found]:
    """Less what another of the same entity contains with no lower a score, as Presidio has it."""
    kept: list[Found] = []
    reaching: list[Found] = []
    for one in sorted(set(found), key=_outer_and_surer_first):
        reaching = [other for other in reaching if other.end > one.start]
        if not any(other.end >= one.end and other.score >= one.score for other in reaching):
            kept.append(one)
            reaching.append(one)
    return kept


def _without(text: str, spans: Iterable[Span]) -> str:
    """The text with line feeds in place of the spans, which no phone number goes across."""
    pieces: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda one: one.start):
        if span.end > at:
            start = max(span.start, at)
            pieces += text[at:start], "\n" * (span.end - start)
            at = span.end
    return "".join((*pieces, text[at:]))


def _outer_and_surer_first(one: Found) -> tuple[int, int, float, bool]:
    return one.start, -one.end, -one.score, not one.context


def _useful(source: Source) -> Iterable[Gate]:
    """Gates whose matches can count at all."""
    return [gate for gate in source.gates if max(gate.score, lifted(gate.score)) >= source.threshold]


def _has_context(text: str, lowered: str, source: Source, gate: Gate) -> bool:
    if not source.context:
        return True
    context = [word for word in source.context if word in lowered]
    if not context or not gate.numbered:
        return bool(context)
    from ftlint.detect.pii.context import supports_a_number

    return supports_a_number(text, context)


def _checked(entities: Iterable[str], text: str) -> list[str]:
    """Less those whose check digits are right nowhere in the text."""
    from ftlint.detect.pii.checked import CHECKS

    return sorted(entity for entity in entities if entity not in CHECKS or CHECKS[entity](text))
