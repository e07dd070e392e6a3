"""Protocol buffers by hand: the fields of a message and where they stand.

The format: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

Span = tuple[int, int]

Field = tuple[int, int, int, int]
"""Number, wire type, and the span of what it holds."""


class MessageError(ValueError):
    """The bytes are no message."""


def fields(data: bytes, at: int, end: int) -> Iterator[Field]:
    """The fields of a message that fills a span; raises `MessageError`."""
    while at < end:
        key, at = varint(data, at, end)
        wire = key & 7
        if wire == VARINT:
            start = at
            at = varint(data, at, end)[1]
        elif wire == BYTES:
            length, start = varint(data, at, end)
            at = start + length
        elif wire in (FIXED64, FIXED32):
            start = at
            at += 8 if wire == FIXED64 else 4
        else:
            raise MessageError(f"wire type {wire}")
        if at > end or not key >> 3:
            raise MessageError("a field passes the end of its message")
        yield key >> 3, wire, start, at


def varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A number of up to 64 bits and where it ends."""
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
    raise MessageError("a number without an end")
