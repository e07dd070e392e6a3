"""What a run will need: memory of a device, arithmetic, time. From the plan and the data, without torch."""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

from ftlint.detect.memory.adapters import adapter_parameters, saved_parameters
from ftlint.detect.memory.estimate import Estimate, measured
from ftlint.detect.memory.kernels import EAGER, Kernels
from ftlint.detect.memory.optimizers import UNKNOWN, kept
from ftlint.detect.memory.setup import BYTES, NF4_NESTED, Setup
from ftlint.facts.gpus import gpu
from ftlint.facts.models import Architecture, architecture
from ftlint.train.plan import Plan

REACHED = 0.35
"""Share of a device's peak that a training of packed rows reaches: what NeMo AutoModel (40.6 %, H100) and
our own benchmark lie above. Short rows that are not packed reach less."""


class Arithmetic(NamedTuple):
    """Floating-point operations of a run; its hours on the named device at its peak, and at `REACHED` of it
    (None where the device or its peak is not known)."""

    flops: float
    device: str = ""
    peak: float = 0.0
    least: float | None = None
    likely: float | None = None


def shape(plan: Plan) -> Architecture | None:
    """The model's shape, from its config.json, else by its name; None where neither tells."""
    path = os.path.join(plan.model_folder, "config.json")
    try:
        with open(path, "rb") as stream:
            written = json.load(stream)
    except (OSError, ValueError):
        return architecture(plan.base_model)
    written = written.get("text_config", written) if isinstance(written, dict) else {}
    return _of_config(written, plan.base_model) or architecture(plan.base_model)


def _of_config(written: dict[str, Any], name: str) -> Architecture | None:
    heads = written.get("num_attention_heads")
    hidden = written.get("hidden_size")
    needed = [written.get(key) for key in ("num_hidden_layers", "vocab_size", "intermediate_size")]
    if not all(isinstance(each, int) and each > 0 for each in (heads, hidden, *needed)):
        return None
    assert isinstance(heads, int)
    assert isinstance(hidden, int)
    experts = next((written[key] for key in ("num_local_experts", "num_experts") if written.get(key)), 0)
    return Architecture(
        name=name,
        hidden=hidden,
        layers=written["num_hidden_layers"],
        heads=heads,
        kv_heads=written.get("num_key_value_heads") or heads,
        head_dim=written.get("head_dim") or hidden // heads,
        vocab=written["vocab_size"],
        ffn=(written.get("moe_intermediate_size") if experts else None) or written["intermediate_size"],
        tied=bool(written.get("tie_word_embeddings")),
        experts=experts,
        active=written.get("num_experts_per_tok") or 0,
    )


def memory(plan: Plan, longest: int) -> Estimate | None:
    """GiB of one device at the highest moment; `longest` is the longest item in tokens."""
    model = shape(plan)
    if model is None:
        return None
    weight = BYTES[plan.model_dtype]
    four, eight = plan.load_in_4bit, plan.load_in_8bit
    added = adapter_parameters(model, plan.rank, plan.targets) + saved_parameters(model, plan.modules_to_save)
    sixteen = plan.compute != "fp32"
    return measured(
        Setup(
            model=model,
            devices=1,
            weight_bytes=min(weight, 2.0) if four or eight else weight,
            linear_bytes=NF4_NESTED if four else 1.0 if eight else weight,
            trained=added,
            added=added,
            trained_bytes=4.0,
            kept=kept(plan.optimizer) or UNKNOWN,
            master=False,
            sharded=0,
            offloaded=False,
            accumulates=plan.accumulation > 1,
            tokens=plan.micro_batch * longest * (2 if plan.method == "dpo" else 1),
            longest=longest,
            checkpointing=plan.gradient_checkpointing,
            kernels=Kernels(EAGER, compact=False, eager=plan.attention == "eager", offloads=False),
            autocast=sixteen and weight >= 4 and not (four or eight),
            full_precision=not sixteen,
            reference=False,
        )
    )


def arithmetic(plan: Plan, tokens: float, device: str = "", count: int = 1) -> Arithmetic | None:
    """What `tokens` tokens, read in a whole run, take; `count` devices share them.

    An adapter takes 4 operations for each parameter of the model and token (no gradients of the base's
    weights), 6 with gradient checkpointing. None where the model's shape is not known.
    """
    model = shape(plan)
    if model is None:
        return None
    active = model.parameters
    if model.experts:
        idle = (model.experts - model.active) * 3 * model.hidden * model.ffn
        active -= model.layers * max(idle, 0)
    flops = tokens * active * (6.0 if plan.gradient_checkpointing else 4.0)
    flops *= 1.5 if plan.method == "dpo" else 1.0  # the base alone answers, too: forward only
    known = gpu(device) if device else None
    peak = known.tflops * 1e12 if known and plan.compute != "fp32" else 0.0
    if not known or not peak:
        return Arithmetic(flops, known.name if known else "")
    least = flops / (peak * count) / 3600
    return Arithmetic(flops, known.name, peak, least, least / REACHED)
