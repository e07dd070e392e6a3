"""Opening a file where it lies: on disk, or at a URL."""

from __future__ import annotations

import os
from typing import IO, cast

from ftlint.read.urls import is_remote


def opened(file: str, size: int | None = None) -> IO[bytes]:
    """A file to read from anywhere in it. `size` saves asking a store for it."""
    if is_remote(file):
        from ftlint.read.remote_file import RemoteFile

        return cast(IO[bytes], RemoteFile(file, size))
    return open(file, "rb")


def ranged(url: str, size: int, end: int | None) -> IO[bytes]:
    """A URL of which nothing from `end` on is needed: what comes before it is asked for at once."""
    from ftlint.read.remote_file import RemoteFile

    return cast(IO[bytes], RemoteFile(url, size, end))


def size_of(file: str) -> int:
    """The bytes of a file."""
    if is_remote(file):
        from ftlint.read import remote

        return remote.size(file)
    return os.stat(file).st_size
