"""What is locked, as it is now: files with their hashes, settings, config, data and their formats."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from ftlint.gate.lock import LockedConfig, LockedFile, SplitName, canonical
from ftlint.model import FtlintError, TrainingConfig
from ftlint.read.discover import shown

if TYPE_CHECKING:
    from ftlint.engine.training_files import TrainingFile, TrainingFiles
    from ftlint.settings import Settings

READERS = 4
"""Files hashed at once: hashing lets other threads run, and disks answer several askers."""

SPLITS: tuple[SplitName, ...] = ("train", "validation", "test", "general")


def locked_file(path: str, file: str) -> LockedFile:
    """A file as it is. Raises `FtlintError` where it cannot be read."""
    try:
        with open(file, "rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
    except OSError as error:
        raise FtlintError(f"cannot be read: {error.strerror or error}", path) from None
    return LockedFile(path=path, sha256=sha256, size=size)


def locked_files(files: Iterable[TrainingFile]) -> list[LockedFile]:
    """Files as they are, sorted by path. Raises `FtlintError` where one cannot be read."""
    known = sorted(files)
    if len(known) < 2:
        return [locked_file(each.path, each.file) for each in known]
    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(lambda each: locked_file(each.path, each.file), known))


def locked_config(files: TrainingFiles, root: str) -> LockedConfig:
    config = files.config
    whole = locked_file(config.path, os.path.join(root, config.path))
    return LockedConfig(
        **whole.model_dump(),
        dialect=config.dialect,
        version=config.version,
        line=launch_line(config),
        parts=locked_files(files.parts),
    )


def launch_line(config: TrainingConfig) -> int | None:
    """Where a command line stands in its script; None for a config that is a file of its own."""
    return config.tree.range.line if config.launched else None


def locked_settings(settings: Settings) -> list[LockedFile]:
    """The settings file and those it extends, farthest first; of a pyproject.toml the table of ftlint."""
    locked = []
    for layer in settings.layers:
        path = shown(layer.file, settings.root)
        if layer.prefix:
            table = canonical(_plain(layer.data))
            locked.append(LockedFile(path=path, sha256=hashlib.sha256(table).hexdigest(), size=len(table)))
        else:
            locked.append(locked_file(path, layer.file))
    return locked


def _plain(value: Any) -> Any:
    """A value of TOML as one of JSON: dates as their text."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool) else str(value)


def locked_data(files: TrainingFiles) -> dict[SplitName, list[LockedFile]]:
    """The data files of each split that has some. A file that two splits use is read once."""
    known = {each.path: each for files_of in files.splits.values() for each in files_of}
    hashed = {each.path: each for each in locked_files(known.values())}
    return {
        split: [hashed[each.path] for each in sorted(files.splits[split])]
        for split in SPLITS
        if files.splits.get(split)
    }


def formats(files: TrainingFiles) -> dict[str, str]:
    """The record format of each data file, as `weights.rows` reads it; nothing of a file that has none."""
    from ftlint.engine.lint import classified, settled_format
    from ftlint.weights.rows import spelled

    found = {}
    for binding in files.bindings:
        source, _ = classified(binding)
        known, _ = settled_format(binding, source)
        if known is not None:
            found[binding.path] = spelled(known)
    return dict(sorted(found.items()))


def all_files(files: TrainingFiles, settings: Settings) -> Sequence[str]:
    """Where everything lies that a check of a training reads, but for its model."""
    data = (each.file for split in files.splits.values() for each in split)
    own = os.path.join(settings.root, files.config.path)
    return [own, *(each.file for each in files.parts), *data, *(layer.file for layer in settings.layers)]
