"""Where a JSON Lines file may be cut: between two rows, never inside what is read as one thing."""

from collections.abc import Iterator
from typing import IO

from ftlint.read.files import opened
from ftlint.read.joined import CONFLICT_BYTES, is_row

WINDOW = 4 << 20


def cuts(file: str, size: int, wanted: int) -> Iterator[int]:
    """Offsets that cut `size` bytes into ranges of about `wanted`; a range grows where no cut is safe.

    A cut stands between two consecutive lines that are objects by themselves, outside an unfinished merge:
    no row over several lines holds two such lines, so both sides read the same apart as together.
    """
    at = 0
    with opened(file, size) as handle:
        while size - at > wanted * 1.25:
            at = _after(handle, at + wanted, size)
            if at >= size:
                return
            yield at


def _after(handle: IO[bytes], place: int, size: int) -> int:
    """The first safe cut at or after `place`, `size` where there is none."""
    while place < size:
        begin = max(0, place - CONFLICT_BYTES - 1)
        handle.seek(begin)
        window = handle.read(place - begin + WINDOW + CONFLICT_BYTES)
        is_last = begin + len(window) >= size
        stop = len(window) if is_last else len(window) - CONFLICT_BYTES
        at = _in_window(window, place - begin, stop)
        if at >= 0:
            return begin + at
        if is_last:
            return size
        place = begin + stop
    return size


def _in_window(window: bytes, start: int, stop: int) -> int:
    at = window.find(b"\n", max(0, start - 1)) + 1
    before = window[window.rfind(b"\n", 0, max(0, at - 1)) + 1 : max(0, at - 1)]
    while 0 < at < stop:
        end = window.find(b"\n", at)
        line = window[at : len(window) if end < 0 else end]
        if is_row(line) and is_row(before) and not _in_conflict(window, at):
            return at
        if end < 0:
            break
        before, at = line, end + 1
    return -1


def _in_conflict(window: bytes, at: int) -> bool:
    opened = window.rfind(b"\n<<<<<<< ", 0, at)
    if opened < 0 and not window.startswith(b"<<<<<<< "):
        return False
    opened = max(opened, 0)
    if window.find(b"\n>>>>>>> ", opened, at) >= 0:
        return False
    return window.find(b"\n>>>>>>> ", at - 1, opened + CONFLICT_BYTES + 16) >= 0
