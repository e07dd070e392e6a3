"""A run's folder as what is handed on from it: the manifest, the adapter, the base it belongs to."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.gate.lock import Approval, LockedFile
    from ftlint.gate.manifest import RunManifest


OURS = "ftlint"


@dataclass(frozen=True, slots=True)
class TrainedRun:
    """`folder` is the run's, `adapter` the folder of the adapter and `base` that of the base model, absolute;
    `peft` is adapter_config.json. `approval` is None where the lock no longer has the one it ran by."""

    folder: str
    manifest: RunManifest
    adapter: str
    base: str
    peft: Mapping[str, Any]
    approval: Approval | None

    @property
    def name(self) -> str:
        """What the model is called: the name of the run's folder."""
        return os.path.basename(os.path.abspath(self.folder))

    @property
    def by(self) -> str:
        """Who trained it: ftlint and its version; of another trainer no manifest knows the version."""
        tool, version = self.manifest.tool, self.manifest.version
        return f"{tool} {version}" if tool == OURS else f"{tool} (taken back by {OURS} {version})"

    @property
    def served(self) -> str:
        """The name as every runtime takes it: Ollama's have letters, digits, dots, dashes and underscores."""
        return re.sub(r"[^A-Za-z0-9._-]+", "-", self.name).strip("-._") or "model"

    @property
    def rank(self) -> int:
        return int(self.peft.get("r") or 0)

    @property
    def merge_only(self) -> list[str]:
        """Why a runtime that only adds B x A x alpha / r cannot take the adapter as it is."""
        patterns = [name for name in ("rank_pattern", "alpha_pattern") if self.peft.get(name)]
        reasons = {
            "DoRA": self.peft.get("use_dora"),
            "modules_to_save": self.peft.get("modules_to_save"),
            "a bias": (self.peft.get("bias") or "none") != "none",
        }
        return [reason for reason, is_there in reasons.items() if is_there] + patterns


def trained_run(folder: str, root: str) -> TrainedRun:
    """Reads a run that ended.

    Raises `FtlintError` for one that has no adapter, whose adapter is no longer the one it wrote, or whose
    base is not on this machine or not the one that was approved.
    """
    from ftlint.gate.lock import lock_hash, read_lock
    from ftlint.gate.manifest import read_manifest

    manifest = read_manifest(folder)
    adapter = _adapter(folder, manifest)
    approvals = read_lock(root).approvals
    approval = next((each for each in approvals if lock_hash(each) == manifest.lock), None)
    _same(folder, manifest.adapter, "the adapter is not the one this run wrote")
    if manifest.tool == OURS and not manifest.adapter:
        raise FtlintError("the manifest names no file of the adapter: it was changed by hand", folder)
    base = _base(manifest, root, approval)
    if approval:
        _same(base, approval.model.files, "the base is not the one that was approved and trained on")
    return TrainedRun(folder, manifest, adapter, base, _peft(adapter), approval)


def _adapter(folder: str, manifest: RunManifest) -> str:
    for place in (os.path.join(folder, "adapter"), folder):
        if os.path.isfile(os.path.join(place, "adapter_config.json")):
            return place
    if manifest.status == "running":
        raise FtlintError("the run has not ended: it has no adapter yet", folder)
    raise FtlintError(
        f"the run has no adapter (it is {manifest.status}): go on with ftlint train --resume", folder
    )


def _base(manifest: RunManifest, root: str, approval: Approval | None) -> str:
    """The base seen from the root, else where it was when it was trained on.

    It is the one that the approval names where there is one: nobody seals a manifest.
    """
    from ftlint.weights.places import model_place

    model = approval.model if approval else None
    name = model.name if model else manifest.base_model
    revision = model.revision if model else manifest.revision
    try:
        return model_place(name, revision, root, manifest.config).folder
    except FtlintError:
        there = str(manifest.plan.get("model_folder") or "")
        if os.path.isdir(there):
            return there
        raise


def _peft(adapter: str) -> Mapping[str, Any]:
    path = os.path.join(adapter, "adapter_config.json")
    try:
        with open(path, "rb") as stream:
            found = json.load(stream)
    except (OSError, ValueError) as error:
        raise FtlintError(f"cannot be read: {error}", path) from None
    if not isinstance(found, dict):
        raise FtlintError("is no adapter config", path)
    return found


def _same(folder: str, files: list[LockedFile], otherwise: str) -> None:
    for file in files:
        path = os.path.join(folder, file.path)
        try:
            with open(path, "rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise FtlintError(f"{otherwise}: {error.strerror or error}", path) from None
        if found != file.sha256:
            raise FtlintError(f"{otherwise}: its bytes are others", path)
