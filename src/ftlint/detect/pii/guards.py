"""What Presidio finds and is not there. Each rule is a principle, with its page in docs/personal-data.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from ftlint.detect.pii import addresses, cards, surroundings, telephones

# Presidio looks for context words as pieces of words, so `lic` counts in `duplicate`; and a check digit
# passes one number in ten. These numbers count only where the word itself stands within a line or so in
# front.
_WORDS = {
    # `account_id` and `ACCOUNT_OFFSET` are no bank's.
    "US_BANK_NUMBER": r"\b(?:bank(?:[_ ]?account)?|accounts?|acct|a/c|iban|debit|checking|savings?|deposits?)"
    r"(?:[_ ]?(?:number|no|num|nr)\b|(?![_A-Za-z0-9]))",
    "ABA_ROUTING_NUMBER": r"\b(?:aba|routing|bank|transit|rtn|wire|ach|fedwire)\b",
    "US_PASSPORT": r"\bpassports?\b|\btravel\s+documents?\b",
    "UK_NHS": r"\b(?:nhs|national\s+health|health\s+(?:service|number|id)|patient|medical\s+record)\b",
    "MEDICAL_LICENSE": r"\b(?:dea|medical|licen[cs]e|prescri\w+|practitioner|physician|pharmac\w+)\b",
    "US_DRIVER_LICENSE": r"\b(?:driv(?:er|ing)\W?s?|licen[cs]e|dl|cdl|permit)\b",
    "US_NPI": r"\b(?:npi|provider|national\s+provider)\b",
}
_SSN_WORD = r"\b(?:ssn|ssns|social|security|ss\s?(?:#|no\b|number))"
_CARD_WORD = (
    r"(?:card|visa|amex|american express|maestro|diners|discover|jcb|unionpay|\bcc\b|\bpan\b|debit|credit)"
)

# Right in front of a number it says that the number is a thing's.
_NUMBER_OF_A_THING = (
    r"\b(?:ISBN(?:-1[03])?|ISSN|OCLC|PMID|DOI|ASIN|UPC|EAN|IMEI|SKU|orders?|invoice|ticket|revision|version|serial"
    r"|tracking|article|item|part|model|seed|hash|timestamp|epoch)"
    r"[\W_]{0,3}(?:(?:no|nr|number|id|is|of|code)\b\W{0,3}){0,2}\Z"
)

# Runs of digits with at most one check digit: of any ten numbers of that length, one passes. Presidio
# gives those the full score without a word beside them.
CHECKED_ONCE = frozenset(
    {
        *(
            "AU_ABN",
            "AU_ACN",
            "AU_MEDICARE",
            "AU_TFN",
            "CA_SIN",
            "DE_BSNR",
            "DE_LANR",
            "DE_TAX_ID",
            "DE_TAX_NUMBER",
        ),
        *(
            "IN_AADHAAR",
            "IT_VAT_CODE",
            "KR_BRN",
            "KR_DRIVER_LICENSE",
            "NG_NIN",
            "PH_TIN",
            "PH_UMID",
            "PL_PESEL",
        ),
        *("SE_ORGANISATIONSNUMMER", "SE_PERSONNUMMER", "TH_TNIN", "TR_NATIONAL_ID", "ZA_ID_NUMBER"),
        *("ZA_INCOME_TAX_NUMBER", "ZA_TRAFFIC_REGISTER_NUMBER", "ZA_VAT_NUMBER"),
    }
)

NUMBERED = frozenset(
    {
        "ssn", "itin", "bank-account", "passport", "health-id", "driver-license", "medical-license",
        "national-id", "tax-id", "business-id",
    }
)  # fmt: skip
"""Kinds that are a number on a document."""


def refused(kind: str, entity: str, text: str, start: int, end: int, score: float) -> bool:
    """Whether text[start:end] is no personal datum of this kind, whatever its recognizer says.

    Only what a pattern found is asked about; a recognizer of the user's own is never overruled.
    """
    guard = _GUARDS.get(kind)
    if guard is not None:
        return guard(text, start, end)
    return kind in NUMBERED and _number_refused(entity, text, start, end, score)


def _card_refused(text: str, start: int, end: int) -> bool:
    value = text[start:end]
    digits = surroundings.digits_of(value)
    # The expiry date and the check number follow a card behind a mark of their own.
    behind = surroundings.after(text, end, 8)
    apart = ",;:/" if re.match(r"[:/]\d{2,4}(?!\d)", behind) else ",;"
    if not cards.issued(digits) or surroundings.part_of_longer(text, start, end, apart):
        return True
    named = surroundings.word_before(_CARD_WORD, text, start)
    groups = re.findall(r"\d+", value)
    if len(groups) > 1:
        one_mark = len(set(re.findall(r"\D+", value))) == 1
        return (
            not one_mark
            or tuple(map(len, groups)) not in cards.LAYOUTS
            or bool(re.search(r"\d[ -]\Z", surroundings.before(text, start, 2)))
            or (not named and bool(re.match(r"[ -]\d(?!\d\s?/\s?\d\d)", behind)))
        )
    if named:
        return False
    return (
        len(digits) not in cards.USUAL_LENGTHS
        or _decimal(text, start, end)
        or surroundings.word_before(_NUMBER_OF_A_THING, text, start, 32)
        or surroundings.in_call(text, start, end)
        or surroundings.in_address(text, start)
        or (not _beside_another(text, start, end) and _calculated(text, start, end))
    )


def _calculated(text: str, start: int, end: int) -> bool:
    return surroundings.in_arithmetic(text, start, end) or (
        surroundings.among_numbers(text, start, end) and not surroundings.in_row(text, start, end)
    )


def _decimal(text: str, start: int, end: int) -> bool:
    """`0,4539...`: with a comma as the decimal point, and no field of a row behind it."""
    return bool(
        re.search(r"(?<![\d.,;])\d{1,3},\Z", surroundings.before(text, start, 5))
        and not re.match(r"[,;]", surroundings.after(text, end, 1))
    )


def _beside_another(text: str, start: int, end: int) -> bool:
    """The number next to it is a card's as well: two by chance are rare."""
    left = re.search(r"(\d{12,19})[\"']?\s*[,;/–-]\s*[\"']?\Z", surroundings.before(text, start))
    right = re.match(r"[\"']?\s*[,;/–-]\s*[\"']?(\d{12,19})(?!\d)", surroundings.after(text, end))
    return any(beside is not None and cards.issued(beside[1]) for beside in (left, right))


def _iban_refused(text: str, start: int, end: int) -> bool:
    return bool(
        re.search(r"[0-9A-Za-z_/+=.-]\Z", surroundings.before(text, start, 1))
        and re.match(r"[0-9A-Za-z_/+=]", surroundings.after(text, end, 1))
    )


def _number_refused(entity: str, text: str, start: int, end: int, score: float) -> bool:
    value = text[start:end]
    digits = surroundings.digits_of(value)
    apart = "" if value.isdecimal() else ",;"
    if surroundings.part_of_longer(text, start, end, apart) or (digits and len(set(digits)) < 3):
        return True
    word = _WORDS.get(entity)
    if word is not None:
        return not surroundings.word_before(word, text, start)
    if entity == "US_SSN" and _loose_ssn(value):
        return not surroundings.word_before(_SSN_WORD, text, start)
    if entity in {"US_SSN", "US_ITIN"} and surroundings.word_before(_NUMBER_OF_A_THING, text, start, 32):
        return True
    if entity in CHECKED_ONCE and value.isdecimal():
        return not surroundings.word_before(_context_of(entity), text, start)
    return value.isdecimal() and (
        surroundings.in_address(text, start)
        or surroundings.in_arithmetic(text, start, end)
        or surroundings.among_numbers(text, start, end)
    )


@cache
def _context_of(entity: str) -> str:
    """The recognizer's own context words, as one pattern."""
    from ftlint.detect.pii import countries

    return "|".join(map(re.escape, countries.context(entity)))


def _loose_ssn(value: str) -> bool:
    """Written otherwise than 123-45-6789: nine digits, or a ZIP code with four more."""
    return not re.fullmatch(r"\d{3}([-. ])\d{2}\1\d{4}", value)


def _crypto_refused(text: str, start: int, end: int) -> bool:
    return surroundings.part_of_longer(text, start, end)


_GUARDS: dict[str, Callable[[str, int, int], bool]] = {
    "email": addresses.email_refused,
    "phone": telephones.refused,
    "card": _card_refused,
    "iban": _iban_refused,
    "ip": addresses.ip_refused,
    "mac": addresses.mac_refused,
    "crypto": _crypto_refused,
}
