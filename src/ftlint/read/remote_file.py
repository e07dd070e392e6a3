"""A file of a store as a file object: what readers and pyarrow read from."""

from __future__ import annotations

import io
import os
from typing import Any

from ftlint.read import remote

FIRST = 256 << 10
"""Bytes asked for where a file is looked into; with every read that follows on it is twice as many."""


class RemoteFile(io.RawIOBase):
    """A file opened for reading. Reads that follow on ask for more and more, up to `end` if it is given."""

    def __init__(self, url: str, length: int | None = None, end: int | None = None) -> None:
        super().__init__()
        self.url = url
        self._size = remote.size(url) if length is None else length
        self._end = end
        self._at = self._from = 0
        self._held = b""
        self._ahead = FIRST

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, count: int | None = -1) -> bytes:
        left = self._size - self._at
        left = max(0, left if count is None or count < 0 else min(count, left))
        parts = []
        while left:
            inside = self._at - self._from
            if not 0 <= inside < len(self._held):
                self._fill(left)
                continue
            part = self._held[inside : inside + left]
            self._at += len(part)
            left -= len(part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def readall(self) -> bytes:
        return self.read()

    def readinto(self, into: Any) -> int:
        data = self.read(len(into))
        into[: len(data)] = data
        return len(data)

    def _fill(self, wanted: int) -> None:
        follows = bool(self._held) and self._at == self._from + len(self._held)
        self._ahead = min(remote.MOST, self._ahead * 2) if follows else FIRST
        if self._end is not None and self._at < self._end:
            ahead = min(remote.MOST, self._end - self._at)
        else:
            ahead = self._ahead
        known = remote.head(self.url) if not self._at else b""
        if len(known) >= min(wanted, self._size):
            self._held, self._from = known, 0
            return
        stop = min(self._size, self._at + max(wanted, ahead))
        self._held, self._from = remote.fetch(self.url, self._at, stop), self._at
        if not self._at:
            remote.keep_head(self.url, self._held, self._size)
