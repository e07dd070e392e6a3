"""How many examples one optimizer step sees, as far as a config says it."""

from __future__ import annotations

from typing import NamedTuple

from ftlint.model import TrainingConfig


class Batch(NamedTuple):
    """`examples` of one optimizer step; of one device only, where `world` is None. `said` shows the sum."""

    examples: int
    world: int | None
    said: str


MOST = 10**7
"""No factor is larger; a larger one is a slip that other rules tell of."""


def batch(config: TrainingConfig) -> Batch | None:
    """The effective batch; None where a factor is a template, unknown or no whole number above 0."""
    whole = config.field("global_batch_size")
    if whole.written:
        examples = _count(whole.value)
        return Batch(examples, _count(config.get("world_size")) or 1, "global") if examples else None
    micro, steps = _count(config.get("micro_batch_size")), config.field("gradient_accumulation")
    devices = config.field("world_size")
    if not micro or steps.unknown or devices.unknown:
        return None
    accumulated = 1 if steps.value is None else _count(steps.value)
    world = _count(devices.value) if devices.written else None
    if not accumulated or (devices.written and not world):
        return None
    factors = [f"{micro} a device", f"{accumulated} accumulated"]
    if world:
        factors.append(f"{world} devices" if world > 1 else "1 device")
    return Batch(micro * accumulated * (world or 1), world, " x ".join(factors))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value <= MOST else None


def shared_out(config: TrainingConfig) -> bool:
    """Whether the config itself says that several devices train."""
    world = config.get("world_size")
    if world is not None and config.written("world_size"):
        return bool(world > 1)
    return bool(config.get("fsdp") or config.get("zero_stage") or config.has("deepspeed"))
