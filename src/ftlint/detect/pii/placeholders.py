"""Values that stand for nobody: documentation, tests, examples, and the pseudonyms of `ftlint data redact`.

They are told at `info` and left as they are by redaction. A value counts as one only where a standard,
a regulator or a vendor has set it aside, or where nobody can take it for a person's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ftlint.detect import pseudonyms
from ftlint.detect.pii import addresses, sample_mail, sample_values, surroundings

_RUN = re.compile(r"(\d)\1{5}|0123456|12345678|98765432")
# Account numbers are filled up with zeros.
_RUN_BESIDES_ZEROS = re.compile(r"([1-9])\1{5}|0123456|12345678|98765432")


def is_placeholder(kind: str, value: str, text: str, start: int, end: int) -> bool:
    """Whether the value, which stands at text[start:end], stands for nobody."""
    test = _TESTS.get(kind)
    return (test is not None and test(value)) or bool(pseudonyms.covers(text, start, end))


def _fits(pattern: str, value: str) -> bool:
    return bool(re.fullmatch(pattern, value, re.IGNORECASE))


def _email(value: str) -> bool:
    local, _, domain = addresses.plain_mail(value).rpartition("@")
    plain = local.partition("+")[0]
    nobodys = (sample_mail.RESERVED_DOMAIN, sample_mail.SAMPLE_DOMAIN, sample_mail.MACHINE_DOMAIN)
    if any(_fits(pattern, domain) for pattern in nobodys) or _fits(sample_mail.NOBODY_LOCAL, local):
        return True
    # a@b.co: of one letter both.
    if len(local) == 1 and domain.find(".") == 1:
        return True
    if _fits(sample_mail.BLANK_LOCAL, plain) or _fits(sample_mail.SAMPLE_LOCAL, plain):
        return True
    return _fits(sample_mail.BLANK_DOMAIN, domain) and _fits(sample_mail.COMMON_LOCAL, plain)


def _phone(value: str) -> bool:
    digits = surroundings.digits_of(value.partition("x")[0])
    bare = digits.removeprefix("00")
    if value.lstrip("(").startswith(("+", "00")):
        international = [bare, _without_trunk_zero(bare)]
    else:
        national = digits.removeprefix("0")
        international = (
            [code + national for code in ("44", "61", "33", "49", "46")] if digits[0] == "0" else []
        )
    if any(_fits(pattern, number) for pattern in sample_values.FICTIONAL_PHONES for number in international):
        return True
    return _north_american_sample(value, digits) or bool(_RUN.search(digits))


def _without_trunk_zero(digits: str) -> str:
    """+44 (0)20 ...: the 0 in brackets is for calls within the country."""
    return digits[:2] + digits[3:] if digits[2:3] == "0" else digits


def _north_american_sample(value: str, digits: str) -> bool:
    """555 as exchange or area (555-1212 is directory assistance), and areas that begin with 1."""
    if value.startswith("+") and not value.startswith("+1"):
        return False
    groups = re.findall(r"\d+", value.partition("x")[0])
    if groups and groups[0] in {"1", "001"}:
        groups = groups[1:]
    shape = [len(group) for group in groups]
    if shape == [3, 4]:
        return bool(groups[0] == "555")
    national = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    if len(national) != 10:
        return False
    if shape not in ([3, 3, 4], [10], [11]):
        return False
    if shape == [3, 3, 4] and national[0] == "1":
        return True
    return (national[3:6] == "555" and national[6:] != "1212") or national[:3] == "555"


def _card(value: str) -> bool:
    digits = surroundings.digits_of(value)
    # Every number of Stripe's test list begins with 4242 4242 or 4000 00.
    return (
        digits in sample_values.CARDS
        or digits.startswith(("400000", "42424242"))
        or bool(_RUN.search(digits))
        or len(set(digits)) <= 3
    )


def _iban(value: str) -> bool:
    plain = re.sub(r"[ -]", "", value).upper()
    return plain in sample_values.IBANS or bool(_RUN_BESIDES_ZEROS.search(plain[4:]))


def _ssn(value: str) -> bool:
    digits = surroundings.digits_of(value)
    # 000, 666 and 900 to 999 are never issued as areas; 987-65-4320 to 4329 were set aside for
    # advertisements.
    return digits in sample_values.SSNS or digits.startswith(("000", "666", "9")) or digits[3:5] == "00"


def _itin(value: str) -> bool:
    # Set aside for advertisements as social security numbers.
    return surroundings.digits_of(value).startswith("98765432") or _numbered(value)


def _ip(value: str) -> bool:
    address = addresses.address_of(value)
    return address is not None and (
        addresses.documentation(address) or str(address) in sample_values.RESOLVERS
    )


def _mac(value: str) -> bool:
    octets = re.sub(r"[^0-9a-f]", "", value.lower())
    pairs = [octets[at : at + 2] for at in range(0, len(octets), 2)]
    # Locally administered: no maker gave it out. People number a lab so, with zeros inside.
    if int(pairs[0], 16) & 2 and pairs.count("00") >= 3:
        return True
    # RFC 7042 sets 00-00-5E-00-53 aside for documentation; the others are what people type.
    return (
        octets.startswith(
            ("00005e0053", "00005e0052", "001122334455", "aabbccddeeff", "deadbeef", "123456789abc")
        )
        or octets
        in {
            "0123456789ab",
            "010203040506",
            "112233445566",
            "aabbcc112233",
            "aabbccddee00",
            "021122334455",
            "001a2b3c4d5e",
            "00deadbeef00",
            "00123456789a",
        }
        or len(set(octets)) <= 2
    )


def _crypto(value: str) -> bool:
    return value in sample_values.CRYPTO or value.lower() in sample_values.CRYPTO


def _numbered(value: str) -> bool:
    return bool(_RUN_BESIDES_ZEROS.search(surroundings.digits_of(value)))


_TESTS: dict[str, Callable[[str], bool]] = {
    "email": _email,
    "phone": _phone,
    "card": _card,
    "iban": _iban,
    "ssn": _ssn,
    "itin": _itin,
    "ip": _ip,
    "mac": _mac,
    "crypto": _crypto,
    **dict.fromkeys(
        ("bank-account", "passport", "health-id", "driver-license", "national-id", "tax-id"), _numbered
    ),
}
