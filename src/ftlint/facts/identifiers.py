"""Identifiers that two laws name, and by which kinds of personal data ftlint can look for them.

No legal advice: the lists are the laws', what stands beside them is what a kind of ftlint finds.
"""

from __future__ import annotations

from typing import NamedTuple

HIPAA = "HIPAA"
GDPR = "GDPR"

SOURCES = {
    HIPAA: "45 CFR 164.514(b)(2)(i), the 18 identifiers of the Safe Harbor method",
    GDPR: "Regulation (EU) 2016/679, Articles 4(1), 9(1) and 10",
}


class Way(NamedTuple):
    """A kind that finds the identifier; with `entities` only where one of these recognizers is on."""

    kind: str
    entities: tuple[str, ...] = ()


class Identifier(NamedTuple):
    """One identifier or category of a law.

    `left` says what no kind of ftlint finds of it; `part` that this is so much that a part is found at best.
    """

    law: str
    reference: str
    name: str
    ways: tuple[Way, ...] = ()
    left: str = ""
    part: bool = False


def _ways(*kinds: str) -> tuple[Way, ...]:
    return tuple(map(Way, kinds))


_US_HEALTH = ("US_MBI", "US_HEALTH_INSURANCE_MEMBER_ID")

IDENTIFIERS: tuple[Identifier, ...] = (
    Identifier(HIPAA, "(A)", "names", _ways("person"), "initials, nicknames, names the model does not know"),
    Identifier(
        HIPAA,
        "(B)",
        "places smaller than a state",
        _ways("location", "postcode"),
        "streets and house numbers, ZIP codes of the United States",
        part=True,
    ),
    Identifier(
        HIPAA,
        "(C)",
        "dates except the year, ages over 89",
        _ways("date"),
        "dates in words, ages",
        part=True,
    ),
    Identifier(HIPAA, "(D)", "telephone numbers", _ways("phone"), "numbers of fewer than seven digits"),
    Identifier(HIPAA, "(E)", "fax numbers", _ways("phone"), "they are told as telephone numbers"),
    Identifier(HIPAA, "(F)", "e-mail addresses", _ways("email"), "addresses spelled out (name at host)"),
    Identifier(
        HIPAA, "(G)", "social security numbers", _ways("ssn"), "nine digits without a word that names them"
    ),
    Identifier(HIPAA, "(H)", "medical record numbers", _ways("custom"), "they have no one form", part=True),
    Identifier(
        HIPAA,
        "(I)",
        "health plan beneficiary numbers",
        (Way("health-id", _US_HEALTH),),
        "numbers of private plans that no word names",
        part=True,
    ),
    Identifier(
        HIPAA,
        "(J)",
        "account numbers",
        _ways("card", "iban", "bank-account", "crypto"),
        "accounts of a shop or a service",
        part=True,
    ),
    Identifier(
        HIPAA,
        "(K)",
        "certificate and license numbers",
        _ways("medical-license", "driver-license"),
        "licenses of other professions",
        part=True,
    ),
    Identifier(
        HIPAA,
        "(L)",
        "vehicle identifiers and plates",
        _ways("vehicle"),
        "vehicle identification numbers, plates of the United States",
        part=True,
    ),
    Identifier(
        HIPAA,
        "(M)",
        "device identifiers and serial numbers",
        _ways("mac"),
        "serial numbers have no form",
        part=True,
    ),
    Identifier(HIPAA, "(N)", "web addresses (URLs)", _ways("url")),
    Identifier(HIPAA, "(O)", "IP addresses", _ways("ip"), "private addresses are left out"),
    Identifier(HIPAA, "(P)", "biometric identifiers", (), "finger and voice prints are no text"),
    Identifier(HIPAA, "(Q)", "full-face photographs", (), "pictures are not looked into"),
    Identifier(
        HIPAA,
        "(R)",
        "any other unique number, characteristic or code",
        _ways("passport", "itin", "national-id", "tax-id", "uuid", "custom"),
        "codes of a house's own, unless a recognizer is declared",
        part=True,
    ),
    Identifier(
        GDPR, "Art. 4(1)", "name", _ways("person"), "initials, nicknames, names the model does not know"
    ),
    Identifier(
        GDPR,
        "Art. 4(1)",
        "identification number",
        _ways("national-id", "passport", "tax-id", "ssn", "itin", "health-id", "driver-license", "custom"),
        "numbers of countries that are not named, numbers of customers and staff",
        part=True,
    ),
    Identifier(
        GDPR, "Art. 4(1)", "location data", _ways("location", "postcode"), "coordinates, ways", part=True
    ),
    Identifier(
        GDPR,
        "Art. 4(1)",
        "online identifier",
        _ways("email", "ip", "mac", "url", "uuid", "crypto"),
        "user names, cookies, advertising identifiers",
        part=True,
    ),
    Identifier(
        GDPR,
        "Art. 4(1)",
        "telephone number (C-101/01, Lindqvist)",
        _ways("phone"),
        "numbers of fewer than seven digits",
    ),
    Identifier(
        GDPR,
        "Art. 4(1)",
        "economic identity",
        _ways("card", "iban", "bank-account"),
        "income, debts, purchases",
        part=True,
    ),
    Identifier(
        GDPR,
        "Art. 4(1)",
        "physical, genetic, mental, cultural or social identity",
        (),
        "what a text says of a person",
    ),
    Identifier(GDPR, "Art. 9(1)", "racial or ethnic origin", (), "what a text says of a person"),
    Identifier(GDPR, "Art. 9(1)", "political opinions", (), "what a text says of a person"),
    Identifier(GDPR, "Art. 9(1)", "religious or philosophical beliefs", (), "what a text says of a person"),
    Identifier(GDPR, "Art. 9(1)", "trade union membership", (), "what a text says of a person"),
    Identifier(GDPR, "Art. 9(1)", "genetic data", (), "sequences are not looked for"),
    Identifier(GDPR, "Art. 9(1)", "biometric data", (), "finger and voice prints are no text"),
    Identifier(
        GDPR,
        "Art. 9(1)",
        "data concerning health",
        _ways("health-id"),
        "illnesses, treatments: numbers of a health service alone are found",
        part=True,
    ),
    Identifier(GDPR, "Art. 9(1)", "sex life or sexual orientation", (), "what a text says of a person"),
    Identifier(GDPR, "Art. 10", "criminal convictions and offences", (), "what a text says of a person"),
)
