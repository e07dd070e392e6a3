"""Checksums of many bytes at once.

CRC-32C is linear: records of one length differ in their checksum by what their differing bytes add, and what
a byte adds depends on nothing but how many bytes follow it. So columns of bytes are looked up, and columns
that do not vary cost nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BufferedReader

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ftlint.runlogs.tensorboard_checksum import masked, table
from ftlint.runlogs.tensorboard_frames import HEADER

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint32]
Places = NDArray[np.int64]

WIDE = 128
"""Bytes of one row where records of many lengths are laid out in rows."""

BLOCK = 1 << 13
"""Rows looked up at once: as many as stay in the cache."""

STRETCH = 1 << 20
"""Bytes looked through at once for the next record."""

_added: list[Words] = []


def added(following: int) -> Words:
    """What each value of a byte adds to the checksum when so many bytes follow it."""
    if not _added:
        _added.append(np.array(table(), dtype=np.uint32))
    base = _added[0]
    while len(_added) <= following:
        last = _added[-1]
        _added.append(base[last & 0xFF] ^ (last >> np.uint32(8)))
    return _added[following]


def checksums(rows: Bytes) -> Words:
    """The masked checksum of each row."""
    if len(rows) * 4 < rows.shape[1]:
        return checksums_of(list(rows))
    first = rows[0]
    (base,) = running([first])
    sums = np.full(len(rows), base ^ 0xFFFFFFFF, dtype=np.uint32)
    for at in range(0, len(rows), BLOCK):
        block = rows[at : at + BLOCK] ^ first
        sums[at : at + BLOCK] ^= _linear(block, np.flatnonzero(block.any(axis=0)))
    return mask(sums)


def checksums_of(records: Sequence[Bytes]) -> Words:
    """The masked checksum of each of some records of any lengths."""
    return mask(np.array(running(records), dtype=np.uint32) ^ np.uint32(0xFFFFFFFF))


def mask(sums: Words) -> Words:
    """Checksums as they are stored."""
    return (sums >> np.uint32(15) | sums << np.uint32(17)) + np.uint32(0xA282EAD8)


def running(pieces: Sequence[Bytes], crc: int = 0xFFFFFFFF) -> list[int]:
    """What a running checksum comes to after each piece: begun with all bits set, inverted at the end.

    The pieces are cut into rows of one width. What came before acts as if it were added to the first four
    bytes.
    """
    lengths = np.array([len(piece) for piece in pieces], dtype=np.int64)
    counts = -(-lengths // WIDE)
    ends = np.cumsum(counts) * WIDE
    data = np.zeros(int(ends[-1]), dtype=np.uint8)
    for piece, start, end in zip(pieces, (ends - lengths).tolist(), ends.tolist(), strict=True):
        data[start:end] = piece
        if end - start >= 4:
            data[start : start + 4] ^= np.frombuffer(crc.to_bytes(4, "little"), dtype=np.uint8)
    rows = data.reshape(-1, WIDE)
    every = np.arange(WIDE)
    sums = [_linear(rows[at : at + BLOCK], every) for at in range(0, len(rows), BLOCK)]
    parts = np.concatenate(sums).tolist() if sums else []
    shift = [added(WIDE - 1 - place).tolist() for place in range(4)]
    found: list[int] = []
    for piece, last, count in zip(pieces, np.cumsum(counts).tolist(), counts.tolist(), strict=True):
        if len(piece) < 4:
            found.append(_short(piece, crc))
            continue
        value = 0
        for part in parts[last - count : last]:
            value = (
                shift[0][value & 0xFF]
                ^ shift[1][value >> 8 & 0xFF]
                ^ shift[2][value >> 16 & 0xFF]
                ^ shift[3][value >> 24]
                ^ part
            )
        found.append(value)
    return found


def _linear(rows: Bytes, columns: Places) -> Words:
    """What the bytes of some columns add to the checksum of each row."""
    width = rows.shape[1]
    sums = np.zeros(len(rows), dtype=np.uint32)
    for column in columns.tolist():
        sums ^= added(width - 1 - column)[rows[:, column]]
    return sums


def _short(piece: Bytes, crc: int) -> int:
    known = table()
    for byte in piece.tolist():
        crc = known[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc


def streamed(file: BufferedReader, at: int, length: int) -> bool:
    """Whether a record of a file has a good checksum; it is read piece by piece."""
    file.seek(at + HEADER)
    crc = 0xFFFFFFFF
    while length > 0:
        piece = file.read(min(length, STRETCH))
        if not piece:
            return False
        (crc,) = running([np.frombuffer(piece, dtype=np.uint8)], crc)
        length -= len(piece)
    return masked(crc ^ 0xFFFFFFFF) == int.from_bytes(file.read(4), "little")


def next_record(file: BufferedReader, at: int, end: int) -> tuple[int | None, int]:
    """The next place in a range where a length stands under a good checksum, and up to where was looked."""
    while end - at >= HEADER:
        file.seek(at)
        data = np.frombuffer(file.read(min(end - at, STRETCH)), dtype=np.uint8)
        if len(data) < HEADER:
            break
        zero = data == 0
        count = len(data) - HEADER + 1
        likely = ~(zero[:count] & zero[1:][:count] & zero[2:][:count] & zero[3:][:count])
        for place in range(4, 8):
            likely &= zero[place:][:count]
        places = np.flatnonzero(likely)
        if len(places):
            found = sliding_window_view(data, HEADER)[places]
            stored = np.ascontiguousarray(found[:, 8:]).view("<u4")[:, 0]
            matching = np.flatnonzero(checksums(found[:, :8]) == stored)
            if len(matching):
                return at + int(places[matching[0]]), at
        at += len(data) - HEADER + 1
    return None, at
