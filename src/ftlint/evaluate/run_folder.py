"""The folder of a run, as it is evaluated: its manifest, its approval in the lock, its adapter unchanged."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ftlint.gate.lock import Approval, LockedFile, SplitName, lock_hash, read_lock
from ftlint.gate.manifest import NAME, RunManifest
from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.settings import Settings
    from ftlint.weights.places import Place

ADAPTER = "adapter"
WEIGHTS = ("adapter_config.json", "adapter_model.safetensors", "adapter_model.bin")
"""What peft loads."""


class Run(NamedTuple):
    """A finished run. `sha256` is that of its manifest, `adapter` the adapter's folder."""

    folder: str
    manifest: RunManifest
    sha256: str
    approval: Approval
    adapter: str

    @property
    def adapter_sha256(self) -> str:
        """One hash over the adapter's files: of their lines as `sha256sum` prints them."""
        return listing_hash(self.manifest.adapter)


def listing_hash(files: Iterable[LockedFile]) -> str:
    """SHA-256 over `SHA256  PATH` lines of files, sorted by path."""
    lines = sorted((each.path, each.sha256) for each in files)
    text = "".join(f"{sha256}  {path}\n" for path, sha256 in lines)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def read_run(folder: str, settings: Settings) -> Run:
    """The run in a folder, with the approval it ran by.

    Raises `FtlintError` where it is not finished, its adapter is not the one it wrote, or the lock holds its
    approval no more.
    """
    from ftlint.gate.manifest import read_manifest

    file = os.path.join(folder, NAME)
    if not os.path.isfile(file):
        raise FtlintError(f"is no run: it holds no {NAME} (ftlint train CONFIG writes one)", folder)
    manifest = read_manifest(folder)
    with open(file, "rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    if manifest.status == "running":
        raise FtlintError("the run is not over: ftlint train CONFIG --resume goes on with it", file)
    if not manifest.adapter:
        raise FtlintError(f"the run wrote no adapter ({manifest.status}): resume it to its end", file)
    _unchanged(manifest.adapter, folder, "the adapter is not the one that the run wrote")
    approval = next(
        (each for each in read_lock(settings.root).approvals if lock_hash(each) == manifest.lock), None
    )
    if approval is None:
        raise FtlintError(
            f"was trained by an approval ({manifest.lock[:12]}…) that ftlint.lock does not hold: git restore "
            "ftlint.lock, or train by the one it holds",
            file,
        )
    folders = {os.path.dirname(each.path) for each in manifest.adapter}
    home = ADAPTER if ADAPTER in folders or not folders else min(folders, key=len)
    run = Run(folder, manifest, sha256, approval, os.path.join(folder, home))
    _refuse_strange(run, WEIGHTS)
    return run


def tokenizes(run: Run) -> bool:
    """Whether the run wrote a tokenizer beside its adapter. One that lies there and is not the run's does
    not count; raises `FtlintError` where a file was put beside one that does."""
    from ftlint.weights.places import tokenizer_files

    if "tokenizer.json" not in _listed(run):
        return False
    _refuse_strange(run, [*tokenizer_files(run.adapter), "generation_config.json"])
    return True


def _listed(run: Run) -> set[str]:
    """The files that the run wrote to the adapter's folder, relative to that."""
    return {
        os.path.relpath(os.path.join(run.folder, each.path), run.adapter) for each in run.manifest.adapter
    }


def _refuse_strange(run: Run, names: Iterable[str]) -> None:
    listed = _listed(run)
    for name in names:
        path = os.path.join(run.adapter, name)
        if name not in listed and os.path.lexists(path):
            raise FtlintError("lies beside the adapter, would be loaded, and is not of this run", path)


def base_of(run: Run, root: str) -> Place:
    """Where the run's base model lies. Raises `FtlintError` where it is not the one that was locked."""
    from ftlint.weights.places import model_place

    approval = run.approval  # and not the manifest, which nobody seals
    place = model_place(approval.model.name, approval.model.revision, root, approval.config.path)
    changed = "the base model is not the one that was approved"
    _unchanged([*approval.model.files, *approval.tokenizer.files], place.folder, changed)
    return place


def locked_paths(run: Run, split: SplitName, root: str) -> list[str]:
    """The files of a split, relative to the root. Raises `FtlintError` where one has changed."""
    files = run.approval.data.get(split, [])
    _unchanged(files, root, f"the {split} data changed since it was approved")
    return [each.path for each in files]


def _unchanged(files: Iterable[LockedFile], folder: str, told: str) -> None:
    from ftlint.gate.locked import locked_file

    for each in files:
        path = os.path.join(folder, each.path)
        if locked_file(path, path) != each.model_copy(update={"path": path}):
            raise FtlintError(told, path)
