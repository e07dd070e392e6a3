"""Formats that a LLaMA-Factory `dataset_info.json` says of the files beside it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ftlint.model import Format


def registered_formats(files: Sequence[str], root: str) -> dict[str, Format]:
    """File -> format for those that a `dataset_info.json`, beside them or above, speaks of."""
    folders: dict[str, str] = {}
    formats: dict[str, Format] = {}
    for file in files:
        folder = os.path.dirname(file)
        if folder not in folders:
            folders[folder] = _registry(folder, root)
        if folders[folder]:
            formats.update(_speaks_of(file, folders[folder]))
    return formats


def _registry(folder: str, root: str) -> str:
    while True:
        file = os.path.join(folder, "dataset_info.json")
        if os.path.isfile(file):
            return file
        above = os.path.dirname(folder)
        if folder == root or not folder.startswith(f"{root}/") or above == folder:
            return ""
        folder = above


def _speaks_of(file: str, registry: str) -> dict[str, Format]:
    from ftlint.formats.dataset_info import is_registry, registry_formats

    entries = decoded(registry)
    if not is_registry(entries):
        return {}
    name = os.path.relpath(file, os.path.dirname(registry))
    fitting = {
        key: entry
        for key, entry in entries.items()
        if isinstance(written := entry.get("file_name"), str)
        and (name == os.path.normpath(written) or name.startswith(f"{os.path.normpath(written)}/"))
    }
    found = registry_formats(fitting, os.path.relpath(registry))
    return dict(zip([file], found.values(), strict=False))


def decoded(file: str) -> Any:
    """What a JSON file holds, None where it cannot be read."""
    try:
        return _decoded(file, os.stat(file).st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=8)
def _decoded(file: str, _changed: int) -> Any:
    import json

    try:
        with open(file, encoding="utf-8-sig") as stream:
            return json.load(stream)
    except (OSError, ValueError, RecursionError):
        return None
