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

from ftlint.detect.pii import detector, matching
from ftlint.detect.pii.context import Words, _in_word, supported, words_near
from ftlint.detect.pii.detector import PiiDetector
from ftlint.detect.pii.gates import CONTEXT, GATES, D, lifted
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


def test_the_words_of_a_whole_text_are_those_near() -> None:
    draw = Random(4)
    pieces = ["bank", "the", "a1", "::", " ", " ", "-", "\u00e9t\u00e9", "\u0130x", "\n", "_", "1.2"]
    for _ in range(400):
        text = "".join(draw.choice(pieces) for _ in range(draw.randrange(40)))
        words = Words(text)
        for start in range(len(text)):
            assert words.near(start) == words_near(text, start), (ascii(text), start)


SWIFT = {
    ("EMAIL_ADDRESS", 0): [
        *"aab1.@@-_+=!%' ,:<>(\u00e9\u0661\n\u0301",
        "a@b.c",
        "@b.de",
        "..",
        "x.y",
        "a@b",
        ".@",
    ],
    ("IN_PAN", 2): [
        *"aZ19_@#-~ .\n\u00e9\u0661",
        "1234",
        "ABCDE1234F",
        "abcdefghij",
        "1111111111",
        "\u017f",
        "\u0131",
    ],
    ("US_HEALTH_INSURANCE_MEMBER_ID", 0): [
        *"AZa19-- .\n\u00e9\u0661_",
        "ABC-12345",
        "ABCDEFGH",
        "1-1",
        "W12345678",
        "\u017f",
        "aaaaaaa-",
        "aaa1\u0661",
    ],
    ("URL", 1): [
        *"ab1.-.. /'\"()<:@\u00e9\u0661\n\u212a",
        "www.",
        "www1.",
        "www\u0661.",
        "WWW12\u0661.",
        "a.de",
        "b.com",
        ".community",
        "http://",
        "x" * 17,
        "y" * 251,
        "z" * 253,
        "w" * 120 + ".",
        ".a.a.a.a",
        "/p/q",
        ".\u017f",
    ],
}
"""Patterns that are matched otherwise than Presidio does, by entity and place; what may confuse them."""


def of_presidio(entity: str) -> Any:
    from ftlint.detect.pii.countries import COUNTRIES

    rows = {row.entity: row.recognizer for rows in COUNTRIES.values() for row in rows}
    return predefined(CLASSES.get(entity) or rows[entity], entity)


@pytest.mark.parametrize(("entity", "index"), SWIFT)
def test_what_is_matched_in_another_way_is_the_same(entity: str, index: int) -> None:
    import regex

    recognizer = of_presidio(entity)
    pattern = recognizer.patterns[index]
    match = matching._matching(pattern.regex, recognizer.global_regex_flags, entity)
    assert not match.__qualname__.startswith("_matching")
    plain = regex.compile(pattern.regex, recognizer.global_regex_flags)
    draw, met = Random(index), 0
    for _ in range(300 if entity == "URL" else 3_000):
        text = "".join(draw.choice(SWIFT[entity, index]) for _ in range(draw.choice((4, 8, 15, 30, 60))))
        expected = [one.span() for one in plain.finditer(text)]
        met += len(expected)
        assert list(match(text)) == expected, ascii(text)
    assert met > 500


HOSTILE = {
    "EMAIL_ADDRESS": ["a." * 80_000 + "@b.de", "=@" + "d." * 80_000, "a@" * 80_000, "a." * 80_000 + "@-"],
    "IN_PAN": ["536-90-4399 " * 13_000, "1" * 160_000 + "a", "a" * 160_000],
    "US_HEALTH_INSURANCE_MEMBER_ID": ["12-" * 50_000, "a-" * 80_000, "A" * 160_000],
    "URL": ["a." * 80_000, "a.de." * 30_000, "www." * 40_000, "." * 160_000],
}


@pytest.mark.parametrize(
    ("entity", "text"), [(entity, text) for entity in HOSTILE for text in HOSTILE[entity]]
)
def test_time_grows_with_the_text_alone(entity: str, text: str) -> None:
    """By the square of the text, these would take from a minute to hours: the limit is far from both."""
    from time import process_time

    from ftlint.detect.pii.sources import adapted

    recognize, _ = adapted(of_presidio(entity), entity)
    began = process_time()
    list(recognize(text))
    assert process_time() - began < 20


def test_context_in_a_long_text_without_spaces() -> None:
    """Given to Presidio it would be gone through from its beginning for each of ten thousand addresses."""
    text = ",".join(f"mail:user{number}@firm{number}.de" for number in range(10_000))
    spans = detector(PiiChoices(presidio_only=True), frozenset({"email"})).spans(text)
    assert len(spans) == 10_000
