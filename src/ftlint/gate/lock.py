"""The lock: what was approved, byte by byte. `ftlint.lock` stands beside the settings and is committed.

It holds one approval for each training config. `lock.schema.json` is made from the models below. This module
imports pydantic: import it where a lock is read or written.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

NAME = "ftlint.lock"
SHA256 = r"^[0-9a-f]{64}$"

SplitName = Literal["train", "validation", "test", "general"]


class Form(BaseModel):
    """A part of a lock: nothing unknown, nothing cast."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class LockedFile(Form):
    """A file as it was: its path relative to the root (of a model: to its folder), its size and bytes."""

    path: str = Field(min_length=1)
    sha256: str = Field(pattern=SHA256)
    size: int = Field(ge=0, description="Bytes.")


class LockedConfig(LockedFile):
    """The training config and what it draws on (DeepSpeed, accelerate, the YAML under a command line)."""

    dialect: str
    line: int | None = Field(None, description="The launch line, where a script holds several.")
    parts: list[LockedFile] = []


class LockedModel(Form):
    """The base model. `name` is as the config writes it, `revision` the commit of a hub's snapshot."""

    name: str = Field(min_length=1)
    revision: str = ""
    files: list[LockedFile] = Field(
        description="Weights, config.json and the code that comes with it; empty where it is not on this "
        "machine and `revision` is a full commit, which pins it."
    )


class LockedTokenizer(Form):
    """The tokenizer's files, of the model's folder or of its own, and the chat template that is applied."""

    files: list[LockedFile] = []
    template_from: str = Field("", description="Where it is from: tokenizer, or the path of a file.")
    template_sha256: str = Field("", description="SHA-256 of the template's text; empty where there is none.")


class RuleSet(Form):
    """The rules that ran: the version of ftlint, how many, and a hash of their codes, options and levels."""

    version: str
    count: int = Field(ge=1)
    sha256: str = Field(pattern=SHA256)


class Waiver(Form):
    """Findings that stand although they are warnings, and why. `source` is who waived them."""

    code: str
    name: str
    path: str
    count: int = Field(ge=1)
    reason: str = Field(min_length=1)
    source: Literal["command-line", "suppressions", "settings", "comment", "record"]
    sha256: str = Field(pattern=SHA256, description="Hash of the findings' fingerprints, sorted.")


class Unrun(Form):
    """A rule or file that could not be checked, and why."""

    code: str = ""
    reason: str


class Approver(Form):
    """Who approved: the git identity."""

    name: str
    email: str = ""


class Opening(Form):
    """One time that the test split was opened."""

    at: str
    by: Approver
    run: str = Field("", description="SHA-256 of the manifest of the run that was evaluated.")
    result: str = Field("", description="SHA-256 of the result file.")
    reason: str = Field("", description="Why it was opened again; empty for the first time.")


class AuditMark(Form):
    """The end of the audit log when this was approved: a shorter log was truncated."""

    seq: int = Field(ge=0)
    hash: str = Field(pattern=SHA256)


class Approval(Form):
    """One approved training."""

    config: LockedConfig
    settings: LockedFile | None = None
    method: str
    data: dict[SplitName, list[LockedFile]]
    formats: dict[str, str] = Field({}, description="The record format of each data file, by its path.")
    general_share: float | None = Field(
        None, ge=0, lt=1, description="Share of all trained tokens that general data makes up."
    )
    model: LockedModel
    tokenizer: LockedTokenizer
    rules: RuleSet
    waivers: list[Waiver] = []
    deferred: list[str] = Field(
        [], description="Rules whose fault `ftlint train` mends before step 0: missing-baseline."
    )
    not_run: list[Unrun] = []
    by: Approver
    at: str = Field(description="When, in UTC: 2026-11-28T23:31:41Z.")
    audit: AuditMark | None = None
    seal: dict[str, str] = Field(
        description="SHA-256 of the canonical JSON of each field above: an edit of the lock itself is named."
    )
    openings: list[Opening] = Field([], description="Not part of what is approved, and not sealed by `seal`.")


class Lock(Form):
    """The lock file."""

    ftlint_lock: Literal[1] = Field(description="The version of this form.")
    approvals: list[Approval] = Field(description="Sorted by the config's path and line.")
