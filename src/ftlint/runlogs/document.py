"""A JSON file that is written anew as a whole each time it is saved."""

from __future__ import annotations

import os
from typing import Any

from ftlint.model.run_log import Damaged
from ftlint.runlogs.recorder import Recorder
from ftlint.runlogs.rows import loads


class Document:
    """Such a file: `loaded` is what it holds, `broken` its bytes where it is no whole JSON."""

    def __init__(self, file: str, path: str) -> None:
        self.file = file
        self.path = path
        self.loaded: Any = None
        self.broken: bytes | None = None
        self._known: tuple[int, int, int] | None = None

    def changed(self, into: Recorder) -> bool:
        """Load it if it was saved since; whether it was. Raises `OSError`."""
        with open(self.file, "rb") as stream:
            facts = os.fstat(stream.fileno())
            now = facts.st_size, facts.st_mtime_ns, facts.st_ino
            if now == self._known:
                return False
            data = stream.read()
        self._known = now
        into.damaged[:] = [each for each in into.damaged if each.path != self.path]
        try:
            self.loaded, self.broken = loads(data), None
        except ValueError:
            self.loaded, self.broken = None, data
            what = "breaks off within its JSON" if data.strip() else "is empty"
            into.damaged.append(Damaged("truncated", self.path, what, offset=len(data)))
        return True


def entries(data: bytes, opening: str) -> tuple[list[Any], str]:
    """The whole entries of a list that breaks off, and the text before the list. `opening` is a pattern that
    ends at its bracket."""
    import json
    import re

    text = data.decode("utf-8", "replace")
    decoder = json.JSONDecoder()
    met = re.search(opening, text)
    if met is None:
        return [], text
    found: list[Any] = []
    place = met.end()
    while True:
        while place < len(text) and text[place] in " \t\r\n,":
            place += 1
        try:
            entry, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return found, text[: met.start()]
        found.append(entry)


class Grown:
    """Which rows of a list that only grows are new: those after what it has in common with its last state."""

    def __init__(self) -> None:
        self.rows: list[Any] = []

    def new(self, rows: list[Any]) -> tuple[int, list[Any]]:
        """How many rows stood there before, and those after them."""
        common = 0
        for old, new in zip(self.rows, rows, strict=False):
            if old != new and repr(old) != repr(new):
                break
            common += 1
        self.rows = rows
        return common, rows[common:]
