"""The lock: what was approved, byte by byte. `ftlint.lock` stands beside the settings and is committed.

It holds one approval for each training config. `lock.schema.json` is made from the models below; reading and
writing are in `gate.lock_file`. This module imports pydantic: import it where a lock is read or written.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

NAME = "ftlint.lock"
FEWEST_SIGNS = 3
"""A reason is words: a dot or an `x` says nothing."""
SHA256 = r"^[0-9a-f]{64}$"
UTC_SECOND = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"

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
    version: str = Field(
        default="",
        description="Of the dialect's package, as the project pins it: its defaults fill what is left out.",
    )
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

    at: str = Field(pattern=UTC_SECOND)
    by: Approver
    run: str = Field("", description="SHA-256 of the manifest of the run that was evaluated.")
    result: str = Field("", description="SHA-256 of the result file.")
    reason: str = Field("", description="Why it was opened again; empty for the first time.")
    files: list[str] = Field([], description="SHA-256 of each file of the test split that was opened.")


class AuditMark(Form):
    """The end of the audit log when this was approved: a shorter log was truncated."""

    seq: int = Field(ge=0)
    hash: str = Field(pattern=SHA256)


class Approval(Form):
    """One approved training."""

    config: LockedConfig
    settings: list[LockedFile] = Field(
        [], description="The settings file and those it extends; of pyproject.toml its table [tool.ftlint]."
    )
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
    at: str = Field(pattern=UTC_SECOND, description="When, in UTC: 2026-11-28T23:31:41Z.")
    audit: AuditMark | None = None
    seal: dict[str, str] = Field(
        description="SHA-256 of the canonical JSON of each other field: an edit of the lock itself is named."
    )
    openings: list[Opening] = Field(
        [], description="When the test split was opened; no part of what is approved."
    )


class Lock(Form):
    """The lock file."""

    ftlint_lock: Literal[1] = Field(description="The version of this form.")
    approvals: list[Approval] = Field(description="Sorted by the config's path and line.")


LATER = ("audit", "openings", "seal")
"""Fields of an approval that come after it is settled what is approved: they are no part of its hash."""


def canonical(value: Any) -> bytes:
    """A value of JSON as the only bytes it has here: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of a value, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def lock_hash(approval: Approval) -> str:
    """What names an approval in manifests, job files, converted configs and the audit log.

    SHA-256 over everything that was approved: not over the mark in the audit log, whose entry holds this very
    hash, nor over the openings of the test split, which come later.
    """
    plain = approval.model_dump(mode="json")
    return digest({name: value for name, value in plain.items() if name not in LATER})


def sealed(approval: Approval) -> Approval:
    """The approval with the hash of each of its fields in `seal`."""
    plain = approval.model_dump(mode="json")
    seal = {name: digest(value) for name, value in plain.items() if name != "seal"}
    return approval.model_copy(update={"seal": seal})


def unsealed(approval: Approval) -> list[str]:
    """Fields of an approval that were edited since it was sealed, in the order of the form; `seal.NAME` for
    a hash of the seal itself that belongs to no field, or is missing."""
    plain = approval.model_dump(mode="json")
    names = [name for name in plain if name != "seal"]
    edited = [name for name in names if approval.seal.get(name) != digest(plain[name])]
    return edited + [f"seal.{name}" for name in approval.seal if name not in names]


def lock_schema() -> dict[str, Any]:
    """The JSON Schema of `ftlint.lock`."""
    schema = Lock.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "ftlint.lock", **schema}


def read_lock(root: str) -> Lock:
    """The lock of a project, without approvals where there is no file.

    Raises `FtlintError`, with the line, for a file that is no lock.
    """
    from ftlint.gate.lock_file import read

    return read(root)


def write_lock(root: str, lock: Lock) -> None:
    """Write the lock whole or not at all, approvals sorted. Raises `FtlintError` where that fails."""
    from ftlint.gate.lock_file import write

    write(root, lock)
