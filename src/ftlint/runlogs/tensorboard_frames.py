"""Records in a file: length, its checksum, the record, its checksum."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader
from struct import Struct

from ftlint.runlogs.tensorboard_checksum import checksum

HEADER = 12
OVERHEAD = 16
"""Bytes beside those of a record."""

ZEROS = bytes(1 << 20)
_HEAD = Struct("<QI")


def length_at(data: bytes, at: int) -> int | None:
    """The length of the record at a place; None where its checksum says otherwise, or it is not all there."""
    if at + HEADER > len(data):
        return None
    length, stored = _HEAD.unpack_from(data, at)
    return int(length) if checksum(data[at : at + 8]) == stored else None


class Frames:
    """Finds records in the bytes of a window. Remembers the checksums of lengths: few differ."""

    def __init__(self) -> None:
        self._checksums: dict[int, int] = {}

    def walk(self, data: bytes) -> tuple[list[int], int]:
        """Where each whole record starts, and where the last ends.

        It stops at a record that is not whole and at one whose length is damaged.
        """
        known = self._checksums
        unpack = _HEAD.unpack_from
        size = len(data)
        last = size - OVERHEAD
        starts: list[int] = []
        at = 0
        while at <= last:
            length, stored = unpack(data, at)
            if known.get(length) != stored:
                good = checksum(data[at : at + 8])
                if good != stored:
                    break
                if len(known) > 100_000:
                    known.clear()
                known[length] = good
            end = at + length + OVERHEAD
            if end > size:
                break
            starts.append(at)
            at = end
        return starts, at


def only_zeros(file: BufferedReader, at: int, end: int) -> bool:
    """Whether a file holds nothing but zero bytes in a range."""
    return all(block == ZEROS[: len(block)] for block in _blocks(file, at, end))


def _blocks(file: BufferedReader, at: int, end: int) -> Iterator[bytes]:
    file.seek(at)
    while at < end and (block := file.read(min(end - at, len(ZEROS)))):
        yield block
        at += len(block)
