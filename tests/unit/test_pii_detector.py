"""The detector of personal data: what it hands on, when it loads Presidio, how spans are resolved."""

import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise

import pytest

pytest.importorskip("presidio_analyzer")

from ftlint.detect.pii import PiiDetector, cannot_run, detector
from ftlint.detect.pii.checked import may_hold_card, may_hold_nhs_number
from ftlint.detect.pii.kinds import DEFAULT_KINDS, KINDS, MODEL_KINDS
from ftlint.detect.pii.resolve import resolved
from ftlint.model.privacy import CustomRecognizer, FieldChoice, PiiChoices
from ftlint.model.span import Span

CARD = "4539" + "5787" + "6362" + "1486"
MAIL = "lena.hartwig" + "@" + "posteo.de"
PHONE = "(415) " + "682-" + "0417"
IP = "81.2." + "69.142"
SSN = "536-" + "22-" + "8726"


def kinds(spans: Iterable[Span]) -> list[str]:
    return [span.kind for span in spans]


def test_spans_are_places_in_code_points() -> None:
    text = f"\U0001f4e8 \u00e9crire \u00e0 {MAIL} ou {PHONE}, carte {CARD}"
    spans = detector(PiiChoices(), DEFAULT_KINDS).spans(text)
    assert [(span.kind, text[span.start : span.end]) for span in spans] == [
        ("email", MAIL),
        ("phone", PHONE),
        ("card", CARD),
    ]
    assert [span.label for span in spans] == [
        "an e-mail address",
        "a phone number",
        "a payment card number",
    ]
    assert all(span.family == "pii" and not span.placeholder for span in spans)


@pytest.mark.parametrize(
    ("kind", "value"), [("email", MAIL), ("phone", PHONE), ("card", CARD), ("ip", IP), ("ssn", SSN)]
)
def test_only_the_kinds_asked_for(kind: str, value: str) -> None:
    assert kinds(detector(PiiChoices(), frozenset({kind})).spans(f"it is {value}.")) == [kind]
    assert kinds(detector(PiiChoices(), DEFAULT_KINDS - {kind}).spans(f"it is {value}.")) == []


def test_an_address_beside_a_long_run_without_spaces() -> None:
    """Given the whole of it, Presidio's expression would not come to an end in a minute."""
    text = f'"{MAIL}" data:image/png;base64,{"Ab+/" * 60_000}'
    for only in (True, False):
        spans = detector(PiiChoices(presidio_only=only), frozenset({"email"})).spans(text)
        assert [(span.start, span.end) for span in spans] == [(1, 1 + len(MAIL))]


def test_thresholds_are_for_all_for_a_kind_or_for_an_entity() -> None:
    text = f"write to {IP}"
    for choices, found in (
        (PiiChoices(threshold=0.6), True),
        (PiiChoices(threshold=0.61), False),
        (PiiChoices(thresholds=(("ip", 0.7),)), False),
        (PiiChoices(threshold=0.9, thresholds=(("ip", 0.5),)), True),
        (PiiChoices(thresholds=(("ip", 0.5), ("IP_ADDRESS", 0.7))), False),
    ):
        assert bool(detector(choices, frozenset({"ip"})).spans(text)) is found


def test_a_taxpayer_number_counts_from_a_half_on() -> None:
    """Without its hyphens it scores 0.3, beside a context word 0.65."""
    number = "912" + "71" + "3456"
    finder = detector(PiiChoices(), frozenset({"itin"}))
    assert kinds(finder.spans(f"see {number[:3]}-{number[3:5]}-{number[5:]}")) == ["itin"]
    assert kinds(finder.spans(f"see {number}")) == []
    assert kinds(finder.spans(f"my ITIN {number}")) == ["itin"]


@pytest.mark.parametrize(
    ("kind", "word", "number"),
    [("bank-account", "bank account", "4810" + "27365591"), ("passport", "passport", "5402" + "81937")],
)
def test_numbers_like_any_other_count_beside_a_word(kind: str, word: str, number: str) -> None:
    for choices in (PiiChoices(), PiiChoices(threshold=0.01)):
        finder = detector(choices, frozenset({kind}))
        assert kinds(finder.spans(f"her {word} is {number}")) == [kind]
        assert kinds(finder.spans(f"item {number} shipped")) == []


def test_a_health_number_counts_beside_a_word_though_its_check_digit_is_right() -> None:
    number = "943 476 " + "5919"
    text = f"in row {number}"
    assert kinds(detector(PiiChoices(), frozenset({"health-id"})).spans(f"NHS number {number}")) == [
        "health-id"
    ]
    assert kinds(detector(PiiChoices(), frozenset({"health-id"})).spans(text)) == []
    assert kinds(detector(PiiChoices(presidio_only=True), frozenset({"health-id"})).spans(text)) == [
        "health-id"
    ]


def test_of_spans_that_overlap_the_surest_stays_and_a_phone_number_yields() -> None:
    spans = [
        Span("phone", 0, 12, 0.75),
        Span("ssn", 2, 13, 0.5),
        Span("email", 20, 30, 1.0),
        Span("url", 24, 40, 0.5),
        Span("bank-account", 50, 60, 0.4),
        Span("passport", 50, 60, 0.4),
    ]
    for order in (spans, spans[::-1]):
        assert kinds(resolved(order)) == ["ssn", "email", "passport"]


def test_spans_come_sorted_and_apart() -> None:
    text = " ".join(f"{PHONE} {MAIL} {CARD} call {IP} iban {SSN}" for _ in range(20))
    spans = detector(PiiChoices(presidio_only=True), DEFAULT_KINDS).spans(text)
    assert len(spans) >= 80
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_what_settings_allow_is_no_span() -> None:
    text = f"{MAIL} and {IP}"
    fields = (FieldChoice("/metadata/**", ignore=("ip",)),)
    assert kinds(detector(PiiChoices(allow=(MAIL,)), DEFAULT_KINDS).spans(text)) == ["ip"]
    assert kinds(detector(PiiChoices(allow_domains=("posteo.de",)), DEFAULT_KINDS).spans(text)) == ["ip"]
    finder = detector(PiiChoices(fields=fields), DEFAULT_KINDS)
    assert kinds(finder.spans(text, "/metadata/source")) == ["email"]
    assert kinds(finder.spans(text, "/messages/0/content")) == ["email", "ip"]


def test_placeholders_are_told_apart() -> None:
    spans = detector(PiiChoices(), DEFAULT_KINDS).spans("ask someone@example.com or 192.0.2.7")
    assert [(span.kind, span.placeholder) for span in spans] == [("email", True), ("ip", True)]


def test_recognizers_of_countries_and_of_ones_own() -> None:
    choices = PiiChoices(
        countries=("de",),
        recognizers=(
            CustomRecognizer("staff id", ((r"\bEMP-\d{5}\b", 0.3),), ("employee",), label="a staff id"),
            CustomRecognizer("anything", ((r"(?<=<<)\w+(?=>>)", 0.9),)),
        ),
    )
    finder = detector(choices, DEFAULT_KINDS)
    tax = "8609574" + "2719"
    text = f"employee EMP-12345, Steuernummer {tax}, <<this>>"
    assert [(span.kind, span.label) for span in finder.spans(text)] == [
        ("custom", "a staff id"),
        ("tax-id", "a German tax identification number"),
        ("custom", "a value of 'anything'"),
    ]
    assert kinds(finder.spans("item EMP-12345")) == []
    assert kinds(detector(PiiChoices(), DEFAULT_KINDS).spans(text)) == []


def test_a_gate_holds_back_what_holds_nothing() -> None:
    import re2

    gate = re2.compile(detector(PiiChoices(), DEFAULT_KINDS).gate)
    for text in (MAIL, PHONE, CARD, IP, SSN):
        assert gate.search(f"x {text} y".encode())
    for text in ("in 2012 and 1999, 17 of 42", "a@b", "12:30", "std::vector<int>", "x[1::2]", "f(3)"):
        assert gate.search(text.encode()) is None


@pytest.mark.parametrize(
    "finder",
    [
        detector(PiiChoices(), frozenset({"national-id", "custom"})),
        detector(PiiChoices(threshold=0.99), frozenset({"uuid"})),
    ],
)
def test_where_nothing_can_be_found_the_gate_is_shut(finder: PiiDetector) -> None:
    import re2

    assert finder.gate
    assert re2.search(f"(?:{finder.gate})", f"{MAIL} {CARD}") is None
    assert finder.spans(f"{MAIL} {CARD}") == []


@pytest.mark.parametrize(
    ("text", "card", "nhs"),
    [
        (CARD, True, False),
        (f"{CARD[:4]} {CARD[4:8]}-{CARD[8:12]} {CARD[12:]}", True, False),
        (f"7 {CARD}", True, False),
        (CARD[:-1] + "7", False, False),
        ("x" + CARD, True, False),
        ("943 476 " + "5919", False, True),
        ("943-476-" + "5918", False, False),
        ("1 2 3 4 5 6 7 8 9 0 1 2 3 4", False, False),
        ("", False, False),
    ],
)
def test_numbers_with_a_right_check_digit(text: str, card: bool, nhs: bool) -> None:
    assert may_hold_card(text) is card
    assert may_hold_nhs_number(text) is nhs


def test_a_pattern_that_runs_out_of_time_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presidio logs it and goes on: the text would pass for clean. What it says holds nothing of the text."""
    from ftlint.detect.pii import matching
    from ftlint.model import FtlintError

    monkeypatch.setattr(matching, "SECONDS", 0.05)
    choices = PiiChoices(recognizers=(CustomRecognizer("slow one", ((r"(?:q|qq)+[#;]", 0.9),)),))
    with pytest.raises(FtlintError, match="slow one took more than") as raised:
        detector(choices, frozenset({"custom"})).spans("q" * 5_000 + "! qq#")
    assert "qq" not in str(raised.value)


def test_presidios_own_word_of_a_time_out_ends_the_run(caplog: pytest.LogCaptureFixture) -> None:
    import logging

    from ftlint.detect.pii.presidio import offline
    from ftlint.model import FtlintError

    offline()
    logger = logging.getLogger("presidio-analyzer")
    with pytest.raises(FtlintError, match="may have missed something"):
        logger.warning("Regex pattern '%s' timed out after %s seconds, skipping.", "any", 60)
    logger.error("Failed to validate text %s", "a value")
    assert caplog.records == []


def test_a_check_that_breaks_down_costs_no_other_finding() -> None:
    """Digits of a script that `int` does not read, beside a number that counts."""
    choices = PiiChoices(recognizers=(CustomRecognizer("badge", ((r"\w{4}-\d{2}", 0.9),), checksum="mod97"),))
    finder = detector(choices, frozenset({"custom"}))
    assert len(finder.spans("\u0661\u0662\u0663\u0664-\U00011de1\U00011de2 and 0000-98")) == 1


def test_of_what_is_another_kinds_no_phone_number_is_made() -> None:
    text = " ".join(f"81.2.{number // 250}.{number % 250 + 1}" for number in range(300)) + f" call {PHONE}"
    spans = detector(PiiChoices(), DEFAULT_KINDS).spans(text)
    assert kinds(spans) == ["ip"] * 300 + ["phone"]
    assert text[spans[-1].start : spans[-1].end] == PHONE


CLEAN = """
import sys
from ftlint.detect.pii import cannot_run, detector
from ftlint.detect.pii.kinds import DEFAULT_KINDS, KINDS
from ftlint.model.privacy import PiiChoices

choices = PiiChoices(countries=("de", "us"))
kinds = DEFAULT_KINDS - cannot_run(choices, frozenset(KINDS)).keys()
finder = detector(choices if "countries" in sys.argv else PiiChoices(), kinds)
assert finder.gate
for text in sys.stdin.read().split("|"):
    assert finder.spans(text) == []
print(*[name for name in ("presidio_analyzer", "spacy", "phonenumbers", "tldextract") if name in sys.modules])
"""


@pytest.mark.parametrize("countries", ["", "countries"])
def test_clean_texts_load_nothing_heavy(countries: str) -> None:
    """Numbers with a wrong check digit are clean, and long ones without a word that says what they are."""
    texts = [
        "in 2012 there were 1,640 of them, 17%",
        "def f(x): return x[::2]",
        "it is 10:30",
        "\u4e2d\u6587 42",
    ]
    if not countries:
        texts += [CARD[:-1] + "7", "order 48102736559", "a" * 64]
    done = subprocess.run(
        [sys.executable, "-c", CLEAN, countries],
        input="|".join(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.split() == (["phonenumbers"] if not countries else [])


def test_without_presidio_every_kind_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    whole = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if "presidio" in name else whole(name, *rest)
    )
    reasons = cannot_run(PiiChoices(), frozenset(KINDS))
    assert reasons.keys() == KINDS.keys()
    assert all("pip install 'ftlint[pii]'" in reason for reason in reasons.values())


def test_without_a_model_only_names_cannot_be_found() -> None:
    assert cannot_run(PiiChoices(), frozenset(KINDS)).keys() == MODEL_KINDS
    assert cannot_run(PiiChoices(), DEFAULT_KINDS) == {}


def test_a_detector_can_be_sent_to_another_process() -> None:
    import pickle

    finder = detector(PiiChoices(), DEFAULT_KINDS)
    assert finder.spans(MAIL)
    assert pickle.loads(pickle.dumps(finder)).spans(MAIL) == finder.spans(MAIL)
