"""Which files beside the data are training logs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from ftlint.read.urls import is_remote
from ftlint.runlogs.detect import is_log_name, kind_of, may_be_log_name

__all__ = ["among", "is_log", "is_log_name", "log_files", "may_be_log_name"]


_TABLES = (".csv", ".tsv", ".jsonl")
"""Documents with these endings are logs: as data they would be none."""


def is_log(file: str, name: str, columns: Mapping[str, str] = {}) -> bool:
    """Whether a file holds a training log, by its first bytes; `columns` as `[logs.columns]` has them."""
    return bool(kind_of(file, name, columns))


def among(files: Iterable[str], columns: Mapping[str, str] = {}) -> Iterator[str]:
    """Those of the files beside the data that are training logs, by name or by bytes."""
    for file in files:
        name = os.path.basename(file)
        known = is_log_name(name) or may_be_log_name(name) or name.lower().endswith(_TABLES)
        if known and not is_remote(file) and is_log(file, name, columns):
            yield file


def log_files(place: str, columns: Mapping[str, str] = {}) -> Iterator[str]:
    """The training logs at an absolute path, a file or a folder, in order."""
    if os.path.isfile(place):
        yield place
        return
    for folder, below, names in os.walk(place):
        below.sort()
        for name in sorted(names):
            file = os.path.join(folder, name)
            if is_log_name(name) or (may_be_log_name(name) and is_log(file, name, columns)):
                yield file
