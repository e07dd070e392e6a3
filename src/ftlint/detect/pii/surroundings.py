"""What stands around a match: whether it is a piece of something longer, and what words lead up to it.

Everything here looks at a stretch of the text around the match, never at the whole.
"""

from __future__ import annotations

import re

REACH = 80
"""Characters looked at on each side. A web address that is longer than this is cut: that errs towards
reporting."""

# Before: a digit, or a digit and one mark that joins numbers. A full stop followed by a space ends a clause
# and joins nothing.
_JOINED_BEFORE = re.compile(r"(?:[0-9A-Za-z_]|[0-9][./_\-–*^]|[0-9]\s?[×÷]|[0-9]e[-+])\Z")
_JOINED_AFTER = re.compile(r"\A(?:[0-9A-Za-z_]|[.:/_\-–*^][0-9])")
# A comma joins thousands (`12,345`) and decimals (`0,25`), and keeps everything longer apart.
_SHORT_BEFORE = re.compile(r"(?<![\d.,;-])\d{1,3},\Z")
_SHORT_AFTER = re.compile(r"\A,\d{1,3}(?!\d)")
_EMPHASIS = re.compile(r"(?<!\w)_{1,3}\Z"), re.compile(r"\A_{1,3}(?!\w)")

_ADDRESS = re.compile(r"(?:\b[A-Za-z][A-Za-z0-9+.-]{1,20}://|\bwww\.)[^\s<>\"'`|{}\\]*\Z")
_TELEPHONE_LINK = re.compile(
    r"(?:tel|callto|sms|phone|mobile|wa\.me/|whatsapp|msisdn|to=\+?)[:=/%+A-Za-z0-9]*\Z", re.IGNORECASE
)

# `=` alone is no arithmetic: `phone = 4155550123`. What stands on a line of its own before is an item's mark.
_OPERATOR_BEFORE = re.compile(
    r"(?:[*×÷^√±≈%<>≤≥∗·]|\d\)?[^\S\n]*[-+–−/=]|[=(]\s*[-–−]|\\(?:times|cdot|div|pm|approx|frac\{?)|==)"
    r"\s*[$€£¥₹]?\s*[(]?\Z"
)
_OPERATOR_AFTER = re.compile(
    r"\A\)?(?:\s*(?:[×÷^=±≈%∗·]|<[<=]|>[>=]|\+\s*\d|\\(?:times|cdot|div|pm|approx))"
    r"|[^\S\n]*(?:\*|[-–−/]\s+\d))"
)
_TAG = r"</?[A-Za-z|][^<>\n]{0,60}>"
# Tags, arrows, the marks of quotes and lists, and emphasis that closes before the value or opens at it.
_MARKUP_BEFORE = re.compile(
    rf"(?:{_TAG}|[=-]>|(?:\A|\n|\\n)[^\S\n]*(?:>[^\S\n]?)*(?:[*+-][^\S\n]+)?\*{{0,3}}"
    r"|[A-Za-z:]\*{2}:?[^\S\n]+|:\*[^\S\n]+|(?:\A|[\s(\[|:>\"'])(?P<opened>\*{1,3}))[^\S\n]*\(?\Z"
)
_MARKUP_AFTER = re.compile(rf"\A[.,!?)]?(?:(?P<closed>\*{{1,3}})(?![0-9A-Za-z_(.*-])|{_TAG})")
_TAGS_BEFORE = re.compile(rf"(?:{_TAG}\s*)+\Z")
_MONEY_BEFORE = re.compile(r"(?:[$€£¥₹₩₽฿]|\b(?:USD|EUR|GBP|INR|JPY|CNY|Rs\.?))\s?\Z")
_MONEY_AFTER = re.compile(
    r"\A\s?(?:[$€£¥₹₩₽฿]|美元|欧元|人民币|元|(?:USD|EUR|GBP|INR|dollars?|euros?|pounds?|rupees)\b)"
)

# A number among numbers: [1234567890, 2345678901].
_LISTED_BEFORE = re.compile(r"\d[\"']?\s*[,;]\s*[\"']?\Z|\[\s*\Z")
_LISTED_AFTER = re.compile(r"\A[\"']?\s*[,;]\s*[\"']?-?\d|\A\s*\](?!\()")


def before(text: str, start: int, reach: int = REACH) -> str:
    return text[max(0, start - reach) : start]


def after(text: str, end: int, reach: int = REACH) -> str:
    return text[end : end + reach]


def digits_of(value: str) -> str:
    """The decimal digits of a value as ASCII: Presidio reads those of every script."""
    return "".join(str(int(character)) for character in value if character.isdecimal())


def part_of_longer(text: str, start: int, end: int, apart: str = "") -> bool:
    """The match is a piece of a longer number, identifier, decimal, date or hash.

    `apart` are marks that keep a value of this kind from its neighbours, as in a row of a table.
    """
    lead, rest = before(text, start, 5), after(text, end, 5)
    if _EMPHASIS[0].search(lead) and _EMPHASIS[1].match(rest):
        return False
    if _JOINED_BEFORE.search("" if lead and lead[-1] in apart else lead):
        return True
    if _JOINED_AFTER.match("" if rest and rest[0] in apart else rest):
        return True
    return "," not in apart and _joined_by_comma(text[start:end], lead, rest)


def _joined_by_comma(value: str, lead: str, rest: str) -> bool:
    bare = value.isdecimal()
    return bool(
        (_SHORT_BEFORE.search(lead) and (bare or re.match(r"\d{3}(?!\d)", value)))
        or (_SHORT_AFTER.match(rest) and (bare or re.search(r"(?<!\d)\d{3}\Z", value)))
    )


def in_address(text: str, start: int) -> bool:
    """The match stands inside a web address: in its path, query or fragment, where numbers are mostly ids.

    A link to a telephone number is none of these.
    """
    lead = before(text, start, 4 * REACH)
    return bool(_ADDRESS.search(lead)) and not _TELEPHONE_LINK.search(lead[-24:])


def in_telephone_link(text: str, start: int) -> bool:
    return bool(_TELEPHONE_LINK.search(before(text, start, 24)))


def in_arithmetic(text: str, start: int, end: int) -> bool:
    """An operator or a sign of money stands right beside the match, and it is no sign of markup."""
    lead, rest = before(text, start), after(text, end)
    near = lead[-12:]
    return bool(
        (_OPERATOR_BEFORE.search(near) and not _in_markup(lead, rest))
        or (_OPERATOR_AFTER.match(rest[:12]) and not _MARKUP_AFTER.match(rest))
        or _MONEY_BEFORE.search(near)
        or _MONEY_AFTER.match(rest[:12])
    )


def _in_markup(lead: str, rest: str) -> bool:
    if lead[-1:] == "<" and rest[:1] == ">":
        return True
    opened = _MARKUP_BEFORE.search(lead)
    if opened is None:
        return False
    # `2 **9` opens nothing; what is closed behind the value does.
    behind = _MARKUP_AFTER.match(rest)
    return not opened["opened"] or bool(behind and behind["closed"])


def untagged(text: str, start: int, reach: int) -> str:
    """What stands before, without the tags that stand right before: `<dt>Phone</dt><dd>`."""
    lead = before(text, start, reach + 2 * REACH)
    return _TAGS_BEFORE.sub("", lead)[-reach:]


def in_call(text: str, start: int, end: int) -> bool:
    """The match is the bare argument of a call: `default_rng(4202165767276)`."""
    return bool(re.search(r"\w\(\Z", before(text, start, 2)) and re.match(r"[,)]", after(text, end, 1)))


def among_numbers(text: str, start: int, end: int) -> bool:
    """The match is an item of a list of bare numbers."""
    left, right = _LISTED_BEFORE.search(before(text, start, 8)), _LISTED_AFTER.match(after(text, end, 8))
    if left is None or right is None:
        return False
    # In brackets alone it is no list.
    return not (left[0].startswith("[") and right[0].endswith("]"))


def in_row(text: str, start: int, end: int) -> bool:
    """The match is a field of a line of a table, with a comma or semicolon and no blank between fields."""
    line = before(text, start).rpartition("\n")[2]
    return bool(
        re.fullmatch(r"(?:[^\s,;\[({=:][^,;\[({=\n]*)?(?:[,;](?!\s)[^,;\[({=\n]*)*[,;]|", line)
        and re.match(r"(?:[,;]\S|\s*(?:\n|\Z))", after(text, end, 8))
    )


def word_before(pattern: str, text: str, start: int, reach: int = REACH) -> bool:
    """A match of the pattern within `reach` characters in front, in any case."""
    return bool(re.search(pattern, before(text, start, reach), re.IGNORECASE))
