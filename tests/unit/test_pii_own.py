"""What Presidio misses: found by ftlint's own recognizers, and what comes near it is not."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

pytest.importorskip("presidio_analyzer")

from ftlint.detect.pii import checksums, detector, gates, own, scripts
from ftlint.detect.pii.kinds import DEFAULT_KINDS
from ftlint.detect.pii.presidio import predefined
from ftlint.model.privacy import PiiChoices


def luhn_of(head: str) -> str:
    return next(head + str(digit) for digit in range(10) if checksums.luhn(head + str(digit)))


def grouped(digits: str, *sizes: int, mark: str = " ") -> str:
    groups, at = [], 0
    for size in sizes:
        groups.append(digits[at : at + size])
        at += size
    return mark.join(groups)


def iban_of(country: str, bban: str) -> str:
    check = 98 - int("".join(str(int(c, 36)) for c in bban + country + "00")) % 97
    return f"{country}{check:02}{bban}"


MASTERCARD_2 = luhn_of("230867117532243")
JCB_15 = luhn_of("21317682849617")
VISA_19 = luhn_of("413103428245880990")
MAESTRO_12 = luhn_of("63042737339")
VISA = luhn_of("453914880343646")
SPACED = grouped(VISA, 4, 4, 4, 4, mark="\xa0")
HYPHENED = grouped(VISA, 4, 4, 4, 4, mark="\u2011")
IBAN = iban_of("GB", "NAWI04454264788617")


def found(text: str) -> list[tuple[str, str, float]]:
    return [
        (result.entity_type, text[result.start : result.end], result.score)
        for recognizer in own.recognizers()
        for result in recognizer.analyze(text=text, entities=[], nlp_artifacts=None)
    ]


@pytest.mark.parametrize(
    ("value", "entity", "score"),
    [
        (MASTERCARD_2, "CREDIT_CARD", 1.0),
        (grouped(MASTERCARD_2, 4, 4, 4, 4), "CREDIT_CARD", 1.0),
        (grouped(MASTERCARD_2, 4, 4, 4, 4, mark="-"), "CREDIT_CARD", 1.0),
        (JCB_15, "CREDIT_CARD", 1.0),
        (grouped(VISA_19, 4, 4, 4, 4, 3), "CREDIT_CARD", 1.0),
        # These count beside a card word alone.
        (VISA_19, "CREDIT_CARD", 0.3),
        (MAESTRO_12, "CREDIT_CARD", 0.3),
        (SPACED, "CREDIT_CARD", 1.0),
        (HYPHENED, "CREDIT_CARD", 1.0),
        (grouped(luhn_of("37828224631000"), 4, 6, 5, mark="\u2013"), "CREDIT_CARD", 1.0),
        (IBAN.lower(), "IBAN_CODE", 1.0),
        (grouped(IBAN.lower(), 4, 4, 4, 4, 4, 2), "IBAN_CODE", 1.0),
        (IBAN.capitalize(), "IBAN_CODE", 1.0),
        (IBAN, "IBAN_CODE", 1.0),
    ],
)
def test_found(value: str, entity: str, score: float) -> None:
    assert found(f"It is {value}, as I said.") == [(entity, value, score)]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(MASTERCARD_2[:-1] + str((int(MASTERCARD_2[-1]) + 1) % 10), id="check digit"),
        pytest.param(luhn_of("222099999999999"), id="below the 2-series"),
        pytest.param(luhn_of("272100000000000"), id="above the 2-series"),
        pytest.param(luhn_of("30004273733"), id="12 digits that nobody issues"),
        pytest.param("0." + MASTERCARD_2, id="decimal"),
        pytest.param("a" + MASTERCARD_2, id="in a word"),
        pytest.param(MASTERCARD_2 + "7", id="17 digits"),
        pytest.param(grouped(MASTERCARD_2, 4, 4, 4, 4).replace(" ", "-", 1), id="two marks"),
        pytest.param(luhn_of("1" + VISA_19[1:-1]), id="19 digits of a snowflake"),
        pytest.param(SPACED.replace("\xa0", "\u2011", 1), id="two kinds of spaces"),
        pytest.param("gb00" + IBAN[4:].lower(), id="iban check digits"),
        pytest.param(iban_of("GB", "NAWI0445426478861").lower(), id="iban too short"),
        pytest.param(iban_of("DE", "NAWI04454264788617").lower(), id="iban with letters in Germany"),
        pytest.param(iban_of("US", "NAWI04454264788617").lower(), id="iban of no IBAN country"),
        pytest.param("f" + IBAN.lower(), id="iban in a hash"),
    ],
)
def test_near_misses(value: str) -> None:
    assert found(f"It is {value}, as I said.") == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Phone:\n467 3395\nE-mail", "467 3395"),
        ("Mobile: 72 128 827", "72 128 827"),
        ("Can someone call me on 9472 7916?", "9472 7916"),
        ("They're not answering at 78 651 450", "78 651 450"),
        ("416 60 039 office\nnext", "416 60 039"),
        ("21 253 109 8211-Office", "21 253 109 8211"),
        ("phone_number = 4673395", "4673395"),
        ("Fax: +46 (0)8 928 571 38", "+46 (0)8 928 571 38"),
        ("Desk: +1-903-140-4508x769", "+1-903-140-4508x769"),
        ("电话：010 8888 1234", "010 8888 1234"),
        ("手机13912349876", "13912349876"),
        ("手机号：139 1234 9876", "139 1234 9876"),
        ("13812349876 是我的电话", "13812349876"),
        ("<dt>Phone</dt><dd>467 3395</dd>", "467 3395"),
        ("**Phone:** 467 3395", "467 3395"),
        ("| phone | 467 3395 |", "467 3395"),
    ],
)
def test_labelled_phones(text: str, number: str) -> None:
    assert found(text) == [("PHONE_NUMBER", number, own.PHONE_SCORE)]


@pytest.mark.parametrize(
    "text",
    [
        "We sold 467 3395 of them.",
        "reach 1500000 users",
        "mobile 1200000 units",
        "Phone: 12345",
        "Phone: 1234567890123456",
        "call me at 5:30 or 6:45",
        "telephony 467 3395 times",
        "手机1200000台",
    ],
)
def test_no_labelled_phones(text: str) -> None:
    assert found(text) == []


BESIDE_LETTERS = [
    ("card", grouped(VISA, 4, 4, 4, 4)),
    ("card", VISA),
    ("card", MASTERCARD_2),
    ("iban", IBAN),
    ("ssn", "536-90-4399"),
    ("ip", "93.184.77.12"),
    ("ip", "2a00:1450:4001:81b::200e"),
    ("mac", "3c:5a:b4:1e:22:90"),
    ("email", "karla.voss@wiley.com"),
    ("phone", "+49 30 8973 5512"),
    ("phone", "415-867-5309"),
]


@pytest.mark.parametrize(("kind", "value"), BESIDE_LETTERS)
@pytest.mark.parametrize(
    "around",
    ["电话{}", "{}号", "请写{}谢谢", "これは{}です", "번호{}입니다", "（{}）", "中文 {} 中文", "号{}。"],
)
def test_values_touch_letters_of_scripts_without_spaces(kind: str, value: str, around: str) -> None:
    text = around.format(value)
    spans = detector(PiiChoices(), DEFAULT_KINDS).spans(text)
    assert [(span.kind, text[span.start : span.end]) for span in spans] == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "12号4539 1488 0343 6467 12",
        "版本1.2.3.4",
        "编号1234567890123456",
        f"é{VISA}",
        f"{VISA}ß",
        "价格3000-1500元",
    ],
)
def test_nothing_beside_letters(text: str) -> None:
    assert detector(PiiChoices(), DEFAULT_KINDS).spans(text) == []


def test_plain_presidio_misses_values_beside_letters() -> None:
    values = [(kind, value) for kind, value in BESIDE_LETTERS if kind in scripts.KINDS_BESIDE]
    plain = detector(PiiChoices(presidio_only=True), frozenset(scripts.KINDS_BESIDE))
    assert len(values) > 5
    assert [kind for kind, value in values if plain.spans(f"请写{value}谢谢")] == []


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("https://x.yz/unsubscribe?email=jane.weber@wiley.com", ["jane.weber@wiley.com"]),
        ("https://x.yz/u?a=1&email=jane.weber@wiley.com&b=2", ["jane.weber@wiley.com"]),
        ("https://x.yz/u?email=jane.weber%40wiley.com&x=1", ["jane.weber%40wiley.com"]),
        ("_jane.weber@wiley.com_", ["jane.weber@wiley.com"]),
        ("karl@wiley.com/bert@wiley.com", ["karl@wiley.com", "bert@wiley.com"]),
        ("karl@wiley.com=bert@wiley.com", ["karl@wiley.com", "bert@wiley.com"]),
        ("jane.weber＠wiley.com", ["jane.weber＠wiley.com"]),
        ("邮箱jane.weber@wiley.com", ["jane.weber@wiley.com"]),
        ("https://x.yz/@jane", []),
        ("x=weights@inputs.dot(x)", []),
        ("https://ann:pw@wiley.com/x=1", []),
        ("50%40wiley", []),
    ],
)
def test_addresses_that_presidio_reads_otherwise(text: str, addresses: list[str]) -> None:
    spans = detector(PiiChoices(), frozenset({"email"})).spans(text)
    assert [text[span.start : span.end] for span in spans] == addresses


def test_addresses_take_no_time_by_the_square() -> None:
    """Every @ is looked at within the lengths that mail allows."""
    for piece in ("a@", "a.", "ann@wiley.com=", "ann@wiley.com/", "%40", "_@a.", "=" * 9 + "@"):
        text = piece * (200_000 // len(piece))
        started = time.process_time()
        assert len(list(scripts.addresses(text))) <= text.count("@wiley")
        assert time.process_time() - started < 5, piece


def test_presidio_misses_them() -> None:
    """What is said of Presidio: when it finds them, these recognizers can go."""
    card, iban = predefined("CreditCardRecognizer", "CREDIT_CARD"), predefined("IbanRecognizer", "IBAN_CODE")
    for recognizer, values in (
        (card, (MASTERCARD_2, JCB_15, VISA_19, MAESTRO_12)),
        (iban, (IBAN.lower(), IBAN.capitalize())),
    ):
        for value in values:
            assert recognizer.analyze(f"It is {value}.", [], None) == []


def texts(seed: int, count: int) -> list[str]:
    """Values with something broken at random, between pieces that may touch them."""
    chosen = random.Random(seed)
    values = [
        MASTERCARD_2, JCB_15, VISA_19, MAESTRO_12, IBAN.lower(), "467 3395", "0604" + "27373398",
        grouped(VISA_19, 4, 4, 4, 4, 3), grouped(IBAN.lower(), 4, 4, 4, 4, 4, 2), "+46 (0)8 928 571 38",
    ]  # fmt: skip
    values += [
        SPACED, HYPHENED, "+49 30 8973 5512", "536-90-4399", "93.184.77.12", "3c:5a:b4:1e:22:90",
        "ann@wiley.com", "ann%40wiley.com", "ann＠wiley.com",
    ]  # fmt: skip
    sides = ["", " ", "x", "phone ", "card: ", "\n", "é", "1", "-", ".", "电话", "ſ", "号", "_", "="]
    made = []
    for _ in range(count):
        value = list(chosen.choice(values))
        for _ in range(chosen.choice([0, 0, 1, 2])):
            value[chosen.randrange(len(value))] = chosen.choice("0123456789 -.aſK٣")
        made.append(chosen.choice(sides) + "".join(value) + chosen.choice(sides))
    return made


def test_gates_are_necessary() -> None:
    import re2

    opened = {
        entity: re2.compile(
            "|".join((*(gate.pattern for gate in of_presidio), own.GATES.get(entity, "0000x")))
        )
        for entity, of_presidio in gates.GATES.items()
    }
    recognizers: list[Any] = own.recognizers()
    hits = 0
    for text in texts(4, 3000):
        for recognizer in recognizers:
            entity = recognizer.supported_entities[0]
            if recognizer.analyze(text=text, entities=[], nlp_artifacts=None):
                hits += 1
                assert opened[entity].search(text.encode()), (entity, text)
    assert hits > 300


def test_countries_of_the_gate_are_those_of_presidio() -> None:
    from presidio_analyzer.predefined_recognizers.generic.iban_patterns import regex_per_country

    assert set(regex_per_country) <= set(own.IBAN_COUNTRIES.split())
