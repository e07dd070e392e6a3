"""Findings equal plain Presidio's, and every gate is a necessary condition of its recognizer."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("presidio_analyzer")

from ftlint.detect.pii import detector, phones
from ftlint.detect.pii.context import _in_word, lifted, supported
from ftlint.detect.pii.detector import PiiDetector
from ftlint.detect.pii.gates import CONTEXT, GATES, PHONE_OF_SEVEN, D
from ftlint.detect.pii.kinds import DEFAULT_KINDS, KINDS
from ftlint.detect.pii.presidio import predefined
from ftlint.model.privacy import PiiChoices

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
CLASSES = {entity: name for kind in KINDS.values() for entity, name in kind.entities}
EVERY = frozenset(name for name, kind in KINDS.items() if kind.entities)
VALIDATED = {"CRYPTO"}
"""The gate leaves out what the recognizer's checksum refuses."""


@pytest.fixture(scope="module")
def benchmarks() -> Iterator[None]:
    sys.path.insert(0, str(BENCHMARKS))
    yield
    sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def hard(benchmarks: None) -> Any:
    return importlib.import_module("hard")


@pytest.fixture(scope="module")
def plain(benchmarks: None) -> Any:
    return importlib.import_module("plain")


def place(finding: Any) -> tuple[str, int, int, float]:
    return finding.entity, finding.start, finding.end, finding.score


@pytest.mark.parametrize(("texts", "kinds"), [(400, EVERY - {"url"}), (25, frozenset({"url"}))])
def test_findings_equal_plain_presidio(hard: Any, plain: Any, texts: int, kinds: frozenset[str]) -> None:
    engine = plain.plain([entity for kind in kinds for entity, _ in KINDS[kind].entities])
    thresholds = (0.0, 0.05, 0.4, 0.45, 0.7, 1.0)
    ours = [
        detector(PiiChoices(presidio_only=True, threshold=least, thresholds=(("itin", least),)), kinds)
        for least in thresholds
    ]
    differing, met = [], 0
    for number, text in enumerate(hard.hard_texts(texts, seed=texts)):
        theirs = plain.findings(engine, text)
        met += len(theirs)
        for least, finder in zip(thresholds, ours, strict=True):
            expected = sorted(place(one) for one in theirs if one.score >= least)
            if sorted(place(one) for one in finder.found(text)) != expected:
                differing.append((number, least))
    assert met >= texts / 5
    assert differing == []


def test_texts_of_the_generator_are_hard(hard: Any, plain: Any) -> None:
    """Each entity is found often enough for its equality to mean something."""
    finder = detector(PiiChoices(presidio_only=True, threshold=0.0), EVERY - {"url"})
    found = [one for text in hard.hard_texts(600) for one in finder.found(text)]
    for entity in CLASSES.keys() - {"URL"}:
        assert sum(one.entity == entity for one in found) >= 5, entity
    assert sum(one.context for one in found) > 50


def opened(finder: PiiDetector) -> PiiDetector:
    """The same without gates: every recognizer looks at every text."""
    bare = PiiDetector(finder.choices, finder.kinds)
    for entity, source in finder.sources.items():
        bare.sources[entity] = source._replace(gates=())
    return bare


@pytest.mark.parametrize("kinds", [DEFAULT_KINDS, DEFAULT_KINDS - {"phone"}])
def test_gates_cost_no_span_of_what_ftlint_adds(hard: Any, kinds: frozenset[str]) -> None:
    import re2

    gated = detector(PiiChoices(), kinds)
    free = opened(gated)
    gate = re2.compile(gated.gate)
    count = 0
    for text in hard.hard_texts(400, seed=3):
        spans = free.spans(text)
        count += len(spans)
        assert gated.spans(text) == spans
        if spans:
            assert gate.search(text.encode("utf-8", "replace"))
    assert count > 100


def patterns() -> Iterator[tuple[str, str, float, int]]:
    """Entity, expression, score and flags of every pattern of Presidio's that is run."""
    for entity, name in CLASSES.items():
        if entity not in {"PHONE_NUMBER", "URL"}:
            recognizer = predefined(name, entity)
            for pattern in recognizer.patterns:
                yield entity, pattern.regex, pattern.score, int(recognizer.global_regex_flags)


EXPRESSIONS = list(patterns())
NEAR = st.text(alphabet="019 -./:aFzxK@_\u0661\u212a\u0130\u017f\n", max_size=4)


@settings(max_examples=600, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_a_pattern_matches_its_gate_lets_through(data: Any) -> None:
    """Texts are drawn from Presidio's own expressions, with digits of all scripts and case folded."""
    import re2
    import regex

    entity, expression, score, flags = data.draw(st.sampled_from(EXPRESSIONS))
    of_python = re.DOTALL | re.MULTILINE | (re.IGNORECASE if flags & regex.IGNORECASE else 0)
    value = data.draw(st.from_regex(re.compile(expression, of_python), fullmatch=False))
    text = data.draw(NEAR) + value + data.draw(NEAR)
    if entity in VALIDATED:
        met = bool(predefined(CLASSES[entity], entity).analyze(text, [entity]))
    else:
        met = regex.compile(expression, flags).search(text) is not None
    if met:
        gates = [gate for gate in GATES[entity] if gate.score >= score]
        assert any(re2.search(gate.pattern.encode(), text.encode("utf-8", "replace")) for gate in gates)


def test_a_wallet_address_passes_its_gate(hard: Any) -> None:
    """Its checksum is never met by chance, so these are made."""
    import re2

    recognizer = predefined("CryptoRecognizer", "CRYPTO")
    made = [hard._crypto(Random(seed)) for seed in range(60)]
    valid = [value for value in made if recognizer.analyze(value, ["CRYPTO"])]
    assert len(valid) > 20
    assert all(re2.search(GATES["CRYPTO"][0].pattern, value) for value in valid)


def test_digits_of_every_script_are_digits_to_the_gates() -> None:
    import re2
    import regex

    every = "".join(chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000)
    ours = set(re2.findall(D, every))
    assert set(re.findall(r"\d", every)) <= ours
    assert set(regex.findall(r"\d", every)) <= ours
    assert len(ours) < 1_000


@pytest.mark.parametrize("entity", sorted(GATES))
def test_context_words_are_those_of_the_recognizer(entity: str) -> None:
    words = {word.lower() for word in predefined(CLASSES[entity], entity).context}
    assert set(CONTEXT[entity]) == {word for word in words if re.fullmatch(r"\w+", word)}


def test_a_context_word_lifts_as_in_presidio() -> None:
    from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

    enhancer = LemmaContextAwareEnhancer()
    for score in (0.01, 0.05, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0):
        theirs = min(
            max(score + enhancer.context_similarity_factor, enhancer.min_score_with_context_similarity), 1.0
        )
        assert lifted(score) == theirs


@pytest.mark.parametrize(
    ("text", "value", "near"),
    [
        ("my bank account is 12345678", "1234", True),
        ("bank red green blue white black 12345678", "1234", False),
        ("bank, of the red: green! blue white - 12345678", "1234", True),
        ("12345678 is my bank account", "1234", False),
        ("embankment 12345678", "1234", True),
        ("see :: bank", "::", True),
        ("bank\n" + " " * 400 + "12345678", "1234", True),
        ("bank " + "x" * 500 + "-12345678", "1234", True),
    ],
)
def test_which_words_are_near(text: str, value: str, near: bool) -> None:
    assert supported(text, text.index(value), ("bank",)) is near


def test_letters_digits_and_the_underscore_are_words() -> None:
    """As `\\w` has it: where a text may be cut between words is told without it."""
    every = "".join(chr(point) for point in range(0x110000))
    assert "".join(re.findall(r"\w", every)) == "".join(filter(_in_word, every))


def test_context_in_a_long_text_without_spaces() -> None:
    """Given to Presidio it would be gone through from its beginning for each of ten thousand addresses."""
    text = ",".join(f"mail:user{number}@firm{number}.de" for number in range(10_000))
    spans = detector(PiiChoices(presidio_only=True), frozenset({"email"})).spans(text)
    assert len(spans) == 10_000


ALPHABET = [
    *"0123456789" * 3, *" --..//()[]+~", *"\u2013\u2010\u00a0\u200b\uff0d\uff0b\uff08\u3000\u0665\uff11",
    *"abx:;,=#\n\t'$%_\u00e9\u20ac", " ext ", "ext.", "X", "int", " int. ", "INT", " anexo ",
    "\u0434\u043e\u0431", ";ext=", " #", "\uff45\uff58\uff54", "extensi\u00f3n ", "extensio\u0301n",
    "\u0131nt", "\u0130nt ", " x ", ", ", "  -  ", "      ", "16", "0800", "+49", "212", "1640", "00", "011",
]  # fmt: skip


def soup(draw: Random) -> str:
    """What candidates for phone numbers are made of, stirred."""
    return "".join(draw.choice(ALPHABET) for _ in range(draw.choice((5, 8, 12, 20, 30, 60))))


def test_stretches_hold_what_a_whole_text_holds() -> None:
    import phonenumbers
    import re2

    draw = Random(11)
    gate = re2.compile(GATES["PHONE_NUMBER"][0].pattern)
    met = 0
    for _ in range(2_500):
        text = soup(draw)
        matches = {
            (match.start, match.end)
            for region in phones.REGIONS
            for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phones.LENIENCY)
        }
        met += len(matches)
        assert phones.numbers(text) == matches, ascii(text)
        assert not matches or gate.search(text.encode())
    assert met > 150


def test_phones_are_asked_for_as_presidio_asks() -> None:
    recognizer = predefined("PhoneRecognizer", "PHONE_NUMBER")
    assert tuple(recognizer.supported_regions) == phones.REGIONS
    assert recognizer.leniency == phones.LENIENCY
    assert recognizer.SCORE == phones.SCORE


def test_shortest_numbers_are_as_short_as_the_gates_allow() -> None:
    """Of any region; and no rule about national prefixes makes a number longer than it is written."""
    from phonenumbers import SUPPORTED_REGIONS, PhoneMetadata

    assert min(shortest for _, shortest in phones._regions()) == phones.LEAST
    for region in SUPPORTED_REGIONS:
        lengths = PhoneMetadata.metadata_for_region(region).general_desc.possible_length
        assert min(length for length in lengths if length > 0) >= phones.LEAST
    for region in phones.REGIONS:
        transform = PhoneMetadata.metadata_for_region(region).national_prefix_transform_rule
        assert re.fullmatch(r"(?:\\\d|\$\d)?", transform or "")


def test_no_text_costs_more_tries_than_reckoned() -> None:
    from phonenumbers import PhoneNumberMatcher

    draw = Random(5)
    worst = 0.0
    for _ in range(400):
        text = soup(draw) + " " * draw.randrange(3) + soup(draw)
        matcher = PhoneNumberMatcher(text, "DE", leniency=phones.LENIENCY)
        list(matcher)
        tries = phones.TRIES - matcher._max_tries
        assert tries <= phones.most_tries(text)
        worst = max(worst, tries / max(phones.most_tries(text), 1))
    assert worst > 0.1


def test_a_text_that_exhausts_phonenumbers_is_seen_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(phones, "_in", lambda text, digits=99: seen.append(len(text)) or ())
    soup_of_digits = "1 2 3 4 " * 8_000
    phones.numbers(soup_of_digits)
    assert seen == [len(soup_of_digits)]
    prose = "In 2012 there were 1640 of them, and 1999 more. " * 600
    seen.clear()
    phones.numbers(prose)
    assert all(length < 60 for length in seen)


def test_seven_digits_open_the_gate_of_phones() -> None:
    import re2

    for number in ("555-0199", "+1 (212) 5-5-5 0 1 2 3", "030/123456"):
        assert re2.search(PHONE_OF_SEVEN.pattern, number)
    for number in ("2012", "555-012", "1999, 2000 or 2001", "12:30:45"):
        assert not re2.search(PHONE_OF_SEVEN.pattern, number)
