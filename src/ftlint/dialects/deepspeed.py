"""A config of DeepSpeed, which a trainer is given: precision, ZeRO, batch sizes. `auto` is the trainer's."""

from __future__ import annotations

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import Draft
from ftlint.dialects.signs import is_map, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import is_unknown

_OWN = (
    *("train_micro_batch_size_per_gpu", "train_batch_size", "gradient_clipping", "wall_clock_breakdown"),
    *("steps_per_print", "bf16.enabled", "fp16.enabled", "optimizer.params", "zero_allow_untested_optimizer"),
    *("gradient_accumulation_steps", "activation_checkpointing", "scheduler.params", "bfloat16.enabled"),
)
_DEVICES = ("zero_optimization.offload_optimizer.device", "zero_optimization.offload_param.device")
_SWITCHES = ("zero_optimization.cpu_offload", "zero_optimization.cpu_offload_param")


def certainty(tree: Node, path: str) -> float:
    own = written(tree, _OWN)
    if written(tree, ("zero_optimization",)):
        return 1.0 if own and (is_map(tree, "zero_optimization") or own >= 2) else 0.6
    if not written(tree, ("train_micro_batch_size_per_gpu", "train_batch_size")):
        return 0.0
    return 0.9 if own >= 3 else 0.0


def settle(draft: Draft) -> None:
    draft.purpose = "component"
    for name, keys in (("bf16", ("bf16.enabled", "bfloat16.enabled")), ("fp16", ("fp16.enabled",))):
        if draft.get(name) is True:
            draft.derive("precision", name, *keys)
    switches = [draft.fields[name] for name in ("bf16", "fp16") if draft.knows(name)]
    if not draft.knows("precision") and switches:
        unknown = any(field.unknown for field in switches)
        draft.derive(
            "precision", UNKNOWN if unknown else "fp32", "bf16.enabled", "bfloat16.enabled", "fp16.enabled"
        )
    for key in _DEVICES:
        device = draft.text(key)
        if device:
            _offload(draft, UNKNOWN if is_unknown(device) else device in ("cpu", "nvme"), key)
    for key in _SWITCHES:
        _offload(draft, draft.flag(key), key)
    stage = draft.value("zero_optimization")
    if isinstance(stage, bool):
        draft.put("zero_stage", int(stage), "zero_optimization")


def _offload(draft: Draft, value: object, key: str) -> None:
    """One place of offloading is enough."""
    if draft.get("cpu_offload") is not True:
        draft.derive("cpu_offload", value, key)


DIALECT = Dialect(
    name="deepspeed",
    title="DeepSpeed",
    certainty=certainty,
    keys=(
        Key("zero_stage", ("zero_optimization.stage",)),
        Key("bf16", ("bf16.enabled", "bfloat16.enabled")),
        Key("fp16", ("fp16.enabled",)),
        Key("micro_batch_size", ("train_micro_batch_size_per_gpu",)),
        Key("global_batch_size", ("train_batch_size",)),
        Key("gradient_accumulation", ("gradient_accumulation_steps",)),
        Key("max_grad_norm", ("gradient_clipping",)),
        Key("optimizer", ("optimizer.type",)),
        Key("learning_rate", ("optimizer.params.lr",)),
        Key("weight_decay", ("optimizer.params.weight_decay",)),
        Key("lr_scheduler", ("scheduler.type",)),
        Key("warmup_steps", ("scheduler.params.warmup_num_steps",)),
        Key("max_steps", ("scheduler.params.total_num_steps",)),
    ),
    settle=settle,
    casts=None,
    package="deepspeed",
)
