"""A run that comes back from axolotl, LLaMA-Factory or TRL: its folder becomes one that eval and export take.

What such a folder holds is an adapter of PEFT (`adapter_config.json`) and the state of a Hugging Face Trainer
(`trainer_state.json`). Which approval it ran by is told by the converted config.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ftlint.model import FtlintError, TrainingConfig

if TYPE_CHECKING:
    from ftlint.gate.handed import Handed
    from ftlint.gate.lock import Approval, Approver
    from ftlint.gate.manifest import Precision, RunManifest, Trained

ADAPTER = ("adapter_model.safetensors", "adapter_model.bin", "adapter_config.json")
BESIDE = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja")
CHECKPOINT = re.compile(r"checkpoint-(\d+)")
TORCH = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32", "fp8": "float8_e4m3fn"}
STORED = {"F32": "float32", "BF16": "bfloat16", "F16": "float16", "F64": "float64"}
PLAN = {
    "lora_rank": "rank",
    "lora_alpha": "alpha",
    "lora_dropout": "dropout",
    "lora_targets": "targets",
    "use_rslora": "rslora",
    "use_dora": "dora",
    "lr_scheduler": "scheduler",
    "micro_batch_size": "micro_batch",
    "gradient_accumulation": "accumulation",
    "sequence_length": "length",
    "quant_compute_dtype": "quant_compute",
}
"""Fields of a config that the plan of a run calls otherwise."""

SAME = {"r": "lora_rank", "lora_alpha": "lora_alpha", "use_rslora": "use_rslora", "use_dora": "use_dora"}
"""Keys of an adapter's config, and the fields that they must agree with."""


def returned(
    folder: str, handed: Handed, approval: Approval, config: TrainingConfig, by: Approver | None = None
) -> RunManifest:
    """The manifest of a run that another trainer wrote to `folder`, by a config that was handed over.

    `config` is the approved one. Raises `FtlintError` where there is no adapter or no state, and where the
    adapter is not of the base model, rank or kind that was approved.
    """
    from ftlint import __version__
    from ftlint.gate.locked import locked_file
    from ftlint.gate.manifest import DataUsed, RunManifest

    peft = _loaded(os.path.join(folder, "adapter_config.json"), "holds no adapter")
    _agrees(peft, approval, config, os.path.join(folder, "adapter_config.json"))
    state_file = _state_file(folder)
    state = _loaded(state_file, "holds no trainer_state.json")
    trained, whole = _trained(state)
    kept = [name for name in (*ADAPTER, *BESIDE) if os.path.isfile(os.path.join(folder, name))]
    if not {"adapter_model.safetensors", "adapter_model.bin"} & set(kept):
        raise FtlintError("holds no adapter_model.safetensors", folder)
    version = peft.get("peft_version")
    return RunManifest(
        tool=handed.tool,
        version=__version__,
        status="finished" if whole else "interrupted",
        lock=handed.lock,
        config=approval.config.path,
        method=approval.method,
        tuning=str(config.get("tuning") or "lora"),
        base_model=approval.model.name,
        revision=approval.model.revision,
        plan=_plan(config, handed),
        precision=_precision(config, os.path.join(folder, kept[0])),
        data=DataUsed(general_share=None if "general_share" in handed.lost else approval.general_share),
        trained=trained,
        adapter=[locked_file(name, os.path.join(folder, name)) for name in kept],
        versions={"peft": str(version)} if version else {},
        by=by,
        started="",
        ended=datetime.fromtimestamp(os.stat(state_file).st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def _state_file(folder: str) -> str:
    """The state of the whole run, else that of its last checkpoint."""
    whole = os.path.join(folder, "trainer_state.json")
    if os.path.isfile(whole):
        return whole
    try:
        steps = [int(found[1]) for name in os.listdir(folder) if (found := CHECKPOINT.fullmatch(name))]
    except OSError as error:
        raise FtlintError(f"cannot be read: {error.strerror}", folder) from None
    return os.path.join(folder, f"checkpoint-{max(steps)}", "trainer_state.json") if steps else whole


def _loaded(path: str, otherwise: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as stream:
            loaded = json.load(stream)
    except FileNotFoundError:
        raise FtlintError(f"{otherwise}: no {os.path.basename(path)}", os.path.dirname(path)) from None
    except OSError as error:
        raise FtlintError(f"cannot be read: {error.strerror}", path) from None
    except (ValueError, RecursionError):
        raise FtlintError("is no JSON", path) from None
    if not isinstance(loaded, dict):
        raise FtlintError("is no JSON object", path)
    return loaded


def _agrees(peft: Mapping[str, Any], approval: Approval, config: TrainingConfig, path: str) -> None:
    """Raises `FtlintError` where an adapter cannot be of this training."""
    base = str(peft.get("base_model_name_or_path") or "")
    if base and _last(base) != _last(approval.model.name):
        raise FtlintError(f"is an adapter of {base}: {approval.model.name} was approved", path)
    for key, field in SAME.items():
        found, wanted = peft.get(key), config.get(field)
        if wanted is None or key not in peft or found == wanted:
            continue
        raise FtlintError(f"has {key} {found}: {field} {wanted} was approved", path)


def _last(name: str) -> str:
    """The last part of a model's name or path: the folder it lies in is another on each machine."""
    return name.rstrip("/").rpartition("/")[2].lower()


def _trained(state: Mapping[str, Any]) -> tuple[Trained, bool]:
    """What the state says of the run, and whether it came to its end."""
    from ftlint.gate.manifest import Trained

    history = state.get("log_history")
    rows = [row for row in history if isinstance(row, dict)] if isinstance(history, list) else []
    steps, planned = _count(state.get("global_step")), _count(state.get("max_steps"))
    best = _number(state.get("best_metric"))
    seconds = next((value for row in rows if (value := _number(row.get("train_runtime"))) is not None), 0.0)
    whole = steps >= planned > 0
    trained = Trained(
        steps=steps,
        planned_steps=planned,
        epochs=_number(state.get("epoch")) or 0.0,
        tokens=max(
            [_count(state.get("num_input_tokens_seen")), *(_count(row.get("num_tokens")) for row in rows)]
        ),
        seconds=seconds,
        best_step=_count(state.get("best_global_step")) or None,
        best_loss=best,
        stopped_by="" if whole else f"ended at step {steps} of {planned}",
    )
    return trained, whole


def _number(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if number else None


def _count(value: Any) -> int:
    return max(0, int(_number(value) or 0))


def _plan(config: TrainingConfig, handed: Handed) -> dict[str, Any]:
    """What the approved config says, under the names of a plan; what the converted one could not say."""
    plan = {}
    for name in config.fields:
        value = config.get(name)
        if config.has(name) and isinstance(value, str | int | float | bool | tuple):
            if isinstance(value, tuple) and not all(isinstance(each, str) for each in value):
                continue
            plan[PLAN.get(name, name)] = list(value) if isinstance(value, tuple) else value
    return plan | {"not_converted": list(handed.lost)}


def _precision(config: TrainingConfig, adapter: str) -> Precision:
    from ftlint.gate.manifest import Precision

    switched = next((name for name in ("bf16", "fp16") if config.get(name) is True), "fp32")
    compute = TORCH.get(str(config.get("precision") or switched), "float32")
    held = TORCH.get(str(config.get("model_dtype")), compute)
    four, eight = config.get("load_in_4bit") is True, config.get("load_in_8bit") is True
    quantised = str(config.get("quant_type") or "nf4") if four else "int8" if eight else ""
    inner = TORCH.get(str(config.get("quant_compute_dtype")), held)
    return Precision(
        weights=held,
        compute=compute,
        adapter=_stored(adapter),
        quantization=quantised,
        merge=inner if quantised else held,
    )


def _stored(path: str) -> str:
    """The type of the first weight in a safetensors file, by its header; "unknown" for another file."""
    if not path.endswith(".safetensors"):
        return "unknown"
    with open(path, "rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        try:
            header = json.loads(stream.read(min(size, 64 << 20)))
            kinds = [each["dtype"] for name, each in header.items() if name != "__metadata__"]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise FtlintError("is no safetensors file", path) from None
    return STORED.get(kinds[0], kinds[0]) if kinds else "unknown"
