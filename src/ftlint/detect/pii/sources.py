"""Which recognizers look for the kinds chosen, and from what score their findings count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ftlint.detect.pii.detector import Found, Source, without_contained
from ftlint.detect.pii.gates import CONTEXT, GATES, PHONE_OF_SEVEN, PUBLIC_ADDRESS, Gate
from ftlint.detect.pii.kinds import KINDS
from ftlint.model.privacy import PiiChoices

Recognize = Callable[[str], Iterator[tuple[int, int, float]]]
Recognizer = tuple[Recognize, tuple[str, ...]]
"""What finds (start, end, score) in a text, and its context words in lower case."""

CUSTOM = "custom"
NARROWER = {"PHONE_NUMBER": (PHONE_OF_SEVEN,), "IP_ADDRESS": (PUBLIC_ADDRESS,)}
"""Gates for what guards do not refuse whatever else holds."""

OWN_DIGITS = {"CREDIT_CARD": 12, "PHONE_NUMBER": 7}
"""Of what ftlint's own recognizers find, as in `Gate.digits`."""

LEAST_DIGITS = 7
"""Of a phone number, unless Presidio alone decides."""


def sources(choices: PiiChoices, kinds: frozenset[str]) -> dict[str, Source]:
    """By entity: what is there always, what the countries chosen add, what the user has declared."""
    chosen = {source.entity: source for source in _always(choices, kinds)}
    for source in (*_of_countries(choices, kinds), *(_declared(choices) if CUSTOM in kinds else ())):
        chosen.setdefault(source.entity, source)
    return chosen


def _always(choices: PiiChoices, kinds: frozenset[str]) -> Iterator[Source]:
    for kind in sorted(kinds):
        for entity, recognizer in KINDS[kind].entities:
            gates = GATES[entity] if choices.presidio_only else _with_own(entity)
            least = threshold(choices, kind, entity)
            worded = KINDS[kind].context and not choices.presidio_only
            yield Source(entity, kind, recognizer, least, gates, CONTEXT[entity], KINDS[kind].label, worded)


def _with_own(entity: str) -> tuple[Gate, ...]:
    from ftlint.detect.pii import own

    gates = NARROWER.get(entity, GATES[entity])
    if entity not in own.GATES:
        return gates
    return (*gates, Gate(own.GATES[entity], 1.0, digits=OWN_DIGITS.get(entity, 0)))


def _of_countries(choices: PiiChoices, kinds: frozenset[str]) -> Iterator[Source]:
    if not choices.countries:
        return
    from ftlint.detect.pii import countries

    for row in countries.numbered(choices.countries):
        if row.kind in kinds:
            gates = tuple(Gate(pattern, 1.0) for pattern in countries.gates(row.entity))
            least = threshold(choices, row.kind, row.entity)
            yield Source(row.entity, row.kind, row.recognizer, least, gates, label=row.label)


def _declared(choices: PiiChoices) -> Iterator[Source]:
    if choices.recognizers:
        from ftlint.detect.pii import custom
        from ftlint.detect.pii.loosened import gate

        custom.check(choices.recognizers)
        labels = custom.labels(choices)
        for one in choices.recognizers:
            entity = custom.entity_of(one.name)
            yield _custom(choices, entity, gate([pattern for pattern, _ in one.patterns]), labels[entity])
    if choices.recognizers_file:
        from ftlint.detect.pii import custom_yaml

        for entity, opened, label in custom_yaml.declared(choices.recognizers_file, choices.language):
            yield _custom(choices, entity, opened, label)


def _custom(choices: PiiChoices, entity: str, opened: str, label: str) -> Source:
    gates = (Gate(opened, 1.0),) if opened else ()
    return Source(entity, CUSTOM, "", threshold(choices, CUSTOM, entity), gates, label=label)


def threshold(choices: PiiChoices, kind: str, entity: str) -> float:
    """The score from which a finding counts: set for the entity, for the kind, or for all kinds."""
    of = dict(choices.thresholds)
    if entity in of:
        return of[entity]
    return of.get(kind, max(choices.threshold, KINDS[kind].floor))


class Recognizers:
    """Those of each entity, made when the first text comes along that may hold one."""

    def __init__(self, choices: PiiChoices, sources: Mapping[str, Source]) -> None:
        self._choices = choices
        self._sources = sources
        self._made: dict[str, list[Recognizer]] = {}
        self._of_ours: dict[str, list[Any]] | None = None

    def __getitem__(self, entity: str) -> list[Recognizer]:
        if entity not in self._made:
            self._made[entity] = list(self._make(self._sources[entity]))
        return self._made[entity]

    def _make(self, source: Source) -> Iterator[Recognizer]:
        if source.entity == "PHONE_NUMBER":
            yield from _phones(self._choices.presidio_only)
            return
        if source.recognizer:
            from ftlint.detect.pii.presidio import predefined

            made = predefined(source.recognizer, source.entity, self._choices.language)
            yield adapted(made, source.entity)
        if source.kind == CUSTOM or not self._choices.presidio_only:
            for recognizer in self._ours().get(source.entity, ()):
                yield adapted(recognizer, source.entity)

    def _ours(self) -> dict[str, list[Any]]:
        """Ftlint's own and the user's."""
        if self._of_ours is not None:
            return self._of_ours
        from ftlint.detect.pii import custom, custom_yaml, own
        from ftlint.detect.pii.presidio import forgiving, offline

        offline()
        made = [] if self._choices.presidio_only else own.recognizers()
        made += [recognizer for recognizer, _, _ in custom.recognizers(self._choices)]
        if self._choices.recognizers_file:
            declared = custom_yaml.recognizers(self._choices.recognizers_file, self._choices.language)
            made += [recognizer for recognizer, _, _ in declared]
        self._of_ours = {}
        for recognizer in made:
            self._of_ours.setdefault(recognizer.supported_entities[0], []).append(forgiving(recognizer))
        return self._of_ours


def adapted(recognizer: Any, entity: str) -> Recognizer:
    """A recognizer of Presidio's make. Context words count as pieces of words: others are left out."""
    from presidio_analyzer import PatternRecognizer

    from ftlint.detect.pii.matching import matches

    words = tuple(word.lower() for word in recognizer.context or () if re.fullmatch(r"\w+", word))
    if type(recognizer).analyze is PatternRecognizer.analyze:
        return _apart(matches(recognizer), entity), words

    def analyze(text: str) -> Iterator[tuple[int, int, float]]:
        for result in recognizer.analyze(text=text, entities=[entity], nlp_artifacts=None):
            yield result.start, result.end, result.score

    return analyze, words


def _apart(find: Recognize, entity: str) -> Recognize:
    """Less what another of the recognizer's own findings contains, as Presidio has it."""

    def analyze(text: str) -> Iterator[tuple[int, int, float]]:
        found = [Found(entity, start, end, score) for start, end, score in find(text)]
        return ((one.start, one.end, one.score) for one in without_contained(found))

    return analyze


def _phones(presidio_only: bool) -> Iterator[Recognizer]:
    """Presidio's and ftlint's, neither of which needs Presidio."""
    from ftlint.detect.pii import own, phones

    least = phones.LEAST if presidio_only else LEAST_DIGITS

    def recognize(text: str) -> Iterator[tuple[int, int, float]]:
        return ((start, end, phones.SCORE) for start, end in phones.outermost(phones.numbers(text, least)))

    def behind_a_word(text: str) -> Iterator[tuple[int, int, float]]:
        return ((start, end, own.PHONE_SCORE) for start, end in own.labelled_numbers(text))

    yield recognize, CONTEXT["PHONE_NUMBER"]
    if not presidio_only:
        yield behind_a_word, ()
