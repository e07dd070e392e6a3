"""CRC-32C as record files carry it: of each length and of each record, masked.

The format: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/lib/io/record_writer.h
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from typing import Final

POLYNOMIAL: Final = 0x82F63B78
"""Castagnoli's, with its bits reversed."""


@cache
def table() -> tuple[int, ...]:
    """What each value of a byte adds."""
    return tuple(
        list(accumulate(range(8), lambda crc, _: crc >> 1 ^ POLYNOMIAL * (crc & 1), initial=byte))[-1]
        for byte in range(256)
    )


def checksum(data: bytes | memoryview) -> int:
    """The masked CRC-32C of some bytes, one at a time: for what is short."""
    known = table()
    crc = 0xFFFFFFFF
    for byte in data:
        crc = known[(crc ^ byte) & 0xFF] ^ crc >> 8
    return masked(crc ^ 0xFFFFFFFF)


def masked(crc: int) -> int:
    """A checksum as it is stored, so that one of bytes that hold checksums stays a good one."""
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
