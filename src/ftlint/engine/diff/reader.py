"""Rows of a version read again: by their place where the file allows it, else from a copy of those wanted."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from ftlint.engine.diff.version import Version
from ftlint.engine.rows import is_plain
from ftlint.model import FtlintError, Source
from ftlint.read.records import blocks, read_again, reread

if TYPE_CHECKING:
    from numpy.typing import NDArray

Place = tuple[int, int]

CHANGED = "changed while it was compared: run again"


class RowReader:
    """Reads rows of a version by index."""

    def __init__(self, version: Version, folder: Path) -> None:
        self.version = version
        self.folder = folder
        self.copies: dict[int, tuple[Source, dict[int, Place]]] = {}

    def keep(self, indexes: NDArray[Any]) -> None:
        """Copy those of the rows that their files cannot give one by one. Called once, with all of them."""
        import numpy as np

        columns = self.version.columns
        for number, plan in enumerate(self.version.plans):
            if not is_plain(plan):
                wanted = columns.row[indexes[columns.file[indexes] == number]]
                if len(wanted):
                    self.copies[number] = self._copied(number, frozenset(np.unique(wanted).tolist()))

    def records(self, indexes: Sequence[int]) -> list[Any]:
        """The rows, in the order they are asked for."""
        columns = self.version.columns
        by_file: defaultdict[int, list[tuple[Place, int]]] = defaultdict(list)
        for at, index in enumerate(indexes):
            number, row = int(columns.file[index]), int(columns.row[index])
            by_file[number].append((self._place(number, row), at))
        found: list[Any] = [{}] * len(indexes)
        for number, wanted in by_file.items():
            wanted.sort()
            copy = self.copies.get(number)
            source = copy[0] if copy else self.version.plans[number].source
            raws = list(reread(source, [place for place, _ in wanted]))
            if len(raws) < len(wanted):
                raise FtlintError(CHANGED, self.version.plans[number].path)
            for (_, at), raw in zip(wanted, raws, strict=True):
                found[at] = _decoded(source, raw)
        return found

    def _place(self, number: int, row: int) -> Place:
        copy = self.copies.get(number)
        if copy is not None:
            return copy[1][row]
        plan = self.version.plans[number]
        return self.version.scanned[plan.path].places.place(row) or (0, 0)

    def _copied(self, number: int, rows: frozenset[int]) -> tuple[Source, dict[int, Place]]:
        plan = self.version.plans[number]
        file = self.folder / f"{len(os.listdir(self.folder))}.jsonl"
        places: dict[int, Place] = {}
        offset = 0
        try:
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                for row, data in _rows(plan.source):
                    if row in rows:
                        line = _written(data)
                        out.write(line)
                        places[row] = offset, len(line)
                        offset += len(line)
        except OSError as error:
            told = f"cannot write to the temporary folder: {error.strerror}; set TMPDIR to one with more room"
            raise FtlintError(told) from None
        if len(places) < len(rows):
            raise FtlintError(CHANGED, plan.path)
        return Source(plan.path, str(file), offset, "jsonl"), places


def _rows(source: Source) -> Iterator[tuple[int, Any]]:
    for block in blocks(source):
        if len(block.data):
            yield from zip(block.rows, block.data, strict=True)


def _written(data: Any) -> bytes:
    try:
        return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE)
    except (TypeError, ValueError):  # a lone surrogate or an integer past 64 bits
        return json.dumps(data, default=str).encode() + b"\n"


def _decoded(source: Source, raw: bytes) -> Any:
    try:
        data = orjson.loads(raw)
    except ValueError:
        try:
            data = json.loads(raw)  # a lone surrogate, which orjson refuses
        except ValueError:
            data = read_again(source, raw)
    return data if isinstance(data, dict) else read_again(source, raw)


def strings(data: Any) -> Iterator[str]:
    """Every text of a record, in the order of its keys."""
    todo = [data]
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            todo.extend(value[key] for key in sorted(value, key=str, reverse=True))
        elif isinstance(value, list):
            todo.extend(reversed(value))
