"""Values that stand for nobody, and real ones that come near them."""

from __future__ import annotations

import pytest

from ftlint.detect import pseudonyms
from ftlint.detect.pii import checksums, sample_values
from ftlint.detect.pii.placeholders import is_placeholder


def judged(kind: str, value: str) -> bool:
    return is_placeholder(kind, value, f"x {value} y", 2, 2 + len(value))


PLACEHOLDERS = {
    "email": """
        ann.lee@example.com bob@mail.example.org x@example.co.uk a@some.test me@localhost.invalid
        ann@printer.local john.doe@gmail.com jane_doe@outlook.com jdoe@email.com johndoe42@wiley.com
        user@domain.com your.name@yourcompany.com you@your-domain.com firstname.lastname@acme.com
        first.last@wiley.com my_gmail_address@gmail.com your_email@gmail.com username@gmail.com
        recipient@wiley.com test@wiley.com noreply@wiley.com no-reply@github.com
        do-not-reply@bank.de mailer-daemon@wiley.com alice@email.com boss@company.com
        your@email.com me@mail.com ann.lee%40example.com
        max.mustermann@web.de foo@bar.com a@b.co xxx@wiley.com user123@gmail.com
        deploy@my-project.iam.gserviceaccount.com
    """,
    "ip": """
        192.0.2.1 198.51.100.77 203.0.113.255 2001:db8::7 2001:0db8:85a3:0000:0000:8a2e:0370:7334
        3fff::1 8.8.8.8 1.1.1.1 9.9.9.9 2001:4860:4860::8888 1.2.3.4 192.0.2.0/24
    """,
    "card": """
        4111111111111111 4111-1111-1111-1111 4242424242424242 4000056655665556 4000002500003155
        5555555555554444 378282246310005 6011111111111117 30569309025904 3530111333300000
        2223003122003222 6759649826438453
    """,
    "iban": """
        GB29NWBK60161331926819 gb82west12345698765432 DE89370400440532013000 NL91ABNA0417164300
        FR1420041010050500013M02606 CH9300762011623852957
    """,
    "ssn": "078-05-1120 219-09-9999 123-45-6789 987-65-4321 000-12-3456 666-12-3456 900-12-3456 312-00-4244",
    "itin": "987-65-4321 987-65-4329",
    "mac": "00:00:5e:00:53:af 00-11-22-33-44-55 aa:bb:cc:dd:ee:ff de:ad:be:ef:00:01 12:34:56:78:9a:bc"
    " ae:00:00:00:01:02",
    "crypto": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "bank-account": "12345678 111111111",
    "passport": "123456789",
}

PHONES = [
    "555-0123", "555-1234", "(415) 555-0123", "+1 415 555 0199", "1-800-555-0100", "(555) 123-4567",
    "555-555-5555", "123-456-7890", "(123) 456-7891", "098-765-4321", "000-000-0000",
    "+1 (555) 010-9999", "4155550123", "+44 1632 960983", "01632 960 983", "020 7946 0958",
    "+44 (0)20 7946 0958", "07700 900123", "+44 7700 900 123", "08081 570 123", "0131 496 0123",
    "+61 2 5550 1234", "(03) 7010 1234", "0491 570 156", "+33 1 99 00 12 34", "06 39 98 12 34",
    "030 23125 123", "+49 30 23125123", "040-6280412", "+46 70 174 06 05",
]  # fmt: skip

REAL = {
    "email": """
        ann.lee@wiley.com john.smith@gmail.com johnson@wiley.com ann.lee%40wiley.com your@wiley.com
        info@wiley.com support@wiley.com
        emoore@email.com ann@examples.com ann@testing-lab.de doe@wiley.com johndoerr@wiley.com
        ann@mydomains.com usera@wiley.com mike@robertlight.com stevedaine@microsoft.com
        dspande@davidspade.com name.surname@wiley.com 12345+ann@users.noreply.github.com a.b@c.com
    """,
    "ip": "192.0.3.1 198.51.101.1 203.0.114.1 8.8.8.9 2001:db9::7 34.173.111.183",
    "card": "4532015112830366 5425233430109908 371449635398439 4000175920384617",
    "iban": "GB59IFUE40226315499137 DE44500105175407324931 DE53200400600000001234",
    "itin": "912-70-4163 987-65-4330",
    "ssn": "859-56-0028 460-89-9847 078-05-1121 219-09-9998",
    "mac": "3c:22:fb:1e:5f:07 ae:00:00:1c:01:02 00:11:22:33:44:56",
    "crypto": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
    "bank-account": "0000001234 550678046",
}

REAL_PHONES = [
    "083 564 9312", "780-800-7092", "(647) 321-1199", "+1 917-444-6321", "555 2200 318", "212-555-1212",
    "07885 577 899", "+44 1632 961983", "020 7947 0958", "+33 1 98 00 12 34", "030 23126 123",
    "+46 70 174 16 05", "+41 55 501 23 45", "01632 96098",
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind in PLACEHOLDERS for value in PLACEHOLDERS[kind].split()]
)
def test_placeholders(kind: str, value: str) -> None:
    assert judged(kind, value)


@pytest.mark.parametrize("value", PHONES)
def test_fictional_phones(value: str) -> None:
    assert judged("phone", value)


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind in REAL for value in REAL[kind].split()])
def test_real_values(kind: str, value: str) -> None:
    assert not judged(kind, value)


@pytest.mark.parametrize("value", REAL_PHONES)
def test_real_phones(value: str) -> None:
    assert not judged("phone", value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "ann.lee@wiley.com"),
        ("phone", "+1 917-444-6321"),
        ("ip", "2a00:1450:4001:81b::200e"),
        ("mac", "3c:22:fb:1e:5f:07"),
        ("ssn", "859-56-0028"),
        ("card", "4532 0151 1283 0366"),
        ("iban", "GB59 IFUE 4022 6315 4991 37"),
        ("person", "Ann Lee"),
    ],
)
def test_pseudonyms_stand_for_nobody(kind: str, value: str) -> None:
    for number in range(20):
        made = pseudonyms.of(bytes([number]) * 32, kind, value)
        assert made is not None
        assert judged(kind, made), made
        assert not judged(kind, value)


@pytest.mark.parametrize("kind", ["person", "custom", "url", "no-such-kind"])
def test_other_kinds_have_none(kind: str) -> None:
    assert not judged(kind, "example.com 12345678")


def test_the_published_lists_are_what_they_say() -> None:
    assert all(checksums.luhn(card) for card in sample_values.CARDS)
    assert all(checksums.mod97(iban) for iban in sample_values.IBANS)
    assert len(sample_values.CARDS) > 90
    assert len(sample_values.IBANS) > 100
