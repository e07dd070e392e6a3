"""Rows that cannot be read by their place (compressed files, arrays, tables), copied to where they can.

Only rows that are to be read again are copied, to a file that nobody else may read and that goes with its
folder.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO

import orjson

from ftlint.engine.plan import FilePlan
from ftlint.engine.rows import batches
from ftlint.model import FtlintError, Source


def spilled(
    plan: FilePlan, rows: Collection[int], folder: Path
) -> tuple[FilePlan, Mapping[int, tuple[int, int]]]:
    """A plan of a file with the texts of `rows`, and the place of each there. Reads the original once.

    Such a file has no format: its lines are what `Texts` holds.
    """
    wanted = frozenset(rows)
    file = folder / f"{len(os.listdir(folder))}.jsonl"
    places: dict[int, tuple[int, int]] = {}
    offset = 0
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for block, texts in batches(plan):
            for row, *said in zip(block.rows, *texts, strict=True):
                if row in wanted:
                    line = orjson.dumps(said) + b"\n"
                    _write(out, line)
                    places[row] = offset, len(line)
                    offset += len(line)
    if len(places) < len(wanted):
        raise FtlintError("changed while it was checked: run again", plan.path)
    return plan._replace(source=Source(plan.path, str(file), offset, "jsonl"), format=None), places


def _write(out: IO[bytes], line: bytes) -> None:
    try:
        out.write(line)
        out.flush()
    except OSError as error:
        told = f"cannot write to the temporary folder: {error.strerror}; set TMPDIR to one with more room"
        raise FtlintError(told) from None
