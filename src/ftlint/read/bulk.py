"""What is valid JSON and still wrong: found by bulk tests over a chunk, then placed row by row."""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson

from ftlint.model import Fault
from ftlint.read import tex
from ftlint.read.places import position

HUGE = 16 << 20
"""Rows above this are named: the longest row of the real files looked at is 1.6 MB."""

LARGEST, SMALLEST = 2**64 - 1, -(2**63)


@cache
def _patterns() -> tuple[Any, ...]:
    import re2

    options = re2.Options()
    options.encoding = options.Encoding.LATIN1
    return tuple(
        re2.compile(pattern, options)
        for pattern in (
            rb":[ \t]?-?[0-9]{19}",
            rb",[ \t]?-?[0-9]{19}",
            rb"\[[ \t]?-?[0-9]{19}",
            rb"\xe2\x80[\xa8\xa9]",
            rb'"[ \t]+:',
            rb'\\\\":',
            rb'\\":',
        )
    )


def has_separators(chunk: bytes) -> bool:
    """Whether U+2028 or U+2029 stands in the bytes."""
    return not chunk.isascii() and _patterns()[3].search(chunk) is not None


def separators(raw: bytes) -> int:
    """How many U+2028 and U+2029 stand in the bytes."""
    return raw.count(b"\xe2\x80\xa8") + raw.count(b"\xe2\x80\xa9")


def first_separator(raw: bytes) -> int:
    places = [at for mark in (b"\xe2\x80\xa8", b"\xe2\x80\xa9") if (at := raw.find(mark)) >= 0]
    return min(places, default=0)


def key_marks(chunk: bytes, first: bytes = b"", without: Sequence[bytes] = ()) -> int:
    """How many keys are written in sound rows, -1 where that is not plain to see.

    The rows are `first` and those of `chunk`, less the bytes `without` at its ends. A text that starts with
    a colon counts as a key: too many marks cost a second look, never a finding.
    """
    patterns = _patterns()
    for part in (chunk, first):
        if patterns[4].search(part) is not None or patterns[5].search(part) is not None:
            return -1
    return _marks(chunk) + _marks(first) - sum(map(_marks, without))


def _marks(chunk: bytes) -> int:
    escaped = chunk.count(b'\\":') if _patterns()[6].search(chunk) is not None else 0
    return _count_marks(chunk) - escaped


def _count_marks(chunk: bytes) -> int:
    numpy = sys.modules.get("numpy")
    if numpy is None or len(chunk) < 4:
        return chunk.count(b'":')
    # Seven times as fast as bytes.count, not worth the import; 0x3A22 is '":' as a little-endian pair.
    even = numpy.frombuffer(chunk, "<u2", len(chunk) // 2)
    odd = numpy.frombuffer(chunk, "<u2", (len(chunk) - 1) // 2, 1)
    return int(numpy.count_nonzero(even == 0x3A22)) + int(numpy.count_nonzero(odd == 0x3A22))


def inspect(
    path: str,
    chunks: Sequence[bytes],
    raw: Sequence[bytes],
    rows: Sequence[int],
    offsets: Sequence[int],
    lines: Sequence[int],
) -> list[Fault]:
    """Faults of sound rows. `chunks` hold at least the bytes of all of them."""
    found: list[Fault] = []
    if sum(map(len, chunks)) > HUGE:
        for index, line in enumerate(raw):
            if len(line) > HUGE:
                found.append(huge(path, rows[index], offsets[index], len(line), lines[index], recovered=True))
    half = any(map(tex.is_near, chunks))
    large = any(map(_has_large, chunks))
    if not half and not large:
        return found
    for index, line in enumerate(raw):
        place = (path, rows[index], offsets[index], lines[index])
        if half and (at := tex.half_escaped(line)):
            found.append(_half_escaped(line, at, *place))
        if large and _has_large(line):
            found += _large_integers(line, *place)
    return found


def _has_large(chunk: bytes) -> bool:
    return any(pattern.search(chunk) is not None for pattern in _patterns()[:3])


def huge(path: str, row: int, offset: int, length: int, line: int, *, recovered: bool) -> Fault:
    return Fault(
        "huge-line",
        path,
        row=row,
        offset=offset,
        length=length,
        line=line,
        column=1,
        detail=f"{length / 1e6:,.1f} MB",
        recovered=recovered,
    )


def _half_escaped(raw: bytes, at: list[int], path: str, row: int, offset: int, line: int) -> Fault:
    first, last = at[0], at[-1]
    mended, previous = b"", first
    for backslash in at:
        mended += raw[previous:backslash] + b"\\"
        previous = backslash
    down, column, end_column = position(raw, first, first + 2)
    return Fault(
        "latex-escape",
        path,
        row=row,
        offset=offset + first,
        length=last + 2 - first,
        line=line + down,
        column=column,
        end_column=end_column,
        detail=raw[first : first + 2].decode("ascii", "replace"),
        recovered=True,
        replacement=mended + raw[last : last + 2],
        times=len(at),
    )


def _large_integers(raw: bytes, path: str, row: int, offset: int, line: int) -> list[Fault]:
    """Integers outside 64 bits: parsers round them, each in its own way."""
    from ftlint.read.pointer import numbers

    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        return []
    spans = [
        (start, end)
        for start, end in numbers(raw)
        if end - start > 18
        and raw[start:end].lstrip(b"-").isdigit()
        and not SMALLEST <= int(raw[start:end]) <= LARGEST
    ]
    if not spans:
        return []
    start, end = spans[0]
    down, column, end_column = position(raw, start, end)
    digits = len(raw[start:end].lstrip(b"-"))
    return [
        Fault(
            "big-integer",
            path,
            row=row,
            offset=offset + start,
            length=end - start,
            line=line + down,
            column=column,
            end_column=end_column,
            detail=f"{digits:,} digits",
            recovered=True,
            times=len(spans),
        )
    ]
