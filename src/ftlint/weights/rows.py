"""The records of data files, whatever contains them, read as `ftlint check` reads them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from ftlint.formats.columns import ColumnFormat, remapped
from ftlint.model import Format, FtlintError, Record

GENERAL_ROWS = 200
"""General rows that forgetting is measured on, at most: the standard error of a mean loss is then below a
tenth of its spread, and an evaluation of a small model takes seconds."""

GENERAL_SHARE = 0.2
"""Of general rows that are mixed in, the share that is held out to measure on, at most."""

Lost = Callable[[str, int, str], None]
"""Called for what is no record: path, row, what is wrong."""


def records_of(
    root: str, paths: Sequence[str], formats: Mapping[str, str | Format], lost: Lost | None = None
) -> Iterator[Record]:
    """The records of files in their order; `formats` holds the format of each path (see `spelled`).

    A file whose format is not given is of the one that `ftlint check` sees in it. Rows that cannot be read
    are left out and told to `lost`. Raises `FtlintError` for a file that is not there, or holds no records.
    """
    from ftlint.formats import best
    from ftlint.read.records import blocks

    for path in paths:
        source, home = _opened(os.path.join(root, path), path, formats.get(path))
        count = 0
        for block in blocks(source):
            for row, data in zip(block.rows, block.data, strict=True):
                count += 1
                yield Record(data, best(data, home) or home, row, path)
            for fault in block.faults:
                if lost is not None and not fault.recovered:
                    lost(path, fault.row or 0, fault.kind)
        if not count:
            raise FtlintError("holds no records", path)


def _opened(file: str, path: str, given: str | Format | None) -> tuple[Any, Format]:
    from ftlint.formats import detect
    from ftlint.read.classify import classify
    from ftlint.read.records import sample

    try:
        source, faults = classify(file, path)
    except OSError as error:
        raise FtlintError(f"cannot read: {error.strerror or error}", path) from None
    if source.container == "none":
        said = next((fault for fault in faults if not fault.recovered), None)
        why = f": {said.kind}" if said else ""
        raise FtlintError(f"holds no records{why}", path)
    if isinstance(given, Format):
        return source, given
    rows = sample(source)
    if given:
        return source, format_of(given, rows)
    found = detect(rows)
    if found.format is None:
        raise FtlintError(f"of no known format: {found.note or 'name it in [[dataset]]'}", path)
    return source, found.format


def spelled(format: Format) -> str:
    """A format as a text that `format_of` reads: its name, and the columns and tags it is read under."""
    if isinstance(format, ColumnFormat) and format.base is not None:
        own = {"columns": dict(format.columns), "tags": dict(format.tags)}
        return f"{format.name} {json.dumps(own, sort_keys=True)}"
    return format.name


def format_of(text: str, rows: Sequence[Mapping[str, Any]] = ()) -> Format:
    """The format that `spelled` wrote; of a bare name, with its columns as the rows have them."""
    from ftlint.formats import by_name, fitted

    name, _, rest = text.partition(" ")
    if not rest.startswith("{"):
        return fitted(by_name(text), rows) if rows else by_name(text)
    own = json.loads(rest)
    return remapped(name, own.get("columns", {}), own.get("tags") or None)


def held_general(records: Sequence[Record], *, mixed: bool) -> set[int]:
    """Which general records are measured on and never trained on, by their place in `records`.

    Of rows that are mixed into training, a fifth and 200 at most; where none are mixed, 200 at most. They
    are those whose content hashes lowest, so that equal rows are on the same side, and further rows move few
    of them.
    """
    keys = [_digest(record) for record in records]
    distinct = sorted(set(keys))
    most = min(GENERAL_ROWS, max(1, int(len(distinct) * GENERAL_SHARE))) if mixed else GENERAL_ROWS
    if mixed and len(distinct) < 2:
        return set()
    chosen = set(distinct[:most])
    return {index for index, key in enumerate(keys) if key in chosen}


def _digest(record: Record) -> bytes:
    text = json.dumps(record.data, sort_keys=True, ensure_ascii=True, default=str)
    return blake2b(text.encode(), digest_size=16).digest()
