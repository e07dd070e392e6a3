"""What Presidio finds and is not there. Every case is first found by Presidio's own recognizer."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import pytest

pytest.importorskip("presidio_analyzer")

from ftlint.detect.pii import checksums, countries, guards
from ftlint.detect.pii.kinds import KINDS
from ftlint.detect.pii.presidio import predefined


@cache
def recognizer(kind: str) -> tuple[str, Any]:
    entity, name = KINDS[kind].entities[0]
    return entity, predefined(name, entity)


def kept(kind: str, text: str) -> list[str]:
    """What stays of Presidio's findings; it must have found something."""
    entity, of_presidio = recognizer(kind)
    results = of_presidio.analyze(text=text, entities=[entity], nlp_artifacts=None)
    assert results, f"Presidio finds no {kind} here"
    return [
        text[one.start : one.end]
        for one in results
        if not guards.refused(kind, entity, text, one.start, one.end, one.score)
    ]


def luhn_of(head: str) -> str:
    return next(head + str(digit) for digit in range(10) if checksums.luhn(head + str(digit)))


def card_and_ean() -> str:
    """13 digits that pass both checks."""
    return next(
        digits
        for digits in (f"4006381{tail:06}" for tail in range(10**6))
        if checksums.luhn(digits) and checksums.ean13(digits)
    )


CARD = luhn_of("453201511283036")
GROUPED = " ".join(CARD[at : at + 4] for at in range(0, 16, 4))


@pytest.mark.parametrize(
    "text",
    [
        "assert abs(candidate((123.456) - 0.456)) < 1e-6",
        "valid_date('06-04-2020') => True",
        "valid_date('03-32-2011') => False",
        "from (08/2017 – 12/2018) on",
        "born 03-17-2004 16:42",
        "So he had 3000 - 1500 left",
        "Thus 47400 - 46550 = $850",
        "There are <<18000/900=20>>20 days",
        "300-150-45=105",
        "= (169/16 − 88/16) = 81/16",
        "round(3.1415926535, 10)",
        "miles = 5 * 0.621371",
        "at (39.9042, 116.4074)",
        "a random number: 0.762848570174394",
        "by Bernard Anthony Cook. ISBN 0815340583, pg. 808",
        "University Press, ISBN 0-8078-2379-1.",
        "see example.com/dp/0393979520/ref",
        "https://example.com/p/15328_1302287848956_1583259959_n.jpg",
        "Chrome/58.0.3029.110 Safari",
        "Thanks.  76.107.171.90",
        "primes = [4152003187, 9152003181, 7152003187]",
        "{10: '9999449999', 11: '99999499999'}",
        "def f(x=2147483647): pass",
        "INT_MAX is 2147483647.",
        "created at 1583259959",
        "费用约为3000-4000美元",
        "pp. 16000-12500",
        "3    15    3    7    8    6   11    9",
        "order number 4152003187",
        'The ""WISE 0535-7500"" Wikipedia page',
        "(merge 5407764069 cb/clear-quarantine",
        "seed_number = 2359834584",
        "--object_store_memory=5037192806",
        "[[-0.70710678+0.j        , -0.70710678-0.j        ],",
        "0.94736842 1.",
        "Math. 5 (1996) 329-359.",
        'a header like "bytes 0-846981/846982"',
        "73786976294838206464 17179869184 1024",
        "IEEE 1800-2009 standard",
        "the range 01001–99998, assigned",
        "7fffffff (2147483647)",
        "0390; 0399 0308 0301; # GREEK",
        "np.arange(6) + 98172488)",
        "sent 4152003187 USD there",
        "id: 415-867-5309",
        "order number: 415-867-5309",
        "Call function 2435908729",
        "call(2435908729)",
        "routing number 021000021",
        "x = a <b> 3000-1500",
        "List<int> 4152003187",
        "- 3000-1500\n- 2000-1200",
        "> 4152003187",
        "**3000-1500**",
        "| 3000-1500 |",
        "phone: 3000 - 1500 = 1500",
    ],
)
def test_no_phone(text: str) -> None:
    assert kept("phone", text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Give them a call at 780-800-7092 to get", "780-800-7092"),
        ("contact us today on 07885 577 899, or", "07885 577 899"),
        ("It is (647) 321-1199.", "(647) 321-1199"),
        ("my number is 9498777106", "9498777106"),
        ("call 910.538.0115.", "910.538.0115"),
        ("+49 162 1751853", "+49 162 1751853"),
        ("tel:+14152003187", "+14152003187"),
        ("<a href='https://wa.me/14152003187'>", "14152003187"),
        ("her mobile number is 556737-3523, is it", "556737-3523"),
        ("(415) 200-3187 | E: ann", "(415) 200-3187"),
        ('{"phone": "4152003187"}', "4152003187"),
        ("Tel. 030/23125000", "030/23125000"),
        ("reach us: 98765 43210", "98765 43210"),
        ("Appelez le 01 84 17 61 18", "01 84 17 61 18"),
        ("2:780-800-7092", "780-800-7092"),
        ("1. +33 1 84 17 61 18", "+33 1 84 17 61 18"),
        ("2004-05-17: 780-800-7092", "780-800-7092"),
        ("order by phone +33 1 84 17 61 18", "+33 1 84 17 61 18"),
        ("x: 780-800-7092 * 2", "780-800-7092"),
    ],
)
def test_phone(text: str, number: str) -> None:
    assert set(kept("phone", text)) == {number}


@pytest.mark.parametrize(
    "text",
    [
        "string[::-1]", "evens = l[::2]", "odds = l[1::2]", "Night : Day :: Right : Left", "k[1::]",
        "10.5.0.25", "192.168.3.1", "172.18.0.0/16", "127.0.0.1:8000", "169.254.1.1", "224.0.0.1", "0.0.0.0",
        "255.255.255.0", "100.64.3.7", "fe80::1", "fd12:3456:789a::1", "ff02::1", "::1", "::ffff:10.0.0.1",
        "UID 1.2.840.10008.5.1.4.1.1.66.4", "section 12.4.31.4 says", "See 1.2.3.1 below",
        "version 10.4.51.2", "release 81.2.40.1", "numpy==51.2.30.4", "Firefox/81.2.30.4",
        "Git 1.7.12.1 Release",

        "RFC 5445 3.8.2.4: The VALUE", 'ObjectIdentifier("2.5.29.46")', "52.94.0.0/22",
        "2600:1f00::/24", '"11.2.0.4.v3"',
        "pkg-81.2.30.4",
        "81.2.30.4.5",
    ],
)  # fmt: skip
def test_no_ip(text: str) -> None:
    assert kept("ip", text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("callerIp:34.173.111.183 x", "34.173.111.183"),
        ("freiteg.115.242.110.62", "115.242.110.62"),
        ("Special:Contributions/24.77.255.16.", "24.77.255.16"),
        ("the section.  81.12.18.18", "81.12.18.18"),
        ("ssh root@81.2.30.4", "81.2.30.4"),
        ("http://81.2.30.4:8080/", "81.2.30.4"),
        ("ping 9.8.7.6", "9.8.7.6"),
        ("inet 81.2.30.4/24 brd", "81.2.30.4/24"),
        ("81.2.30.4/32", "81.2.30.4/32"),
        ("2a00:1450:4001:81b::/64", "2a00:1450:4001:81b::/64"),
        ("[2a00:1450:4001:81b::200e]", "2a00:1450:4001:81b::200e"),
        ("6e40:4041:c617:e898:c11:40d2:c669:2eb4", "6e40:4041:c617:e898:c11:40d2:c669:2eb4"),
        # Documentation is no host, and is told of as a placeholder.
        ("use 192.0.2.7 here", "192.0.2.7"),
        ("use 2001:db8::7 here", "2001:db8::7"),
    ],
)
def test_ip(text: str, address: str) -> None:
    assert kept("ip", text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "postgres://app:hunter2@db.internal.net:5432/x",
        "https://ann:pw@gitlab.com/group/project",
        "git@github.com:org/repo.git",
        "origin git@bitbucket.org/org/repo",
        "scp dump.sql ann@files.wiley.com:/srv",
        "ssh ann@files.wiley.com uptime",
        "[https://www.google.com/maps/place/California/@37.3362725,-121.8",
        "see www.medium.com/@writer.name",
        "Message-ID: <20040517.3187.abc@mail.wiley.com>",
        "y = weights@inputs.dot(x)",
        'f"{info.subdomain}@ssh.hf.space"',
        "ssh-ed25519-cert-v01@openssh.com",
        "me@my.py",
        "react@latest.io",
    ],
)
def test_no_email(text: str) -> None:
    assert kept("email", text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mailto:ann@wiley.com?subject=x", "ann@wiley.com"),
        ("<ann@wiley.com>", "ann@wiley.com"),
        ("ann+news@mail.wiley.co.uk.", "ann+news@mail.wiley.co.uk"),
        ("http://x.org/ ann@wiley.com", "ann@wiley.com"),
        ("Write to ann@wiley.com: she knows", "ann@wiley.com"),
        ("E-mail: ann@wiley.com(work)", "ann@wiley.com"),
    ],
)
def test_email(text: str, address: str) -> None:
    assert kept("email", text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"x = 0.{CARD}", id="decimal"),
        pytest.param(f"00000000-{CARD[:4]}-{CARD[4:8]}-{CARD[8:12]}-{CARD[12:]}-ff", id="uuid"),
        pytest.param(luhn_of("158325995912345"), id="microseconds"),
        pytest.param(luhn_of("999999999999999").replace("9", "3", 1), id="no network"),
        pytest.param(f"article {card_and_ean()}", id="article number"),
        pytest.param(f"12 {GROUPED}", id="row of numbers"),
        pytest.param(GROUPED.replace(" ", "-", 1), id="two marks"),
        pytest.param(f"https://x.org/status/{CARD}", id="id in an address"),
        pytest.param(f"[4152003187, {CARD}, 7]", id="list"),
        pytest.param(f"{CARD} * 3", id="factor"),
        pytest.param(luhn_of("35209900176148"), id="imei"),
        pytest.param(f"default_rng({CARD})", id="argument"),
        pytest.param(f"order {CARD}", id="order"),
        pytest.param(f"invoice no. {CARD}", id="invoice"),
        pytest.param(f"x > {CARD}", id="compared"),
        pytest.param(f"x = 2 ** {CARD}", id="power"),
        pytest.param(f"2**{CARD}", id="power without blanks"),
        pytest.param(f"{CARD}**2", id="base"),
        pytest.param(f"0,{CARD}", id="decimal comma"),
        pytest.param(f"3 - {CARD}", id="difference"),
        pytest.param(f"[7,{CARD},8]", id="tight list"),
        pytest.param("rng(" + luhn_of("420216576727") + ")", id="13 digits"),
    ],
)
def test_no_card(text: str) -> None:
    entity, of_presidio = recognizer("card")
    results = of_presidio.analyze(text=text, entities=[entity], nlp_artifacts=None)
    assert all(guards.refused("card", entity, text, one.start, one.end, one.score) for one in results)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f"Pay with {CARD}.", CARD),
        (f"Pay with {GROUPED}, please", GROUPED),
        (f"card {card_and_ean()}", card_and_ean()),
        (f"card 1:{CARD}", CARD),
        (f"https://x.org/?card={CARD}", CARD),
        (f"{CARD}:04:27:123", CARD),
        (f"pay with {CARD}/0427", CARD),
        (f"{CARD}|04|27|123", CARD),
        (f"{GROUPED} 04/27", GROUPED),
        (f"card {GROUPED} 04/27 123", GROUPED),
        (f"1,{CARD},123", CARD),
        (f"name;{CARD};0427", CARD),
        (f"order paid by card {CARD}", CARD),
        (luhn_of("37828224631000"), luhn_of("37828224631000")),
    ],
)
def test_card(text: str, number: str) -> None:
    assert kept("card", text) == [number]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("mac", "01:00:5e:7f:ff:fa"),
        ("mac", "SHA1: aa:bb:cc:1e:5f:07:12:9a:04:5b"),
        ("mac", "24-05-17-16-42-30"),
        ("itin", "9: '999969999'"),
        ("ssn", "revision 550678046 by"),
        ("ssn", "12345-6789"),
        ("ssn", "https://x.org/?oldid=312914244"),
        ("ssn", "1.312-91-4244"),
        ("ssn", "SKU 312-91-4244"),
        ("ssn", "invoice number: 312-91-4244"),
        ("ip", "00:11:22:33:44:55:66:77"),
        ("bank-account", "revision 55067804612"),
        ("bank-account", "ACCOUNT_OFFSET = 549755813888"),
        ("bank-account", '"accountId": "924374875933"'),
        ("passport", "id 312914244"),
        ("health-id", "call 9434765919"),
        ("medical-license", "public AB3126844 duplicate"),
        ("driver-license", "a duplicate A1234567"),
    ],
)
def test_no_numbers(kind: str, text: str) -> None:
    entity, of_presidio = recognizer(kind)
    for one in of_presidio.analyze(text=text, entities=[entity], nlp_artifacts=None) or ():
        assert guards.refused(kind, entity, text, one.start, one.end, one.score)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("mac", "ether 3c:22:fb:1e:5f:07 txq", "3c:22:fb:1e:5f:07"),
        ("mac", "mac:3c:22:fb:1e:5f:07", "3c:22:fb:1e:5f:07"),
        ("mac", "iface=3c-22-fb-1e-5f-07-eth", "3c-22-fb-1e-5f-07"),
        ("ssn", "It is 859-56-0028.", "859-56-0028"),
        ("ssn", "Jane,859-56-0028,94110", "859-56-0028"),
        ("ssn", "1;859-56-0028", "859-56-0028"),
        ("ssn", "SSN 859560028", "859560028"),
        ("bank-account", "Account 55067804612", "55067804612"),
        ("bank-account", '"bank_account_number": "55067804612"', "55067804612"),
        ("bank-account", "A/C No. 00632000001783", "00632000001783"),
        ("passport", "passport no. 312914244", "312914244"),
        ("health-id", "NHS number 943 476 5919", "943 476 5919"),
        ("driver-license", "driver's license A1234567", "A1234567"),
    ],
)
def test_numbers(kind: str, text: str, value: str) -> None:
    assert set(kept(kind, text)) == {value}


@pytest.mark.parametrize(
    ("country", "entity", "bare", "with_word"),
    [
        ("au", "AU_TFN", "build 876543210", "tax file number 876543210"),
        ("in", "IN_AADHAAR", "frame 234123412346", "Aadhaar 234123412346"),
        ("pl", "PL_PESEL", "frame 02070803628", "PESEL 02070803628"),
        ("us", "ABA_ROUTING_NUMBER", "frame 021000021", "routing number 021000021"),
        ("us", "US_NPI", "frame 1234567893", "NPI 1234567893"),
    ],
)
def test_numbers_of_countries_with_one_check_digit(
    country: str, entity: str, bare: str, with_word: str
) -> None:
    row = next(row for row in countries.COUNTRIES[country] if row.entity == entity)
    of_presidio = predefined(row.recognizer, entity)
    for text, refused in ((bare, True), (with_word, False)):
        (one,) = of_presidio.analyze(text=text, entities=[entity], nlp_artifacts=None)
        assert one.score == 1.0
        assert guards.refused(row.kind, entity, text, one.start, one.end, one.score) is refused


def test_every_place_of_any_text_can_be_asked_about() -> None:
    """A guard looks left and right of a match: no text may break it."""
    chosen = random.Random(7)
    alphabet = "0123456789 .-/:@()[]+=xaſ٣é中\n\u200b"
    for _ in range(400):
        text = "".join(chosen.choice(alphabet) for _ in range(chosen.randrange(1, 60)))
        start = chosen.randrange(len(text))
        end = chosen.randrange(start + 1, len(text) + 1)
        for kind in KINDS:
            for entity, _ in KINDS[kind].entities:
                assert guards.refused(kind, entity, text, start, end, 0.5) in {True, False}
