"""The highest moment of a training step, in GiB of one device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ftlint.detect.memory.setup import Setup, setup
from ftlint.model.training_config import TrainingConfig

GIB = float(1 << 30)

CONTEXT = 0.5
"""GiB of the CUDA context and its libraries."""

BETWEEN = 0.6
"""GiB of NCCL's buffers where several devices work together."""

SLACK = 0.05
"""Share of what is allocated that the allocator holds on top, in blocks it cannot use."""

AUTOCAST = 1.35
"""How much more a layer keeps where weights are float32 and autocast computes in 16 bit: LitGPT's LoRA
tutorial, StableLM 3B, 33.5 against 15.9 GB, less the weights and their casts."""


class Estimate(NamedTuple):
    """GiB of one device. The parts need not add up to `total`: not all of them are held at once.

    `moment` is when it is highest: `forward`, `backward` or `step`. `least` are the weights alone, `pageable`
    what may leave for host memory. `exact`: the model's shape is known by its name. `complete`: activations
    are counted. `notes` say what was assumed.
    """

    weights: float
    adapter: float
    gradients: float
    optimizer: float
    activations: float
    logits: float
    overhead: float
    total: float
    moment: str
    least: float
    pageable: float
    exact: bool
    complete: bool
    notes: tuple[str, ...]


def estimate(
    config: TrainingConfig,
    gpus: int = 1,
    longest: int | None = None,
    components: Sequence[TrainingConfig] = (),
) -> Estimate | None:
    """What a config needs of each of so many devices; None where nobody knows how large its model is."""
    known = setup(config, gpus, longest, components)
    return measured(known) if known else None


def measured(known: Setup) -> Estimate:
    """The estimate of a setup. The formula and its error: docs/memory.md."""
    model = known.model
    share = known.devices
    weights = model.blocks * known.linear_bytes + (model.parameters - model.blocks) * known.weight_bytes
    weights *= 2 if known.reference else 1
    adapter = known.added * known.trained_bytes
    gradients = 0.0 if known.kept.fused else known.trained * known.trained_bytes
    states = known.trained * _state_bytes(known)
    gathered = 0.0
    if known.sharded >= 3:
        gathered = _gathered(known)
        weights, adapter = weights / share, adapter / share
    if known.sharded >= 2:
        gradients /= share
    copy = known.trained * known.trained_bytes if known.kept.unfused else 0.0
    if known.sharded >= 1:
        states, copy = states / share, copy / share
    if known.offloaded:
        states = copy = 0.0
        if known.sharded >= 3 or share == 1:
            gathered = gathered or _gathered(known)
            weights = adapter = gradients = 0.0
    held = weights + adapter + states + _casts(known)
    saved, layer = _activations(known)
    logits = (known.tokens or 0) * model.vocab * known.kernels.logits
    piled = gradients if known.accumulates else 0.0
    head = model.vocab * model.hidden * known.trained_bytes if known.full and known.sharded < 3 else 0.0
    moments = {
        "forward": held + max(piled, head) + gathered + saved + logits,
        "backward": held + max(piled, gradients / model.layers) + gathered + saved + layer,
        "step": held + gradients + copy,
    }
    moment = max(moments, key=lambda name: moments[name])
    peak = moments[moment]
    overhead = CONTEXT * GIB + (BETWEEN * GIB if share > 1 else 0.0) + SLACK * peak
    return Estimate(
        weights=(weights + gathered) / GIB,
        adapter=adapter / GIB,
        gradients=gradients / GIB,
        optimizer=states / GIB,
        activations=(saved + layer) / GIB,
        logits=logits / GIB,
        overhead=overhead / GIB,
        total=(peak + overhead) / GIB,
        moment=moment,
        least=(weights + CONTEXT * GIB) / GIB,
        pageable=states / GIB if known.kept.paged else 0.0,
        exact=model.exact,
        complete=known.tokens is not None,
        notes=known.notes,
    )


def _state_bytes(known: Setup) -> float:
    """Bytes of optimizer states for one trained parameter."""
    width = known.kept.width or (4.0 if known.master else known.trained_bytes)
    return known.kept.copies * width + (4.0 if known.master else 0.0)


def _gathered(known: Setup) -> float:
    """What of sharded weights lies whole on a device: two blocks, embedding and head."""
    model = known.model
    return 2 * model.block * known.linear_bytes + model.embeddings * known.weight_bytes


def _casts(known: Setup) -> float:
    """16-bit copies of float32 weights that autocast makes: kept where the weights are trained, or where
    the backward pass has to find them."""
    if not known.autocast or known.sharded >= 3:
        return 0.0
    if known.full:
        return 2.0 * known.model.parameters
    return 0.0 if known.checkpointing else 2.0 * known.model.blocks


def _activations(known: Setup) -> tuple[float, float]:
    """What the forward pass keeps over all layers, and what one layer needs while it is computed again."""
    if known.tokens is None:
        return 0.0, 0.0
    model, tokens = known.model, known.tokens
    wide = 2.0 if known.full_precision else 1.0
    layer = tokens * layer_bytes(known) * wide
    unpacked = max(model.ffn, model.attention_width) * model.hidden * 2.0 if known.linear_bytes < 1 else 0.0
    if not known.checkpointing:
        return model.layers * layer * (AUTOCAST if known.autocast else 1.0), unpacked
    if known.kernels.offloads:
        return 0.0, layer + unpacked
    residual = 4.0 if known.full_precision or known.autocast else 2.0
    return model.layers * tokens * model.hidden * residual, layer + unpacked


def layer_bytes(known: Setup) -> float:
    """Bytes that one layer keeps of one token for the backward pass, in 16 bit."""
    model = known.model
    widths = model.ffn * (model.active + model.shared if model.experts else 1)
    inner = 4.0 if model.plain else 6.0 if known.kernels.compact else 8.0
    outer, kv = (10.0, 6.0) if known.kernels.compact else (16.0, 4.0)
    kept = outer * model.hidden + 4.0 * model.attention_width + kv * model.kv_width + inner * widths
    if model.experts:
        kept += 4.0 * model.hidden * model.active
    if known.kernels.eager:
        kept += 10.0 * model.heads * known.longest
    return kept
