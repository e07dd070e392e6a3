"""Values in markup, tables and lists are found, each for itself and without what stands beside it."""

from __future__ import annotations

import pytest

pytest.importorskip("presidio_analyzer")

from ftlint.detect.pii import checksums, detector
from ftlint.detect.pii.kinds import DEFAULT_KINDS
from ftlint.model.privacy import PiiChoices

INTERNATIONAL, AMERICAN = "+49 30 8973 5512", "415-867-5309"
MARKUP = [
    "<td>{}</td>", "<li>{}</li>", "a<br>{}<br>", "<phone>{}</phone>", "Phone: **{}**", "**Phone:** {}",
    "**{}** is it", "* {}", "- {}\n", "> {}", "> > {}", "text\n> {}\n", "Phone => {}", "phone -> {}",
    "phone: <a>{}</a>", "<|im_start|>{}", "<EMAIL_ADDRESS> {}", "<PERSON>, {}", "`{}`", "| {} |", "({})",
    "[{}](tel)", "*{}*", "\\n- {}\\n- x", '"{}"', "Jane,{},94110", "1,{},x", "Jane;{};94110", "{}\n{}",
    "- {}\n- {}", "* {}\n* {}", "{}, {}, {}, {}", "{},{},{}", "{} / {}", "1) {}",
    "<{}>", "{} - {}", "[{}]", "{}, {} and {}", "1. {}\n2. {}\n3. {}", "({}) works",
]  # fmt: skip
"""Ways to set a value off that are no arithmetic."""


def luhn_of(head: str) -> str:
    return next(head + str(digit) for digit in range(10) if checksums.luhn(head + str(digit)))


CARD, OTHER, THIRD = map(luhn_of, ("453201511283036", "402400716598912", "471661892471443"))
GROUPED = " ".join(CARD[at : at + 4] for at in range(0, 16, 4))


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in detector(PiiChoices(), DEFAULT_KINDS).spans(text)]


@pytest.mark.parametrize(
    "value", [INTERNATIONAL, AMERICAN, CARD, GROUPED], ids=["+49", "us", "card", "grouped"]
)
@pytest.mark.parametrize("around", MARKUP)
def test_markup_tables_and_lists_are_no_arithmetic(around: str, value: str) -> None:
    count = around.count("{}")
    assert found(around.format(*[value] * count)) == [value] * count


@pytest.mark.parametrize("value", [INTERNATIONAL, AMERICAN, "(415) 867-5309", "01 84 17 61 18"])
@pytest.mark.parametrize("around", ["{}/{}", "{};{}", "{} or {}", "{},{},12"])
def test_phones_side_by_side(around: str, value: str) -> None:
    assert found(around.format(value, value)) == [value] * 2


def test_every_field_of_a_table() -> None:
    rows = [(AMERICAN, CARD), (AMERICAN.replace("09", "10"), OTHER)]
    table = "name,phone,card\n" + "\n".join(f"Ann,{phone},{card}" for phone, card in rows)
    assert found(table) == [value for row in rows for value in row]
    assert found(f"{CARD},{OTHER},{THIRD}") == [CARD, OTHER, THIRD]
    assert found(f"{CARD}, {OTHER}, {THIRD}") == [CARD, OTHER, THIRD]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(415-867-5309) works", "415-867-5309"),
        ("（415-867-5309）", "415-867-5309"),
        ("((415) 867-5309)", "(415) 867-5309"),
        ("Phone: (08) 8747 6301", "(08) 8747 6301"),
        ("1) 415-867-5309", "415-867-5309"),
        ("(1) 415-867-5309", "415-867-5309"),
        ("415\u2011867\u20115309", "415\u2011867\u20115309"),
        ("415\u2013867\u20135309", "415\u2013867\u20135309"),
        ("（415）867-5309", "（415）867-5309"),
        ("inet 93.184.77.12/32 up", "93.184.77.12"),
        ("inet 93.184.77.12/24 up", "93.184.77.12"),
        ("mail=karla.voss@wiley.com", "karla.voss@wiley.com"),
        ("--to=karla.voss@wiley.com", "karla.voss@wiley.com"),
        ("user[email]=karla.voss@wiley.com", "karla.voss@wiley.com"),
        ("1.karla.voss@wiley.com", "karla.voss@wiley.com"),
        ("x'karla.voss@wiley.com'", "karla.voss@wiley.com"),
        ("/karla.voss@wiley.com", "karla.voss@wiley.com"),
        ("x|karla.voss@wiley.com|y", "karla.voss@wiley.com"),
        ("https://x.org/u/karla.voss@wiley.com", "karla.voss@wiley.com"),
        ("Ph: 4158675309", "4158675309"),
        ("4158675309 is my phone", "4158675309"),
        ("邮箱karla.voss@wiley.com", "karla.voss@wiley.com"),
        # These signs belong to the name.
        ("o'brien@wiley.com", "o'brien@wiley.com"),
        ("bounces+7-ann=acme.org@wiley.com", "bounces+7-ann=acme.org@wiley.com"),
        ("bounce-ann=acme.org@wiley.com", "bounce-ann=acme.org@wiley.com"),
        ("ann+x=y@wiley.com", "ann+x=y@wiley.com"),
    ],
)
def test_a_span_is_the_value_alone(text: str, value: str) -> None:
    assert found(text) == [value]


@pytest.mark.parametrize("text", ["mobile 2020 2021 2022", "call 1999, 2004-2008"])
def test_years_are_no_phone(text: str) -> None:
    assert found(text) == []
