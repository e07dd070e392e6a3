"""A config of accelerate, as `accelerate launch --config_file` takes it: processes, precision, sharding."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN, Dialect, Key
from ftlint.dialects.draft import PRECISION_NAMES, Draft
from ftlint.dialects.signs import is_map, written
from ftlint.model.config_tree import Node
from ftlint.model.scalars import is_unknown

_OWN = (
    *("compute_environment", "distributed_type", "machine_rank", "main_training_function", "num_machines"),
    *("num_processes", "rdzv_backend", "same_network", "use_cpu", "downcast_bf16", "mixed_precision"),
    *("tpu_use_cluster", "main_process_port", "fsdp_config", "deepspeed_config", "gpu_ids", "debug"),
)
_DEVICES = ("deepspeed_config.offload_optimizer_device", "deepspeed_config.offload_param_device")
_FILE = "deepspeed_config.deepspeed_config_file"


def certainty(tree: Node, path: str) -> float:
    if not written(tree, ("distributed_type", "compute_environment")):
        return 0.0
    own = written(tree, _OWN)
    return 1.0 if own >= 4 else 0.8 if own >= 2 else 0.0


def settle(draft: Draft) -> None:
    draft.purpose = "component"
    kind = draft.text("distributed_type")
    if kind and not is_unknown(kind):
        draft.derive("fsdp", "fsdp" in kind, "distributed_type")
    for key in _DEVICES:
        device = draft.text(key)
        if device and draft.get("cpu_offload") is not True:
            draft.put("cpu_offload", UNKNOWN if is_unknown(device) else device in ("cpu", "nvme"), key)
    offload = draft.flag("fsdp_config.fsdp_offload_params", "fsdp_config.offload_params")
    if offload is not None and draft.get("cpu_offload") is not True:
        draft.put("cpu_offload", offload, "fsdp_config.fsdp_offload_params", "fsdp_config.offload_params")
    file = draft.value(_FILE)
    if isinstance(file, str) and file and not is_unknown(file):
        draft.put("deepspeed", file, _FILE)
        draft.parts.append(file)
    elif is_map(draft.tree, "deepspeed_config") and "deepspeed" in kind:
        draft.put("deepspeed", "inline", "deepspeed_config")
    if kind == "no" and not draft.has("num_processes"):
        draft.default(
            "world_size", 1, "accelerate/commands/config/config_args.py: one process without distribution"
        )


def precision(loaded: Any) -> Any:
    """`no` leaves the type to the trainer and the model; in YAML 1.1 an unquoted `no` is false."""
    if not isinstance(loaded, str) or loaded.strip().lower() == "no":
        return None
    return PRECISION_NAMES.get(loaded.strip().lower(), UNKNOWN)


DIALECT = Dialect(
    name="accelerate",
    title="accelerate",
    certainty=certainty,
    keys=(
        Key("precision", ("mixed_precision",), precision),
        Key("world_size", ("num_processes",)),
        Key("zero_stage", ("deepspeed_config.zero_stage",)),
        Key("gradient_accumulation", ("deepspeed_config.gradient_accumulation_steps",)),
        Key("max_grad_norm", ("deepspeed_config.gradient_clipping",)),
        Key(
            "gradient_checkpointing",
            ("fsdp_config.fsdp_activation_checkpointing", "fsdp_config.activation_checkpointing"),
        ),
    ),
    settle=settle,
    casts=None,
    package="accelerate",
)
