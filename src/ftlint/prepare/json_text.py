"""Where the texts stand in a JSON document, and how to change one without touching the rest of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_TOKENS = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\],]', re.DOTALL)
_VALUES = re.compile(r'"((?:[^"\\]++|\\.)*+)"|-?[0-9][0-9.eE+-]*', re.DOTALL)
ESCAPE = re.compile(
    r'\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|["\\/bfnrt])'
)
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Edit(NamedTuple):
    """Put `new` in the place of the code points [start, end)."""

    start: int
    end: int
    new: str


class Literal(NamedTuple):
    """A string of a document, quotes included; `owner` tells the objects apart that keys belong to."""

    start: int
    end: int
    pointer: str
    is_key: bool
    owner: int


class Token(NamedTuple):
    """What a document has in place of a text: the inside of a string, or a whole number."""

    start: int
    end: int
    is_number: bool


def spliced(text: str, edits: Sequence[Edit]) -> str:
    """`text` with edits made that are sorted and do not overlap."""
    pieces: list[str] = []
    at = 0
    for start, end, new in edits:
        pieces += (text[at:start], new)
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def is_document(text: str) -> bool:
    """Whether a text is a JSON object or array as a whole."""
    return text.lstrip(" \t\r\n")[:1] in ("{", "[") and len(text) > 2 and is_json(text)


def is_json(text: str) -> bool:
    """Whether a text is JSON; raw control characters and NaN are let pass, as nothing rests on them here."""
    import orjson

    try:
        orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        try:
            json.loads(text, strict=False)
        except (ValueError, RecursionError):
            return False
    return True


@dataclass(slots=True)
class _Open:
    """An object or array that is being gone through; `key` and `step` say where in it."""

    place: str
    is_object: bool
    owner: int
    wants_key: bool
    key: str = ""
    step: int = 0

    def below(self) -> str:
        step = self.key.replace("~", "~0").replace("/", "~1") if self.is_object else str(self.step)
        return f"{self.place}/{step}"


def literals(text: str, pointer: str = "") -> Iterator[Literal]:
    """Every string of a JSON document in the order they stand, those of keys written twice included."""
    stack: list[_Open] = []
    count = 0
    for token in _TOKENS.finditer(text):
        start, end = token.span()
        char = text[start]
        top = stack[-1] if stack else None
        if char == '"':
            if top is not None and top.wants_key:
                top.wants_key = False
                top.key = unescaped(text[start + 1 : end - 1])
                yield Literal(start, end, top.place, True, top.owner)
            else:
                yield Literal(start, end, top.below() if top else pointer, False, 0)
        elif char in "{[":
            count += 1
            stack.append(_Open(top.below() if top else pointer, char == "{", count, char == "{"))
        elif top is not None:
            if char == ",":
                top.step += 1
                top.wants_key = top.is_object
            else:
                stack.pop()


def tokens(text: str) -> list[Token]:
    """The strings (their insides) and numbers of a document, keys included, in order."""
    return [
        Token(*match.span(1), False) if match.group(1) is not None else Token(*match.span(), True)
        for match in _VALUES.finditer(text)
    ]


def unescaped(inner: str) -> str:
    """What stands between the quotes of a string, decoded; what is no escape stays as it is."""
    return ESCAPE.sub(_meaning, inner) if "\\" in inner else inner


def _meaning(match: re.Match[str]) -> str:
    escape = match.group()
    if escape[1] != "u":
        return _MEANT.get(escape[1], escape[1])
    if len(escape) == 6:
        return chr(int(escape[2:6], 16))
    high, low = int(escape[2:6], 16) - 0xD800, int(escape[8:], 16) - 0xDC00
    return chr(0x10000 + (high << 10) + low)


def escaped(text: str) -> str:
    """A text as it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=_has_surrogates(text))[1:-1]


def _has_surrogates(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


def placed(edits: Sequence[Edit], inner: str, at: int = 0) -> list[Edit]:
    """Edits of what `inner` means as edits of `inner` itself, which stands at `at`; new text is escaped."""
    places = places_of([place for edit in edits for place in edit[:2]], inner)
    return [Edit(at + next(places), at + next(places), escaped(edit.new)) for edit in edits]


def places_of(offsets: Sequence[int], inner: str, escape: re.Pattern[str] = ESCAPE) -> Iterator[int]:
    """Where code points of a decoded string stand in it as written; `offsets` ascend."""
    escapes = escape.finditer(inner)
    ahead = next(escapes, None)
    shift = 0
    for offset in offsets:
        while ahead is not None and ahead.start() - shift < offset:
            shift += ahead.end() - ahead.start() - 1
            ahead = next(escapes, None)
        yield offset + shift


def between_escapes(text: str, start: int, end: int, least: int = 0) -> tuple[int, int]:
    """[start, end) of a string as written, drawn in where it begins or ends amid an escape.

    The inside of the string begins at `least`.
    """
    low = text.rfind("\\", max(least, start - 12), start)
    if low >= 0:
        first = low
        while first > least and text[first - 1] == "\\":
            first -= 1
        for escape in ESCAPE.finditer(text, first):
            if escape.start() >= end:
                break
            if escape.start() < start < escape.end():
                start = escape.end()
            if escape.start() < end < escape.end():
                end = escape.start()
    tail = text.rfind("\\", max(start, end - 12), end)
    if tail >= 0:
        first = tail
        while first > start and text[first - 1] == "\\":
            first -= 1
        for escape in ESCAPE.finditer(text, first):
            if escape.start() >= end:
                break
            if escape.end() > end:
                end = escape.start()
    return start, max(start, end)
