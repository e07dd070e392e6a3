"""The files of the cache: an index that holds what is small, and a file of its own for each larger value.

Each is written under another name and renamed into place, so that runs beside each other only ever see whole
ones. What is damaged, foreign or of another version is as if it were not there.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from ftlint import __version__
from ftlint.engine.cache_values import packed, unpacked

INDEX = "index.bin"

SMALL = 16 << 10
"""Bytes up to which a value stands in the index: for thousands of small files no thousands are opened."""

MOST_INDEX = 64 << 20
MOST_FILES = 512 << 20
"""Bytes of what no run has asked for lately; what this run used is kept, however large it is."""

DAYS = 30
"""Days after which what nobody asks for is dropped from the index."""

STALE = 3600
"""Seconds after which a file that was never renamed into place belongs to a run that was killed."""

SECONDS_A_DAY = 86_400


class Store:
    """Values by name, and records of files by name, in the cache folder of one project."""

    def __init__(self, folder: str) -> None:
        self.top = Path(folder)
        self.folder = self.top / __version__
        self.today = int(time.time()) // SECONDS_A_DAY
        self.used: set[str] = set()
        self.written = False
        self._changed: set[str] = set()
        self._records: dict[str, dict[str, Any]] | None = None
        self._small: dict[str, bytes] = {}
        self._days: dict[str, int] = {}
        self._stamp = 0

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        """What is known of files, by name. What is put in is kept once `touch` is told of it."""
        if self._records is None:
            self._records, self._small, self._days, self._stamp = self._index()
        return self._records

    def touch(self, name: str) -> None:
        """Say that a record was used or written, and is to be kept."""
        self.used.add(name)
        self._changed.add(name)

    def renew(self, name: str) -> None:
        """Say that a record was used; written once a day: a run that finds all as it was writes nothing."""
        self.used.add(name)
        record = self.records[name]
        if record.get("day") != self.today:
            self._changed.add(name)

    def get(self, name: str) -> bytes | None:
        """The value of that name, None where there is none."""
        self.used.add(name)
        _ = self.records
        if name in self._small:
            if self._days.get(name) != self.today:
                self._days[name] = self.today
                self._changed.add(name)
            return self._small[name]
        if name not in self.large:
            return None
        file = self._file(name)
        try:
            data = file.read_bytes()
            if self.today - int(file.stat().st_mtime) // SECONDS_A_DAY:
                os.utime(file)
        except OSError:
            return None
        return data

    @cached_property
    def large(self) -> set[str]:
        """The values with a file of their own, listed once: a first run asks for much that is not there."""
        found: set[str] = set()
        for _, _, names in os.walk(self.folder):
            found.update(name.removesuffix(".bin") for name in names if name.endswith(".bin"))
        return found

    def put(self, name: str, data: bytes) -> None:
        """Keep a value. A folder that cannot be written costs only time."""
        self.used.add(name)
        _ = self.records
        if len(data) <= SMALL:
            self._small[name], self._days[name] = data, self.today
            self._changed.add(name)
            return
        if self._small.pop(name, None) is not None:
            self._changed.add(name)
        self._write(self._file(name), data)
        self.large.add(name)
        self.written = True

    def save(self) -> None:
        """Write the index where anything of it is new, and make room where values were written."""
        if self._changed:
            self._merge()
            records = self._kept_records()
            small = self._kept_small()
            header = {"records": records, "small": [[name, self._days[name]] for name in small]}
            self._write(
                self.folder / INDEX, packed(orjson.dumps(header), [self._small[name] for name in small])
            )
            self._changed.clear()
        if self.written:
            self.written = False
            make_room(self.top, {self._file(name) for name in self.used}, MOST_FILES)

    def _index(self) -> tuple[dict[str, dict[str, Any]], dict[str, bytes], dict[str, int], int]:
        file = self.folder / INDEX
        try:
            stamp = file.stat().st_mtime_ns
            told, blobs = unpacked(file.read_bytes())
            header = orjson.loads(told)
            records = {str(name): dict(record) for name, record in header["records"].items()}
            small = {str(name): blob for (name, _), blob in zip(header["small"], blobs, strict=True)}
            return records, small, {str(name): int(day) for name, day in header["small"]}, stamp
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
            return {}, {}, {}, 0

    def _merge(self) -> None:
        """Take over what a run beside this one has written since."""
        records, small, days, stamp = self._index()
        if stamp == self._stamp:
            return
        mine = self.records
        for name, record in records.items():
            if name not in self._changed:
                mine[name] = record
        for name, value in small.items():
            if name not in self._changed:
                self._small[name], self._days[name] = value, days[name]

    def _kept_records(self) -> dict[str, dict[str, Any]]:
        for name in self._changed & self.records.keys():
            self.records[name]["day"] = self.today
        oldest = self.today - DAYS
        return {name: record for name, record in self.records.items() if record.get("day", 0) >= oldest}

    def _kept_small(self) -> list[str]:
        """The names of small values, those used last first, as many as there is room for."""
        names = sorted(self._small, key=lambda name: (-self._days[name], name not in self.used, name))
        kept, size = [], 0
        for name in names:
            size += len(self._small[name])
            if self._days[name] >= self.today - DAYS and (size <= MOST_INDEX or name in self.used):
                kept.append(name)
        return kept

    def _file(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.bin"

    def _write(self, file: Path, data: bytes) -> None:
        staged = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            ignore = self.top / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n")
            staged.write_bytes(data)
            staged.replace(file)
        except OSError:
            with suppress(OSError):
                staged.unlink()


def make_room(top: Path, used: set[Path], most: int) -> None:
    """Remove values not used for long, of any version, until what is left takes `most` bytes."""
    found: list[tuple[float, int, str]] = []
    now = time.time()
    total = 0
    for base, _, names in os.walk(top):
        for name in names:
            file = os.path.join(base, name)
            with suppress(OSError):
                stat = os.stat(file)
                if ".bin." in name and now - stat.st_mtime > STALE:
                    os.unlink(file)
                elif name.endswith(".bin"):
                    total += stat.st_size
                    if Path(file) not in used and name != INDEX:
                        found.append((stat.st_mtime, stat.st_size, file))
    for _, size, file in sorted(found):
        if total <= most:
            return
        with suppress(OSError):
            os.unlink(file)
            total -= size
