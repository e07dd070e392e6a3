"""The adapter that a run gives: the files of its best checkpoint, and the tokenizer's, in `adapter/`."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ftlint.train import checkpoints

if TYPE_CHECKING:
    from ftlint.gate.lock import LockedFile

NAME = "adapter"
CONFIG = "adapter_config.json"
TAKEN = (CONFIG, "adapter_model.safetensors")


class Saves(Protocol):
    """A tokenizer that writes its files into a folder."""

    def save(self, folder: str, /) -> object: ...


def given(folder: Path, step: int, tokenizer: Saves | None) -> list[LockedFile]:
    """Write `adapter/` from the checkpoint of a step, whole or not at all; its files with their hashes."""
    from ftlint.gate.lock import LockedFile

    staged = folder / checkpoints.SAVING / NAME
    checkpoints.cleared(folder)
    staged.mkdir(parents=True)
    source = checkpoints.place(folder, step)
    for name in TAKEN:
        shutil.copyfile(source / name, staged / name)
    if tokenizer is not None:
        tokenizer.save(str(staged))
    target = folder / NAME
    checkpoints.commit(staged, target)
    checkpoints.cleared(folder)
    files = sorted(
        os.path.relpath(os.path.join(parent, name), folder)
        for parent, _, names in os.walk(target)
        for name in names
    )
    return [
        LockedFile(path=each, sha256=_sha256(folder / each), size=(folder / each).stat().st_size)
        for each in files
    ]


def steady(folder: Path, base_model: str) -> None:
    """Bring an adapter's config to bytes that do not hang on the run: peft writes sets in any order.

    `base_model` is named in it as the training config names it, and not by its path on this machine.
    """
    path = folder / CONFIG
    if not path.is_file():
        return
    found = json.loads(path.read_bytes())
    for name, value in found.items():
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            found[name] = sorted(value)
    found["base_model_name_or_path"] = base_model
    checkpoints.write_json(path, found)


def _sha256(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
