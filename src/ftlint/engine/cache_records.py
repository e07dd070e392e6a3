"""Whether a file is the one that was looked at before, told without opening it wherever that is sure."""

from __future__ import annotations

import os
import time
from typing import Any, NamedTuple

from ftlint.engine.cache_store import Store
from ftlint.engine.hashing import content_hash
from ftlint.engine.steering import hashed
from ftlint.model import FtlintError, Source
from ftlint.read.urls import is_remote

COARSE = 2_000_000_000
"""Nanoseconds between two times of change that no file system tells apart: FAT is the coarsest."""

Stamp = list[Any]
"""Size, times of content and of anything else, inode; of a file in a store its size and its identity."""


class Seen(NamedTuple):
    """A file as this run met it. `content` is "" where it was not read for its hash yet.

    `sure` says that its times were old when they were asked for: whatever changes it later changes them, too.
    """

    stamp: Stamp
    sure: bool
    content: str


class Records:
    """The files of a run, each asked once what it is now."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._seen: dict[str, Seen | None] = {}

    def begin(self) -> None:
        """Forget what files were: another run may find them changed."""
        self._seen.clear()

    def content(self, file: str) -> str:
        """What tells the file's content: a hash, of a file in a store what its store says. "" for nothing.

        It is read for that where its times are new, as after a checkout, or were too young to be trusted.
        """
        seen = self._now(file)
        if seen is None:
            return ""
        if seen.content:
            return seen.content
        name = name_of(file)
        record = self.store.records.get(name)
        if record is not None and record.get("sure") is True and record.get("stamp") == seen.stamp:
            found = str(record["content"])
            self.store.renew(name)
        else:
            try:
                found = hashed(file)
            except OSError:
                return ""
            if record is not None and record.get("content") == found:
                self._record(name, seen._replace(content=found))
        self._seen[file] = seen._replace(content=found)
        return found

    def is_known(self, file: str) -> bool:
        """Whether an earlier run has looked at the file, whatever it was then."""
        return name_of(file) in self.store.records

    def told(self, source: Source) -> None:
        """Take over what a store said of a file when it was opened."""
        if is_remote(source.file):
            self._seen[source.file] = _afar(source.size, source.identity)

    def write(self, file: str) -> bool:
        """Record a file that was read just now. False where it was not the same all the while."""
        seen = self._now(file)
        if seen is None or not seen.content or not _still(file, seen):
            return False
        self._record(name_of(file), seen)
        return True

    def _record(self, name: str, seen: Seen) -> None:
        self.store.records[name] = {"stamp": seen.stamp, "sure": seen.sure, "content": seen.content}
        self.store.touch(name)

    def _now(self, file: str) -> Seen | None:
        if file not in self._seen:
            self._seen[file] = _met(file)
        return self._seen[file]


def name_of(file: str) -> str:
    """What a file's record is called: no path stands in the cache."""
    path = file if is_remote(file) else os.path.abspath(file)
    return content_hash(path.encode("utf-8", "surrogatepass"))


def _met(file: str) -> Seen | None:
    if is_remote(file):
        from ftlint.read import remote

        try:
            size, identity = remote.stat(file)
        except FtlintError:
            return None
        return _afar(size, identity)
    now = time.time_ns()
    try:
        stamp = _stamp(file)
    except OSError:
        return None
    return Seen(stamp, max(stamp[1], stamp[2]) < now - COARSE, "")


def _afar(size: int, identity: str) -> Seen | None:
    return Seen([size, identity], True, f"{size} {identity}") if identity else None


def _stamp(file: str) -> Stamp:
    stat = os.stat(file)
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _still(file: str, seen: Seen) -> bool:
    """Whether a file is what it was. Of one with young times that is what its content says."""
    if is_remote(file):
        from ftlint.read import remote

        try:
            return remote.is_unchanged(file, seen.stamp[1])
        except FtlintError:
            return False
    try:
        return _stamp(file) == seen.stamp and (seen.sure or hashed(file) == seen.content)
    except OSError:
        return False
