"""Where a value begins and ends: recognizers take along what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ftlint.detect.pii import surroundings
from ftlint.detect.pii.gates import CJK

# `1) 415 ...`, and `1. 415 ...` where a line begins.
_ITEM = re.compile(r"(?:\d{1,2}(?:(?P<bracket>\))|\.)|\(\d\))\s+(?=[+(\d])")
_LINE_BEGINS = re.compile(r"(?:\A|\n|\\n)[^\S\n]*\Z")

_FOREIGN = re.compile(rf"\A.*[{CJK}](?=[A-Za-z0-9][A-Za-z0-9._%+-]*\Z)", re.DOTALL)
# Of a query, an option or a setting: `?a=1&mail=`. In a return path the = stands for the @ of an address.
_KEY = re.compile(r"\A(?!bounce|prvs=|btv|srs)[^+]*[=|](?=[A-Za-z0-9_][^=|]*\Z)", re.DOTALL | re.IGNORECASE)
# Not $ and {, which begin the name of a variable.
_MARKS = re.compile(r"\A[!#%&'*+\-./=?^`|~]+(?=[A-Za-z0-9_])")
_PATH = re.compile(r"\A[^+]*/(?=[A-Za-z0-9_][^/]*\Z)", re.DOTALL)
_QUOTE = re.compile(
    r"\A(?!(?:.*[._-])?(?:[odlmn]|mc|dell|dall)')[^']*'(?=[A-Za-z0-9])", re.IGNORECASE | re.DOTALL
)
_NUMBERED = re.compile(r"\A\d{1,2}\.(?=[A-Za-z])")


def phone(text: str, start: int, end: int) -> tuple[int, int]:
    """Less the number of a list's item, and a bracket that does not close in the number."""
    item = _ITEM.match(text, start, end)
    if (
        item is not None
        and sum(map(str.isdecimal, text[item.end() : end])) >= 7
        and (item["bracket"] or _LINE_BEGINS.search(surroundings.before(text, start, 12)))
    ):
        start = item.end()
    if text[start] in "(（" and not re.search("[)）]", text[start:end]):
        start += 1
    return start, end


def email(text: str, start: int, end: int) -> tuple[int, int]:
    """Less the setting, the field or the path that it stands in, and letters that touch it."""
    local = re.split("@|%40|＠", text[start:end])[0]
    begin = 0
    for stretch in (_FOREIGN, _MARKS, _KEY, _PATH, _QUOTE):
        found = stretch.match(local[begin:])
        if found is not None:
            begin += found.end()
    if _LINE_BEGINS.search(surroundings.before(text, start, 12)):
        found = _NUMBERED.match(local[begin:])
        begin += found.end() if found else 0
    if local[begin : begin + 1] == "_" and text[end : end + 1] == "_":
        begin += 1
    return start + begin, end


CUTS: Mapping[str, Callable[[str, int, int], tuple[int, int]]] = {"phone": phone, "email": email}
"""By kind."""
