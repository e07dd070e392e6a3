"""Pseudonyms keep the form, belong to nobody, and are told by their look."""

from __future__ import annotations

import ipaddress
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.detect import pseudonyms
from ftlint.detect.pii.kinds import KINDS
from ftlint.prepare.disguise import Disguise, disguised, masked, type_of

KEY = b"k" * 32


def made(kind: str, value: str, key: bytes = KEY) -> str:
    found = pseudonyms.of(key, kind, value)
    assert found is not None
    return found


def luhn(digits: str) -> bool:
    doubled = [int(char) * (1 + index % 2) for index, char in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


AROUND = (
    ("", ""), ("Ask ", "."), ("IS 12 ", ", OK"), ('{"a": "', '"}'), ("x ", ": "), ("x: ", ":"), ("=", "; "),
    ("address:", ": 1"), ("mac:", " - "), ("\u7535\u8bdd", "\u53f7"), ("\\n", "\\n"), ("\uff1a", "\uff0c"),
)  # fmt: skip
"""What may stand around a pseudonym without hiding it."""


@pytest.mark.parametrize(
    ("kind", "value", "form"),
    [
        ("email", "ann.lee@firm.io", r"user-[a-z2-7]{12}@example\.com"),
        ("phone", "415-892-2671", r"[2-9]\d\d-555-01\d\d"),
        ("phone", "(415) 892-2671", r"\([2-9]\d\d\) 555-01\d\d"),
        ("phone", "+49 30 901820", r"\+1 [2-9]\d\d-555-01\d\d"),
        ("ip", "93.184.216.34", r"2[45]\d\.\d+\.\d+\.\d+"),
        ("ip", "2a00:1450:4001::8a", r"2001:db8(:[0-9a-f]{4}){6}"),
        ("mac", "3c:5a:b4:1e:22:90", r"02:00:5E(:[0-9A-F]{2}){3}"),
        ("mac", "3c-5a-b4-1e-22-90", r"02-00-5E(-[0-9A-F]{2}){3}"),
        ("ssn", "536904399", r"9\d\d-[0-4]\d-\d{4}"),
        ("card", "4539 1488 0343 6467", r"9999 \d{4} \d{4} \d{4}"),
        ("card", "378734493671000", r"9999\d{11}"),
        ("card", "4539-1488-0343-6467-123", r"9999-\d{4}-\d{4}-\d{4}-\d{3}"),
        ("iban", "GB33 BUKB 2020 1555 5555 55", r"GB00 [A-Z]{4} \d{4} \d{4} \d{4} \d{2}"),
        ("iban", "de89370400440532013000", r"DE00\d{18}"),
        ("person", "Ann Lee", r"[A-Z][a-z]+ [A-Z][a-z]+wyle"),
        ("person", "Ann", r"[A-Z][a-z]+wyle"),
    ],
)
def test_the_form_is_kept_and_known_again(kind: str, value: str, form: str) -> None:
    found = made(kind, value)
    assert re.fullmatch(form, found)
    assert found == made(kind, value)
    assert made(kind, value, b"another key" * 4) != found
    for before, after in AROUND:
        text = before + found + after
        place = (len(before), len(before) + len(found))
        assert pseudonyms.covers(text, *place), (before, after)
        assert place in set(disguised(text)), (before, after)


@given(st.integers(10**11, 10**18))
def test_a_card_fails_luhn_and_what_looks_like_one_is_rarely_taken_for_it(number: int) -> None:
    value = str(number)
    card = made("card", value)
    assert len(card) == len(value)
    assert not luhn(card)
    assert list(pseudonyms.found(value)) in ([], [(0, len(value))])


def test_what_people_have_is_no_pseudonym() -> None:
    for text in (
        "ann.lee@firm.io", "415-892-2671", "536-90-4399", "93.184.216.34", "3c:5a:b4:1e:22:90", "Robin Hood",
        "GB33BUKB20201555555555", "4539 1488 0343 6467", "9999123412341234", "GB00BUKB20201555555555",
        "912-60-1234", "02:42:ac:11:00:02", "user-1@example.org", "02:00:5E:10:20:30:40",
        "DE02:00:5E:10:20:30", "1.240.1.2.3", "2001:db8::1", "user-abcdefghijkl@example.com-pany.io",
        "Robin Tabroxewyler",
    ):  # fmt: skip
        assert list(pseudonyms.found(text)) == [], zlib.crc32(text.encode())


def test_pseudonyms_belong_to_nobody() -> None:
    for number in range(300):
        address = ipaddress.ip_address(made("ip", f"8.8.{number // 200}.{number % 200}"))
        assert address in ipaddress.ip_network("240.0.0.0/4")
        assert not address.is_global
        assert address != ipaddress.ip_address("255.255.255.255")
        iban = made("iban", f"DE8937040044{number:010}")
        assert int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 != 1


def test_large_sets_do_not_clash() -> None:
    count = 20_000
    for kind, form in (("email", "u{}@firm.io"), ("card", "4{:015}"), ("iban", "DE89{:018}")):
        assert len({made(kind, form.format(number)) for number in range(count)}) == count, kind


def test_a_mask_keeps_the_shape_and_four_digits_of_a_card() -> None:
    assert masked("email", "ann.lee+x@firm.io") == "***.***+*@****.**"
    assert masked("card", "4539-1488-0343-6467") == "****-****-****-6467"
    assert masked("phone", "+49 (0)30") == "+** (*)**"
    assert masked("card", "4539") == "****"


def test_secrets_are_replaced_unless_they_are_named() -> None:
    all_masked = Disguise("mask")
    assert all_masked.of("email", "pii", "a@b.io") == "*@*.**"
    assert all_masked.of("github-token", "secret", "x") == "<SECRET_GITHUB_TOKEN>"
    assert Disguise("replace", {"secrets": "mask"}).of("github-token", "secret", "xy-z") == "**-*"
    assert Disguise("mask", {"secrets": "mask", "jwt": "replace"}).of("jwt", "secret", "x") == "<SECRET_JWT>"


def test_hashes_are_typed_and_keyed() -> None:
    one, other = Disguise("hash", {}, KEY), Disguise("hash", {}, b"other" * 8)
    told = one.of("email", "pii", "Ann@firm.io")
    assert re.fullmatch(r"<EMAIL_ADDRESS:[0-9a-f]{16}>", told)
    assert told == one.of("email", "pii", "ann@FIRM.io")
    assert told != other.of("email", "pii", "ann@firm.io")
    # a kind that has no pseudonym gets its hash
    assert Disguise("pseudonym", {}, KEY).of("passport", "pii", "C1") == one.of("passport", "pii", "C1")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_placeholder_is_known_again(kind: str) -> None:
    name = type_of(kind, "pii")
    for text in (f"<{name}>", f"<{name}_12>", f"<{name}:0123456789abcdef>", "<SECRET_GITHUB_TOKEN>"):
        assert next(disguised(f"x{text}y")) == (1, 1 + len(text))


def test_what_only_looks_like_a_placeholder_is_looked_into() -> None:
    for text in (
        "<DE89370400440532013000>",
        "<AKIAABCDEFGHIJKLMNOP>",
        "<email>",
        "<PERSON:12>",
        "<TEL_4158922671>",
    ):
        assert list(disguised(text)) == []
