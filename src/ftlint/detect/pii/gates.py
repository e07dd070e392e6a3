"""What must stand in a text before a recognizer can find anything: RE2 patterns over its UTF-8 bytes.

Each pattern is a necessary condition for a match of the recognizer's own pattern: it drops look-arounds, word
boundaries and upper limits, and reads `\\d` as any decimal digit of Unicode, as Presidio's `regex` does. A
gate that left out one text with a finding would break the promise that findings equal Presidio's: see
docs/decisions/personal-data.md for the proofs. tests/unit/test_pii_equality.py holds each gate against its
recognizer.
"""

from typing import NamedTuple

DIGITS = (
    r"\p{Nd}\x{10d40}-\x{10d49}\x{116d0}-\x{116e3}\x{11bf0}-\x{11bf9}\x{11de0}-\x{11de9}\x{16130}-\x{16139}"
    r"\x{16d70}-\x{16d79}\x{1ccf0}-\x{1ccf9}\x{1e5f1}-\x{1e5fa}"
)
D = f"[{DIGITS}]"
"""A decimal digit of any script, as `\\d` is to Python and to Presidio's `regex`.

Those of Unicode 15.1 and 16 are not among RE2's.
"""

FOREIGN = r"[^\x00-\x7f]"


class Gate(NamedTuple):
    """`score` is the most a match through this pattern can have unless a context word lifts it.

    `numbered` says that such a match begins in a word with a digit; `digits` is how many digits it has at
    least in a row, with none but spaces, hyphens and dots between them.
    """

    pattern: str
    score: float
    numbered: bool = False
    digits: int = 0


LIFT = 0.35
LEAST = 0.4


def lifted(score: float) -> float:
    """The score beside a context word."""
    return min(max(score + LIFT, LEAST), 1.0)


_IPV4 = r"(?:[0-9]{1,3}\.){3}[0-9]"
# What may stand between two digits of a phone number; never more than four of them.
PUNCTUATION = (
    r"-xX./~()\[\] \x{a0}\x{ad}\x{2010}-\x{2015}\x{200b}\x{2053}\x{2060}\x{2212}\x{223c}\x{3000}\x{30fc}"
    r"\x{ff08}\x{ff09}\x{ff0d}-\x{ff0f}\x{ff3b}\x{ff3d}\x{ff5e}"
)
GATES: dict[str, tuple[Gate, ...]] = {
    "EMAIL_ADDRESS": (
        Gate(
            rf"(?:[!#$%&'*+\-/=?^_`{{|}}~0-9A-Za-z]|{FOREIGN})@(?:[0-9A-Za-z_]|{FOREIGN})"
            rf"(?:[0-9A-Za-z_-]|{FOREIGN})*\.(?:[0-9A-Za-z_]|{FOREIGN})",
            1.0,
        ),
    ),
    "CREDIT_CARD": (Gate(rf"[13-6]{D}{{3}}[- ]?{D}{{3,4}}[- ]?{D}{{3,4}}[- ]?{D}{{3}}", 1.0, digits=13),),
    "IBAN_CODE": (Gate(r"[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{4}){2}", 1.0),),
    "US_SSN": (
        Gate(r"[0-9]{3}[- .][0-9]{2}[- .][0-9]{4}", 0.5, digits=9),
        Gate(r"[0-9]{5}-[0-9]{4}|[0-9]{3}-[0-9]{6}|[0-9]{9}", 0.05, True, 9),
    ),
    "IP_ADDRESS": (
        Gate(rf"{_IPV4}|[0-9A-Fa-f]::|::[0-9A-Fa-f]|(?:[0-9A-Fa-f]{{1,4}}:){{7}}", 0.6),
        Gate("::", 0.1),
    ),
    "MAC_ADDRESS": (
        Gate(
            r"[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})"
            r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}",
            0.6,
        ),
    ),
    "CRYPTO": (
        # A checksum is right only in base58 behind 1 and 3, and in bech32 behind bc1.
        Gate(r"[13][1-9A-HJ-NP-Za-km-z]{25}|bc1[02-9ac-hj-np-z]{25}", 1.0),
    ),
    # Four digits are a German pager; three do before "int", whose letters may be taken for keys of a phone.
    "PHONE_NUMBER": (
        Gate(
            rf"{D}(?:[{PUNCTUATION}]*{D}){{2}}(?:[{PUNCTUATION}]*{D}|[ \t,\x{{a0}}]*[iI][nN][tT])",
            0.4,
            digits=3,
        ),
    ),
    "US_ITIN": (
        Gate(rf"9{D}{{2}}[- ]{D}{{2}}[- ]{D}{{4}}", 0.5, digits=9),
        Gate(rf"9{D}{{2}}{D}{{2}}{D}{{4}}", 0.3, True, 9),
        Gate(rf"9{D}{{2}}[- ]?{D}{{2}}[- ]?{D}{{4}}", 0.05, True, 9),
    ),
    "US_BANK_NUMBER": (Gate(r"[0-9]{8}", 0.05, True, 8),),
    "US_PASSPORT": (Gate(r"[0-9]{8}", 0.1, True, 8),),
    "UK_NHS": (Gate(r"[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{4}", 1.0, True, 10),),
    "US_DRIVER_LICENSE": (Gate(r"[0-9]", 0.3),),
    "MEDICAL_LICENSE": (Gate(rf"{D}{{7}}", 1.0, digits=7),),
    "URL": (Gate(r"\.[A-Za-z]|\.[^\x00-\x7f]", 0.6),),
    "UUID": (Gate(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}", 0.5),),
    "DATE_TIME": (Gate(rf"{D}[-/.]|-{D}", 0.8),),
}

PHONE_OF_SEVEN = Gate(rf"{D}(?:[{PUNCTUATION}]*{D}){{6}}", 0.4, digits=7)
"""For phone numbers of seven digits or more alone."""

PUBLIC_ADDRESS = Gate(
    rf"{_IPV4}|[23][0-9A-Fa-f]{{3}}:(?:[0-9A-Fa-f]{{1,4}}:){{0,6}}:|(?:[0-9A-Fa-f]{{1,4}}:){{7}}", 0.6
)
"""For IP addresses that are public alone: of those shortened by `::` only 2000::/3 are."""

PHONE_GATES = (*GATES["PHONE_NUMBER"], PHONE_OF_SEVEN)

CONTEXT: dict[str, tuple[str, ...]] = {
    "EMAIL_ADDRESS": ("email",),
    "CREDIT_CARD": (
        "credit", "card", "visa", "mastercard", "amex", "discover", "jcb", "diners", "maestro",
        "instapayment",
    ),
    "IBAN_CODE": ("iban", "bank", "transaction"),
    "US_SSN": ("social", "security", "ssn", "ssns", "ssid"),
    "IP_ADDRESS": ("ip", "ipv4", "ipv6"),
    "MAC_ADDRESS": ("mac", "ethernet"),
    "CRYPTO": ("wallet", "btc", "bitcoin", "crypto"),
    "PHONE_NUMBER": ("phone", "number", "telephone", "cell", "cellphone", "mobile", "call"),
    "US_ITIN": ("individual", "taxpayer", "itin", "tax", "payer", "taxid", "tin"),
    "US_BANK_NUMBER": ("check", "account", "acct", "bank", "save", "debit"),
    "US_PASSPORT": ("us", "united", "states", "passport", "travel", "document"),
    "UK_NHS": ("nhs",),
    "US_DRIVER_LICENSE": ("driver", "license", "permit", "lic", "identification", "dls", "cdls", "driving"),
    "MEDICAL_LICENSE": ("medical", "certificate", "dea"),
    "URL": ("url", "website", "link"),
    "UUID": ("uuid", "guid"),
    "DATE_TIME": ("date", "birthday"),
}  # fmt: skip
"""The recognizers' own context words, for gates that count only beside one of them.

Those of several words or with other signs than letters are left out: they are no part of any one word.
"""

CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Letters of scripts written without spaces, for a class of characters: a value may touch them."""

ODD_MAIL = r"[0-9A-Za-z_%+-](?:%40|＠)[0-9A-Za-z]"
"""RE2: the gate of addresses whose @ is written otherwise; Presidio's gate lets the others through."""
