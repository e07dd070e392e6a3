"""Files of W&B's offline runs, as its own writer lays them out (LevelDB's log, Protocol Buffers)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping

import orjson

BLOCK = 1 << 15
HEADER = b":W&B\xe1\xbe\x00"


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(number: int, value: int | float | bytes) -> bytes:
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def history(values: Mapping[str, object], step: int) -> bytes:
    items = b"".join(
        field(1, field(2, name.encode()) + field(16, orjson.dumps(value))) for name, value in values.items()
    )
    return field(2, items + field(2, field(1, step)))


def typed(name: str, number: int, value: int | float | bytes) -> bytes:
    """A record of one value in a field of its type, as from 0.31 on."""
    return field(2, field(1, field(1, name.encode()) + field(number, value)) + field(2, field(1, 0)))


def config(values: Mapping[str, object]) -> bytes:
    items = b"".join(
        field(1, field(1, name.encode()) + field(16, orjson.dumps(value))) for name, value in values.items()
    )
    return field(17, field(1, b"abc123") + field(4, items))


def ended(code: int) -> bytes:
    return field(18, field(1, code) if code else b"")


def log(records: Iterable[bytes]) -> bytes:
    """The file: records cut where a block ends."""
    out = bytearray(HEADER)
    for record in records:
        rest, first = record, True
        while True:
            room = BLOCK - len(out) % BLOCK
            if room < 7:
                out += bytes(room)
                room = BLOCK
            piece, rest = rest[: room - 7], rest[room - 7 :]
            kind = (1 if first else 4) if not rest else (2 if first else 3)
            checksum = zlib.crc32(bytes([kind]) + piece)
            out += struct.pack("<IHB", checksum, len(piece), kind) + piece
            first = False
            if not rest:
                break
    return bytes(out)
