"""Keeps what is held for each row within a budget: past it, signatures go to a folder of their own."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from pathlib import Path

from ftlint.detect.near.sketches import Sketches
from ftlint.engine.partial import Partial


class Memory:
    """A budget in bytes for the signatures of all files, and the folder for those past it.

    The folder is readable by nobody else and is removed with this object.
    """

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.held = 0
        self.files = 0
        self.folder: Path | None = None

    def hold(self, result: Partial, merged: Mapping[str, Partial]) -> None:
        """Count a shard that has become part of `merged`, and make room if that was too much."""
        self.held += sum(sketch.resident for sketch in _sketches([result]))
        if self.held <= self.budget:
            return
        for sketch in _sketches(merged.values()):
            if sketch.resident:
                sketch.put_into(str(self._folder() / f"{self.files}.signatures"), self)
                self.files += 1
        self.held = 0

    def _folder(self) -> Path:
        if self.folder is None:
            from shutil import rmtree
            from tempfile import mkdtemp

            self.folder = Path(mkdtemp(prefix="ftlint-"))
            weakref.finalize(self, rmtree, self.folder, ignore_errors=True)
        return self.folder


def _sketches(partials: Iterable[Partial]) -> Iterable[Sketches]:
    for partial in partials:
        for measure in partial.measures.values():
            if isinstance(measure, Sketches):
                yield measure
