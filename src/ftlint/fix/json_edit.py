"""Edits one JSON record in its own bytes: what is not edited stays as it was written, byte for byte."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from mmap import mmap
from typing import Any, NamedTuple

from ftlint.model import SetValue

SPACE = re.compile(rb"[ \t\r\n]*+")
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
SCALAR = re.compile(rb"[^\s,\]\}\"\[\{:]++")
BRACKET = re.compile(rb"[\"\[\]{}]")

CLOSING = {0x7B: 0x7D, 0x5B: 0x5D}
COMMA, COLON, QUOTE, BRACE = b',:"{'


class NoPlaceError(ValueError):
    """The record has no such place, or its bytes are not JSON."""


Buffer = bytes | mmap
"""The bytes of a file: read, or mapped into memory where there are many."""


class Splice(NamedTuple):
    """Put `new` in the place of the bytes [start, end)."""

    start: int
    end: int
    new: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of an object or array. `start` is where its key stands (its value, in an array)."""

    key: str
    start: int
    value: int
    end: int


Members = dict[int, list[Entry]]
"""The members of the objects and arrays of one record, by where those stand, as far as somebody asked."""


def splice_of(raw: bytes, edit: SetValue, known: Members | None = None) -> Splice | None:
    """What `edit` does to the record `raw`; None where it is done already.

    `known` is kept from one edit of a record to the next, so that each of its objects is read once.
    Raises `NoPlaceError` where the pointer leads nowhere, or a renamed key would be written twice.
    """
    parts = pointer_parts(edit.pointer)
    if not parts:
        return _whole(raw, edit)
    known = {} if known is None else known
    at = _skip(raw, 0)
    for part in parts[:-1]:
        entry = _member(raw, at, _entries(raw, at, known), part)
        if entry is None:
            raise NoPlaceError(edit.pointer)
        at = entry.value
    members, last = _entries(raw, at, known), parts[-1]
    entry = _member(raw, at, members, last)
    if edit.rename is not None:
        return _renamed(raw, at, members, entry, edit.rename)
    if edit.remove:
        return None if entry is None else _removed(members, entry)
    if entry is None:
        return _added(raw, at, members, last, edit.value)
    return _set(raw, entry.value, entry.end, edit.value)


def pointer_parts(pointer: str) -> list[str]:
    """The unescaped parts of a JSON pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def written(value: Any, raw: bytes) -> bytes:
    """`value` as JSON, in the spacing and escaping that the record `raw` uses."""
    separators, ascii_only = _style(raw)
    text = json.dumps(value, ensure_ascii=ascii_only, separators=separators, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8 form, only an escape
        return json.dumps(value, separators=separators, allow_nan=False).encode()


@lru_cache(maxsize=1)
def _style(raw: bytes) -> tuple[tuple[str, str], bool]:
    """What stands between members and after keys, and whether everything but ASCII is escaped."""
    separators = (", ", ": ") if b'": ' in raw else (",", ":")
    return separators, raw.isascii() and b"\\u" in raw


def entries(raw: bytes, at: int) -> list[Entry]:
    """The members of the object or array at `at`; a comma before the closing bracket is let be."""
    if at >= len(raw) or raw[at] not in CLOSING:
        raise NoPlaceError(f"no object or array at byte {at}")
    keyed, close = raw[at] == BRACE, CLOSING[raw[at]]
    found: list[Entry] = []
    at = _skip(raw, at + 1)
    while _byte(raw, at) != close:
        start, key = at, str(len(found))
        if keyed:
            key, at = _key(raw, at)
        end = value_end(raw, at)
        found.append(Entry(key, start, at, end))
        at = _skip(raw, end)
        if _byte(raw, at) == COMMA:
            at = _skip(raw, at + 1)
        elif _byte(raw, at) != close:
            raise NoPlaceError(f"neither comma nor closing bracket at byte {at}")
    return found


def value_end(raw: Buffer, at: int) -> int:
    """Where the JSON value that starts at `at` ends. Works without recursion, at any depth."""
    first = _byte(raw, at)
    if first == QUOTE:
        return _string_end(raw, at)
    if first not in CLOSING:
        scalar = SCALAR.match(raw, at)
        if scalar is None:
            raise NoPlaceError(f"no value at byte {at}")
        return scalar.end()
    depth = 0
    while True:
        bracket = BRACKET.search(raw, at)
        if bracket is None:
            raise NoPlaceError(f"a bracket opened before byte {at} is not closed")
        at = bracket.start()
        if raw[at] == QUOTE:
            at = _string_end(raw, at)
            continue
        depth += 1 if raw[at] in CLOSING else -1
        at += 1
        if depth == 0:
            return at


def _key(raw: bytes, at: int) -> tuple[str, int]:
    if _byte(raw, at) != QUOTE:
        raise NoPlaceError(f"no key at byte {at}")
    end = _string_end(raw, at)
    try:
        key = str(json.loads(raw[at:end], strict=False))
    except ValueError:
        raise NoPlaceError(f"unreadable key at byte {at}") from None
    colon = _skip(raw, end)
    if _byte(raw, colon) != COLON:
        raise NoPlaceError(f"no colon at byte {colon}")
    return key, _skip(raw, colon + 1)


def _entries(raw: bytes, at: int, known: Members) -> list[Entry]:
    found = known.get(at)
    if found is None:
        found = known[at] = entries(raw, at)
    return found


def _member(raw: bytes, at: int, members: list[Entry], part: str) -> Entry | None:
    # a key written twice means its last value: that is what every parser kept
    if raw[at] == BRACE:
        return next((entry for entry in reversed(members) if entry.key == part), None)
    return members[int(part)] if part.isdecimal() and int(part) < len(members) else None


def _whole(raw: bytes, edit: SetValue) -> Splice | None:
    if edit.remove or edit.rename is not None:
        raise NoPlaceError("the record as a whole can only be set")
    start = _skip(raw, 0)
    return _set(raw, start, value_end(raw, start), edit.value)


def _set(raw: bytes, start: int, end: int, value: Any) -> Splice | None:
    try:
        same = json.dumps(json.loads(raw[start:end])) == json.dumps(value)
    except (ValueError, RecursionError):
        same = False
    return None if same else Splice(start, end, written(value, raw))


def _renamed(raw: bytes, at: int, members: list[Entry], entry: Entry | None, new: str) -> Splice | None:
    if raw[at] != BRACE:
        raise NoPlaceError("an array has no keys")
    if entry is None or entry.key == new:
        return None
    if any(other.key == new for other in members):
        raise NoPlaceError("the new key stands there already")
    return Splice(entry.start, _string_end(raw, entry.start), written(new, raw))


def _removed(members: list[Entry], entry: Entry) -> Splice:
    index = members.index(entry)
    if index + 1 < len(members):
        return Splice(entry.start, members[index + 1].start, b"")
    if index:
        return Splice(members[index - 1].end, entry.end, b"")
    return Splice(entry.start, entry.end, b"")


def _added(raw: bytes, at: int, members: list[Entry], part: str, value: Any) -> Splice:
    new = written(value, raw)
    if raw[at] == BRACE:
        new = written(part, raw) + (b": " if b'": ' in raw else b":") + new
    elif part not in ("-", str(len(members))):
        raise NoPlaceError(f"an array of {len(members)} has no place {part}")
    if not members:
        return Splice(at + 1, at + 1, new)
    # the white space between the last two members, so that a pretty-printed record stays pretty
    gap = b" " if b'": ' in raw else b""
    if len(members) > 1:
        between = raw[members[-2].end : members[-1].start]
        gap = between[between.index(b",") + 1 :]
    return Splice(members[-1].end, members[-1].end, b"," + gap + new)


def _string_end(raw: Buffer, at: int) -> int:
    string = STRING.match(raw, at)
    if string is None:
        raise NoPlaceError(f"the string at byte {at} is not closed")
    return string.end()


def _skip(raw: bytes, at: int) -> int:
    space = SPACE.match(raw, at)
    return space.end() if space else at


def _byte(raw: Buffer, at: int) -> int:
    if at >= len(raw):
        raise NoPlaceError("the record ends too early")
    return raw[at]
