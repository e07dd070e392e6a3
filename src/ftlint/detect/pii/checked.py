"""Numbers with a check digit: whether a text holds one that passes, told before a recognizer is asked.

A recognizer for them finds nothing where no check digit is right, so Presidio need not even be loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ftlint.detect.pii.checksums import luhn_of

_JOIN = "[- \\xa0\\u202f\\u2007\\u2010-\\u2015]"
"""Between groups: also spaces that do not break, hyphens and dashes, as typesetting makes them."""

_ROW = re.compile(rf"\d+(?:{_JOIN}\d+)*")


def may_hold_card(text: str) -> bool:
    """Whether some run of 12 to 19 digits, in up to five groups, passes Luhn's test."""
    return any(luhn_of(digits) for digits in _numbers(text, 12, 19, 5))


def may_hold_nhs_number(text: str) -> bool:
    """Whether some run of 10 digits, in up to three groups, has the check digit of an NHS number."""
    return any(
        sum(digit * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True)) % 11 == 0
        for digits in _numbers(text, 10, 10, 3)
    )


CHECKS: dict[str, Callable[[str], bool]] = {
    "CREDIT_CARD": may_hold_card,
    "UK_NHS": may_hold_nhs_number,
}
"""By Presidio's entity; what does not pass is not found by ftlint's own recognizers of the entity either."""


def _numbers(text: str, least: int, most: int, groups: int) -> Iterator[list[int]]:
    """Digits of neighbouring groups. A number begins and ends where words do, so it takes groups whole."""
    for row in _ROW.finditer(text):
        if len(row[0]) < least:
            continue
        parts = re.split(_JOIN, row[0])
        for first in range(len(parts)):
            number = ""
            for part in parts[first : first + groups]:
                number += part
                if len(number) > most:
                    break
                if len(number) >= least:
                    yield from _values(number)


def _values(number: str) -> Iterator[list[int]]:
    """None for digits of a script newer than Python's tables, over which Presidio's own check breaks down."""
    try:
        yield list(map(int, number))
    except ValueError:
        return
