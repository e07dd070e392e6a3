"""What stands around a match: whether it is a piece of something longer, and what words lead up to it.

Everything here looks at a stretch of the text around the match, never at the whole.
"""

from __future__ import annotations

import re

REACH = 80
"""Characters looked at on each side. A web address that is longer than this is cut: that errs towards
reporting."""

# Before: a digit, or a digit and one mark that joins numbers. A full stop or comma followed by a space ends a
# clause and joins nothing.
_JOINED_BEFORE = re.compile(r"(?:[0-9A-Za-z_]|[0-9][.,/_\-–*^]|[0-9]\s?[×÷]|[0-9]e[-+])\Z")
_JOINED_AFTER = re.compile(r"\A(?:[0-9A-Za-z_]|[.,:/_\-–*^][0-9])")

_ADDRESS = re.compile(r"(?:\b[A-Za-z][A-Za-z0-9+.-]{1,20}://|\bwww\.)[^\s<>\"'`|{}\\]*\Z")
_TELEPHONE_LINK = re.compile(
    r"(?:tel|callto|sms|phone|mobile|wa\.me/|whatsapp|msisdn|to=\+?)[:=/%+A-Za-z0-9]*\Z", re.IGNORECASE
)

# `=` alone is no arithmetic: `phone = 4155550123`.
_OPERATOR_BEFORE = re.compile(
    r"(?:[*×÷^√±≈%<>≤≥∗·]|\d\)?\s*[-+–−/=]|[=(]\s*[-–−]|\\(?:times|cdot|div|pm|approx|frac\{?)|==)"
    r"\s*[$€£¥₹]?\s*[(]?\Z"
)
_OPERATOR_AFTER = re.compile(
    r"\A\)?\s*(?:[*×÷^=±≈%∗·]|<[<=]|>[>=]|\+\s*\d|[-–−/]\s+\d|\\(?:times|cdot|div|pm|approx))"
)
_MONEY_BEFORE = re.compile(r"(?:[$€£¥₹₩₽฿]|\b(?:USD|EUR|GBP|INR|JPY|CNY|Rs\.?))\s?\Z")
_MONEY_AFTER = re.compile(
    r"\A\s?(?:[$€£¥₹₩₽฿]|美元|欧元|人民币|元|(?:USD|EUR|GBP|INR|dollars?|euros?|pounds?|rupees)\b)"
)

# A number among numbers: [1234567890, 2345678901].
_LISTED_BEFORE = re.compile(r"\d[\"']?\s*[,;]\s*[\"']?\Z|\[\s*\Z")
_LISTED_AFTER = re.compile(r"\A[\"']?\s*[,;]\s*[\"']?-?\d|\A\s*\]")


def before(text: str, start: int, reach: int = REACH) -> str:
    return text[max(0, start - reach) : start]


def after(text: str, end: int, reach: int = REACH) -> str:
    return text[end : end + reach]


def digits_of(value: str) -> str:
    """The decimal digits of a value as ASCII: Presidio reads those of every script."""
    return "".join(str(int(character)) for character in value if character.isdecimal())


def part_of_longer(text: str, start: int, end: int) -> bool:
    """The match is a piece of a longer number, identifier, decimal, date or hash."""
    return bool(_JOINED_BEFORE.search(before(text, start, 3)) or _JOINED_AFTER.match(after(text, end, 2)))


def in_address(text: str, start: int) -> bool:
    """The match stands inside a web address: in its path, query or fragment, where numbers are mostly ids.

    A link to a telephone number is none of these.
    """
    lead = before(text, start, 4 * REACH)
    return bool(_ADDRESS.search(lead)) and not _TELEPHONE_LINK.search(lead[-24:])


def in_telephone_link(text: str, start: int) -> bool:
    return bool(_TELEPHONE_LINK.search(before(text, start, 24)))


def in_arithmetic(text: str, start: int, end: int) -> bool:
    """An operator or a sign of money stands right beside the match."""
    lead, rest = before(text, start, 12), after(text, end, 12)
    return bool(
        _OPERATOR_BEFORE.search(lead)
        or _OPERATOR_AFTER.match(rest)
        or _MONEY_BEFORE.search(lead)
        or _MONEY_AFTER.match(rest)
    )


def in_call(text: str, start: int, end: int) -> bool:
    """The match is the bare argument of a call: `default_rng(4202165767276)`."""
    return bool(re.search(r"\w\(\Z", before(text, start, 2)) and re.match(r"[,)]", after(text, end, 1)))


def among_numbers(text: str, start: int, end: int) -> bool:
    """The match is an item of a list of bare numbers."""
    return bool(_LISTED_BEFORE.search(before(text, start, 8)) and _LISTED_AFTER.match(after(text, end, 8)))


def word_before(pattern: str, text: str, start: int, reach: int = REACH) -> bool:
    """A match of the pattern within `reach` characters in front, in any case."""
    return bool(re.search(pattern, before(text, start, reach), re.IGNORECASE))
