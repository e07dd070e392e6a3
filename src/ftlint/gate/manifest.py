"""The manifest of a run, `run.json` in its folder: what was trained by what, on what, in which precision.

This module imports pydantic: import it where a manifest is read or written.
"""

from __future__ import annotations

import os
from typing import Any, Literal

from pydantic import Field, ValidationError

from ftlint.fix.output import replacing
from ftlint.gate.lock import SHA256, Approver, AuditMark, Form, LockedFile
from ftlint.model import FtlintError

NAME = "run.json"
Status = Literal["running", "finished", "stopped", "interrupted", "failed"]


class Precision(Form):
    """Types, as torch spells them without `torch.`: what weights are held in, what is computed in, how the
    base is quantised, the adapter's type, and what the adapter is to be merged in and served in."""

    weights: str
    compute: str
    adapter: str
    quantization: str = ""
    merge: str
    device: str = Field(default="", description="cpu, or the GPU's name.")


class Trained(Form):
    """What the run came to. Tokens are those the loss counts and all that were read."""

    steps: int = Field(ge=0)
    planned_steps: int = Field(ge=0)
    epochs: float = 0.0
    tokens: int = 0
    target_tokens: int = 0
    general_tokens: int = 0
    seconds: float = 0.0
    best_step: int | None = None
    best_loss: float | None = None
    stopped_by: str = Field(default="", description="The rule, signal or limit that ended it early.")


class DataUsed(Form):
    """What became of the rows: by split how many were read, trained on, cut and dropped; the mix."""

    rows: dict[str, int] = {}
    used: dict[str, int] = {}
    truncated: dict[str, int] = {}
    dropped: dict[str, int] = {}
    general_share: float | None = None
    fingerprint: str = Field(default="", description="SHA-256 over all token ids and labels in their order.")


class RunManifest(Form):
    """One run of `ftlint train`, or one that came back from another trainer."""

    ftlint_run: Literal[1] = 1
    tool: str = Field(default="ftlint", description="Which trainer ran it.")
    version: str
    status: Status
    lock: str = Field(pattern=SHA256, description="Hash of the approval it ran by: `gate.lock.lock_hash`.")
    config: str = Field(description="Path of the config, relative to the root.")
    method: str
    tuning: str
    base_model: str
    revision: str = ""
    plan: dict[str, Any] = Field(description="Every setting it ran with, defaults written out.")
    precision: Precision
    data: DataUsed
    trained: Trained
    adapter: list[LockedFile] = Field(
        default=[], description="The adapter's files, relative to the run's folder."
    )
    versions: dict[str, str] = Field(description="Of python, torch, transformers, peft, accelerate, trl.")
    machine: dict[str, Any] = Field(default={}, description="Platform, processors, devices.")
    attempts: list[dict[str, Any]] = Field(
        default=[], description="Each start: when, from which step, with which micro batch, and how it ended."
    )
    by: Approver | None = None
    audit: AuditMark | None = Field(
        default=None, description="The end of the audit log when this run began: a shorter log was truncated."
    )
    started: str
    ended: str = ""


def read_manifest(folder: str) -> RunManifest:
    """The manifest of the run in a folder. Raises `FtlintError` where there is none, or a broken one."""
    path = os.path.join(folder, NAME)
    try:
        with open(path, "rb") as stream:
            return RunManifest.model_validate_json(stream.read())
    except FileNotFoundError:
        raise FtlintError(f"holds no run: {NAME} is missing", folder) from None
    except OSError as error:
        raise FtlintError(f"cannot be read: {error.strerror or error}", path) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise FtlintError(
            f"is no manifest of a run: {place}{': ' if place else ''}{first['msg']}", path
        ) from None


def write_manifest(folder: str, manifest: RunManifest) -> None:
    """Write the manifest of the run in a folder; it takes the place of the one before once it is whole."""
    with replacing(os.path.join(folder, NAME), "", force=True) as out:
        out.write((manifest.model_dump_json(indent=2) + "\n").encode())
