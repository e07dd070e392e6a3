"""Checkpoints that are whole or not there: staged, made to last, renamed; a killed run leaves no half one.

The folder of a run holds `checkpoint-N`. What is being written stands in `.saving`, what is being removed in
`.removing`; both are cleared when the run starts again.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ftlint.fix.output import FULL
from ftlint.model import FtlintError

STATE = "ftlint.json"
"""Stands in each checkpoint: where the log was, sums not yet logged, the batch, seconds so far."""
SAVING = ".saving"
REMOVING = ".removing"
_NAME = re.compile(r"checkpoint-(\d+)")
_NO_ROOM = ("No space left", "file write failed", "unexpected pos", "Disk quota exceeded", "File too large")


class NoRoomError(FtlintError):
    """The disk is full: what was being written is removed, what stood before stands still."""


def place(folder: str | Path, step: int) -> Path:
    return Path(folder) / f"checkpoint-{step}"


def whole(folder: str | Path) -> list[int]:
    """Steps of the checkpoints in a run's folder, the last one last."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    found = [int(match[1]) for match in map(_NAME.fullmatch, names) if match]
    return sorted(step for step in found if (place(folder, step) / STATE).is_file())


def state_of(folder: str | Path, step: int) -> dict[str, Any]:
    """What ftlint keeps beside the trainer's own state. Raises `FtlintError` where that is broken."""
    path = place(folder, step) / STATE
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise FtlintError(
            f"the checkpoint is damaged: {error}; remove its folder to go on from the one before", str(path)
        ) from None
    if not isinstance(found, dict):
        raise FtlintError("the checkpoint is damaged: remove its folder", str(path))
    return found


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file in a folder, by its path there."""
    import hashlib

    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as stream:
                found[os.path.relpath(path, folder)] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def verified(folder: str | Path, step: int) -> dict[str, Any]:
    """The state of a checkpoint whose files are all as they were written. Raises `FtlintError` else."""
    state = state_of(folder, step)
    found = digests(place(folder, step))
    damaged = [name for name, digest in state["files"].items() if found.get(name) != digest]
    if damaged:
        raise FtlintError(
            f"the checkpoint is damaged: {min(damaged)} is not as it was written; remove the folder to "
            "go on from the one before",
            str(place(folder, step)),
        )
    return state


def cleared(folder: str | Path) -> None:
    """Remove what a killed run was writing or removing."""
    for name in (SAVING, REMOVING):
        shutil.rmtree(Path(folder) / name, ignore_errors=True)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def commit(staged: Path, target: Path) -> None:
    """Give a folder its name once all in it is on the disk; it takes the place of what has that name."""
    for parent, _, names in os.walk(staged):
        for name in names:
            _sync(os.path.join(parent, name))
        _sync(parent)
    if target.exists():
        discard(target)
    os.rename(staged, target)
    _sync(target.parent)


def discard(target: Path) -> None:
    """Remove a folder: first its name, so that a kill leaves no half of it under that."""
    away = target.parent / REMOVING
    shutil.rmtree(away, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        os.rename(target, away)
    shutil.rmtree(away, ignore_errors=True)


def rotate(folder: str | Path, keep: Collection[int]) -> None:
    """Remove every checkpoint but those of these steps."""
    for step in whole(folder):
        if step not in keep:
            discard(place(folder, step))


def no_room(error: BaseException) -> bool:
    """Whether an error says that the disk is full; torch and safetensors say it in words of their own."""
    if isinstance(error, NoRoomError) or (isinstance(error, OSError) and error.errno in FULL):
        return True
    return any(sign in str(error) for sign in _NO_ROOM)


def room(folder: str | Path) -> int:
    """Bytes that are free where a folder is."""
    return shutil.disk_usage(folder).free


def size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(
        os.path.getsize(os.path.join(parent, name)) for parent, _, names in os.walk(folder) for name in names
    )


def _sync(path: str | Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):  # some file systems sync no folders
            raise
    finally:
        os.close(handle)
