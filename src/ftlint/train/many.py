"""More than one process: what `accelerate launch` and `torchrun` say about it, and the plan shared out.

    accelerate launch --num_processes 2 -m ftlint train CONFIG

Each process runs the same command. The examples of an optimizer step are the same as in one process: what is
divided is the accumulation. Nothing here imports torch unless a model is there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.model import FtlintError

if TYPE_CHECKING:
    from ftlint.train.plan import Plan


PATIENCE = 86_400
"""Seconds that processes wait for one another: the first one measures the base model before it trains. One
that died is noticed by the launcher at once."""


class World(NamedTuple):
    """The processes that train together. `sharding` is ddp, fsdp or "" for one process alone."""

    size: int = 1
    rank: int = 0
    local_rank: int = 0
    sharding: str = ""

    @property
    def first(self) -> bool:
        """Whether this process writes, asks and prints."""
        return self.rank == 0

    def loads_on(self, plan: Plan, device: str) -> str:
        """Where the base is loaded: under FSDP in host memory, for no device need hold it as a whole. What
        bitsandbytes quantises goes to the device."""
        quantised = plan.load_in_4bit or plan.load_in_8bit
        return "cpu" if self.sharding == "fsdp" and not quantised else device


def world(environment: Mapping[str, str] | None = None) -> World:
    """Where this process stands, by the launcher's environment.

    Raises `FtlintError` for a launch that would not train what the plan says: DeepSpeed, FSDP 1, tensor or
    sequence parallelism.
    """
    given = os.environ if environment is None else environment
    size = _number(given, "WORLD_SIZE", 1)
    if size < 2:
        return World()
    fsdp = given.get("ACCELERATE_USE_FSDP", "false").lower() in {"1", "true", "yes"}
    if given.get("ACCELERATE_USE_DEEPSPEED", "false").lower() in {"1", "true", "yes"}:
        raise FtlintError(
            "accelerate launch was told to use DeepSpeed, which ftlint train does not run: use DDP or "
            "FSDP 2, or hand the training over (ftlint config convert)"
        )
    if fsdp and given.get("FSDP_VERSION", "1") != "2":
        raise FtlintError(
            "accelerate launch was told to use FSDP 1, which keeps frozen and trained weights in one piece: "
            "set --fsdp_version 2"
        )
    for name in ("PARALLELISM_CONFIG_TP_SIZE", "PARALLELISM_CONFIG_CP_SIZE", "PARALLELISM_CONFIG_SP_SIZE"):
        if _number(given, name, 1) > 1:
            raise FtlintError(f"{name} is set: ftlint train runs data parallel (DDP, FSDP 2) alone")
    return World(
        size,
        _number(given, "RANK", 0),
        _number(given, "LOCAL_RANK", 0),
        "fsdp" if fsdp else "ddp",
    )


def shared(plan: Plan, there: World) -> Plan:
    """The plan for so many processes, its effective batch unchanged.

    The accumulation is divided; where that leaves a rest, the micro batch is made smaller. Raises
    `FtlintError` where the batch cannot be divided.
    """
    effective = plan.effective_batch
    if there.size == plan.world_size:
        return plan
    if effective % there.size:
        raise FtlintError(
            f"{effective} examples make one step (micro batch {plan.micro_batch} x accumulation "
            f"{plan.accumulation} x {plan.world_size} devices): {there.size} processes cannot share them "
            "evenly; start a number of processes that divides it, or change the batch and approve again",
            plan.config,
        )
    each = effective // there.size
    micro = max(size for size in range(1, min(plan.micro_batch, each) + 1) if each % size == 0)
    return replace(plan, world_size=there.size, micro_batch=micro, accumulation=each // micro)


def _number(given: Mapping[str, str], name: str, otherwise: int) -> int:
    text = given.get(name, "")
    try:
        return int(text) if text else otherwise
    except ValueError:
        raise FtlintError(f"the environment says {name}={text!r}: not a number") from None


def precise(accelerator: Any, model: Any) -> None:
    """FSDP 2 in 16 bit: compute as one process does, by autocast, and sum the adapter's gradients in fp32.

    accelerate has no autocast there: it rounds every weight, output and gradient to 16 bit. To be called
    before the model is prepared.
    """
    plugin: Any = getattr(accelerator.state, "fsdp_plugin", None)
    policy = getattr(plugin, "mixed_precision_policy", None)
    if policy is None or not hasattr(policy, "output_dtype"):
        return
    from functools import wraps

    from accelerate.utils import convert_outputs_to_fp32
    from torch.distributed.fsdp import MixedPrecisionPolicy

    forward = model.forward

    @wraps(forward)
    def casting(*given: Any, **named: Any) -> Any:
        with accelerator.autocast():
            return forward(*given, **named)

    model.forward = convert_outputs_to_fp32(casting)
    plugin.mixed_precision_policy = MixedPrecisionPolicy()
