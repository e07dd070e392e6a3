"""Phone numbers as Presidio finds them: `phonenumbers` decides, on the stretches that could hold one.

Presidio asks `phonenumbers` eight times for each text, once for each region it knows by default. A number
is made of few characters, so a text falls apart into stretches that cannot influence each other. Only those
with digits enough are looked at, each only for the regions whose shortest number is no longer, and the same
stretch only once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from ftlint.detect.pii.gates import DIGITS, PUNCTUATION, D

REGIONS = ("US", "GB", "DE", "FR", "IL", "IN", "CA", "BR")
LENIENCY = 1
SCORE = 0.4
"""Presidio's own defaults."""

LEAST = 4
"""Digits: a German pager has no more."""

SHORT = 60
"""Characters of a stretch that may come again and is remembered."""

TRIES = 65_535
"""How many candidates `phonenumbers` tries in vain in a text, for a region, before it gives the text up."""

BRIEF = 300
"""Characters of a text that cannot cost so many."""

FEW = 100
"""Candidates that cannot: one has at most 90 marks among its digits, and two rows of them at an extension."""

_DIGITS_IN_A_ROW = re.compile(r"\d+")
_MANY_MARKS = re.compile(r"[ \xa0\t,-]{100}")

# What a candidate goes on with before an extension (";ext=", "ext.", "int", "anexo", "доб", "#") and in it.
_EXTENSION = (
    r";[eE][xX][tT]=|[ \x{a0}\t,]*"
    r"(?:[eE]?[xX][tT](?:[eE][nN][sS\x{17f}][iI\x{130}\x{131}](?:[oO]\x{301}?|[óÓ])?)?[nN]?"
    r"|[ｅＥ]?[ｘＸ][ｔＴ][ｎＮ]?|[дД\x{1c81}][оО\x{1c82}][бБ]|[aA][nN][eE][xX][oO]"
    r"|[xX#~\x{ff38}\x{ff58}\x{ff03}\x{ff5e}]"
    r"|[iI\x{130}\x{131}][nN][tT]|[ｉＩ][ｎＮ][ｔＴ])[:.\x{ff0e}]?[ \x{a0}\t,-]*"
)
_INT = r"[ \x{a0}\t,]*[iI][nN][tT][:.\x{ff0e}]?[ \x{a0}\t,-]*"
_BETWEEN = f"[{PUNCTUATION}]{{0,4}}"
_ANY = rf"(?:[{PUNCTUATION}{DIGITS}+\x{{ff0b}}]|{_EXTENSION})*"
# From the first character that a candidate can begin with to the last that one can end with.
_CORE = re.compile(r"[\d(\[\uff08\uff3b+\uff0b].*[\d#]", re.DOTALL)
# No number goes on behind one of these; of letters, only those of "int" are ever taken for digits.
_PARTS = re.compile(r"[+\uff0b;=,:#\uff03\t\uff0e]")
# Behind what may be a date and an hour, they make it one.
_MINUTES = re.compile(r":[0-5]\d")
# Neither letters nor currency: before and behind a number they all say the same.
_NEUTRAL = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85 !\"&'*,:;<=>?@\\^_`{|}~()[]-./#+\t")


def numbers(text: str, least: int = LEAST) -> set[tuple[int, int]]:
    """Where phone numbers stand, [start, end): with `least` at 4 just where Presidio's recognizer meets one.

    With more, only stretches with that many digits are looked at.
    """
    if least == LEAST and _exhausts(text):
        return set(_in(text))
    found: set[tuple[int, int]] = set()
    for stretch in _stretches(least).finditer(text):
        core = _CORE.search(text, *stretch.span())
        if core is None:
            continue
        start, end = core.span()
        if least > LEAST and _only_lone_digits(core[0]):
            continue
        before = _side(text[start - 1 : start])
        behind = text[end : end + 3] if _MINUTES.match(text, end) else _side(text[end : end + 1])
        shift = start - len(before)
        found.update((shift + first, shift + last) for first, last in _in_stretch(before + core[0] + behind))
    return found


def _only_lone_digits(stretch: str) -> bool:
    """Single digits, as in `1/2/3/4`: `phonenumbers` takes longest over them, and guards refuse them."""
    return len(stretch) > SHORT and all(len(run) == 1 for run in _DIGITS_IN_A_ROW.findall(stretch))


def outermost(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Less those that another one contains."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda one: (one[0], -one[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept


@cache
def _stretches(least: int) -> Any:
    """RE2: runs of what candidates are made of, with `least` digits that could be those of one number."""
    import re2

    more = rf"(?:{_BETWEEN}{D}){{{least - 1}}}" if least > 1 else ""
    if least == LEAST:
        more = rf"(?:{_BETWEEN}{D}){{2}}(?:{_BETWEEN}{D}|{_INT})"
    options = re2.Options()
    options.longest_match = True
    return re2.compile(_ANY + D + more + _ANY, options)


def _side(character: str) -> str:
    """A character, or none, that says the same about a number beside it: one for as many as can be."""
    if character in _NEUTRAL:
        return "\n"
    return "a" if character.isascii() and character.isalpha() else character


def _in_stretch(stretch: str) -> tuple[tuple[int, int], ...]:
    return _remembered(stretch) if len(stretch) <= SHORT else _looked_for(stretch)


@lru_cache(maxsize=1 << 16)
def _remembered(stretch: str) -> tuple[tuple[int, int], ...]:
    return _looked_for(stretch)


def _looked_for(stretch: str) -> tuple[tuple[int, int], ...]:
    digits = max(sum(map(str.isdecimal, part)) for part in _PARTS.split(stretch))
    if "int" in stretch.lower():
        digits += 3
    return _in(stretch, digits)


def forget() -> None:
    """What was found in stretches looked at before: for whoever measures."""
    _remembered.cache_clear()


def _in(text: str, digits: int = 99) -> tuple[tuple[int, int], ...]:
    """Of the regions whose numbers have no more digits than that."""
    import phonenumbers

    return tuple(
        (match.start, match.end)
        for region, shortest in _regions()
        if shortest <= digits
        for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=LENIENCY)
    )


@cache
def _regions() -> tuple[tuple[str, int], ...]:
    """Each region with the number of digits of its shortest numbers."""
    from phonenumbers import PhoneMetadata

    known: list[tuple[str, Any]] = [(region, PhoneMetadata.metadata_for_region(region)) for region in REGIONS]
    return tuple((region, min(data.general_desc.possible_length)) for region, data in known)


def _exhausts(text: str) -> bool:
    """Whether `phonenumbers` may give the text up for want of tries, so that it must see the text whole."""
    if len(text) < BRIEF:
        return False
    runs = _DIGITS_IN_A_ROW.findall(text)
    if _candidates(runs) <= FEW and _MANY_MARKS.search(text) is None:
        return False
    return most_tries(text) >= TRIES


def most_tries(text: str) -> int:
    """How many tries a text costs at most, for one region.

    A candidate is looked at again from behind each number found in it, so as often as it has runs of digits,
    where a run of more than 9 counts for several. Each time costs 7 tries, and 2 for each mark in it.
    """
    tries = 0
    for stretch in _stretches(1).findall(text):
        runs = _DIGITS_IN_A_ROW.findall(stretch)
        tries += _candidates(runs) * (7 + 2 * (len(stretch) - sum(map(len, runs))))
    return tries


def _candidates(runs: list[str]) -> int:
    return len(runs) + sum(map(len, runs)) // 9
