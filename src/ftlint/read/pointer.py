"""Where a value stands in the raw bytes of one record. For what is reported only: a plain, exact scan."""

import re
from collections.abc import Iterator

_SPACE = re.compile(rb"[ \t\r\n]*")
STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]]', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}\"\[{:]+")
_NUMBERS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|(-?[0-9][0-9.eE+-]*)', re.DOTALL)

Member = tuple[bytes, int, int, int, int]
"""Key (raw, without quotes), where the key starts, where the value starts and ends, where the key ends."""


def span_of(raw: bytes, pointer: str) -> tuple[int, int] | None:
    """The byte span of the value at a JSON pointer, None for none. Of equal keys the last counts."""
    span = _whole(raw)
    for part in pointer.split("/")[1:] if pointer else ():
        if span is None:
            return None
        span = _step(raw, span[0], part.replace("~1", "/").replace("~0", "~"))
    return span


def text_span(raw: bytes, pointer: str, start: int, end: int) -> tuple[int, int] | None:
    """The byte span of code points [start, end) of the decoded text at `pointer`."""
    span = span_of(raw, pointer)
    if span is None or raw[span[0] : span[0] + 1] != b'"':
        return None
    at, stop = span[0] + 1, span[1] - 1
    first = _advance(raw, at, stop, start)
    last = _advance(raw, first, stop, max(0, end - start))
    return first, last


def key_span(raw: bytes, pointer: str) -> tuple[int, int] | None:
    """The byte span of the (last written) key a pointer ends in, quotes included."""
    parent, _, part = pointer.rpartition("/")
    span = span_of(raw, parent)
    if span is None or raw[span[0] : span[0] + 1] != b"{":
        return None
    wanted = part.replace("~1", "/").replace("~0", "~")
    found = None
    for key, key_start, _start, _end, key_end in members(raw, span[0]):
        if key_text(key) == wanted:
            found = (key_start, key_end)
    return found


def numbers(raw: bytes) -> Iterator[tuple[int, int]]:
    """The byte spans of all numbers outside texts."""
    for match in _NUMBERS.finditer(raw):
        if match.group(1) is not None:
            yield match.span(1)


def members(raw: bytes, at: int, *, partial: bool = False) -> Iterator[Member]:
    """The members of the object that starts at byte `at`; with `partial` the last one may break off."""
    at = _skip(raw, at + 1)
    while raw[at : at + 1] == b'"':
        key = STRING.match(raw, at)
        if key is None:
            return
        colon = _skip(raw, key.end())
        if raw[colon : colon + 1] != b":":
            return
        start = _skip(raw, colon + 1)
        end = _end_of(raw, start)
        if end is None and partial:
            end = len(raw)
        if end is None:
            return
        yield raw[at + 1 : key.end() - 1], at, start, end, key.end()
        at = _skip(raw, end)
        if raw[at : at + 1] != b",":
            return
        at = _skip(raw, at + 1)


def elements(raw: bytes, at: int) -> Iterator[tuple[int, int]]:
    """The byte spans of the elements of the array that starts at byte `at`."""
    at = _skip(raw, at + 1)
    while at < len(raw) and raw[at] != 0x5D:
        end = _end_of(raw, at)
        if end is None:
            return
        yield at, end
        at = _skip(raw, end)
        if raw[at : at + 1] != b",":
            return
        at = _skip(raw, at + 1)


def key_text(key: bytes) -> str:
    """A raw key decoded."""
    if b"\\" not in key:
        return key.decode("utf-8", "replace")
    import json

    try:
        return str(json.loads(b'"' + key + b'"', strict=False))
    except ValueError:
        return key.decode("utf-8", "replace")


def _whole(raw: bytes) -> tuple[int, int] | None:
    start = _skip(raw, 3 if raw.startswith(b"\xef\xbb\xbf") else 0)
    end = _end_of(raw, start)
    return None if end is None else (start, end)


def _step(raw: bytes, at: int, part: str) -> tuple[int, int] | None:
    opener = raw[at : at + 1]
    found = None
    if opener == b"{":
        for key, _key_start, start, end, _key_end in members(raw, at):
            if key_text(key) == part:
                found = (start, end)
    elif opener == b"[" and part.isdecimal():
        for index, span in enumerate(elements(raw, at)):
            if index == int(part):
                return span
    return found


def _skip(raw: bytes, at: int) -> int:
    match = _SPACE.match(raw, at)
    return match.end() if match else at


def _end_of(raw: bytes, at: int) -> int | None:
    """Where the value that starts at `at` ends, None where it does not."""
    opener = raw[at : at + 1]
    if opener == b'"':
        match = STRING.match(raw, at)
        return match.end() if match else None
    if opener not in (b"{", b"["):
        match = _SCALAR.match(raw, at)
        return match.end() if match else None
    depth = 0
    for token in _TOKENS.finditer(raw, at):
        char = raw[token.start()]
        if char in b"{[":
            depth += 1
        elif char in b"}]":
            depth -= 1
            if not depth:
                return token.end()
    return None


def _advance(raw: bytes, at: int, stop: int, count: int) -> int:
    """The byte position `count` code points further inside a text."""
    while count > 0 and at < stop:
        char = raw[at]
        if char == 0x5C:
            at += _escape_length(raw, at)
        elif char < 0x80:
            at += 1
        else:
            at += 2 if char < 0xE0 else 3 if char < 0xF0 else 4
        count -= 1
    return min(at, stop)


def _escape_length(raw: bytes, at: int) -> int:
    if raw[at + 1 : at + 2] != b"u":
        return 2
    high = raw[at + 2 : at + 4].lower()
    follows = raw[at + 6 : at + 8] == b"\\u" and raw[at + 8 : at + 10].lower() >= b"dc"
    if b"d8" <= high < b"dc" and follows and raw[at + 8 : at + 10].lower() < b"e0":
        return 12
    return 6


def repeated(raw: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Keys written more than once in one object: pointer, span of the second writing, how many writings."""
    span = _whole(raw)
    stack = [("", span[0])] if span else []
    while stack:
        place, at = stack.pop()
        inner: list[tuple[str, int]] = []
        if raw[at : at + 1] == b"{":
            seen: dict[str, list[int]] = {}
            for key, key_start, start, _end, key_end in members(raw, at):
                name = key_text(key)
                below = f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
                spans = seen.setdefault(below, [])
                spans += (key_start, key_end)
                inner.append((below, start))
            for below, spans in seen.items():
                if len(spans) > 2:
                    yield below, spans[2], spans[3], len(spans) // 2
        elif raw[at : at + 1] == b"[":
            inner = [(f"{place}/{index}", start) for index, (start, _end) in enumerate(elements(raw, at))]
        stack += reversed([item for item in inner if raw[item[1] : item[1] + 1] in (b"{", b"[")])
