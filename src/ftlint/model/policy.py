from __future__ import annotations

from typing import NamedTuple


class Hardware(NamedTuple):
    """What the training runs on: `devices` of one kind, each with `memory_gib` GiB."""

    gpu: str
    memory_gib: float
    devices: int = 1
    bf16: bool = True
    """Whether it computes in bfloat16."""


class Policy(NamedTuple):
    """A company's rules, as `[policy]` sets them. Empty tuples, None and False ask for nothing."""

    allow_providers: tuple[str, ...] = ()
    require_on_premise: bool = False
    forbid_hub_push: bool = False
    forbid_external_loggers: bool = False
    allow_licences: tuple[str, ...] = ()
    max_epochs: float | None = None
    require_seed: bool = False
    forbid_remote_code: bool = False
    require_revision: bool = False
