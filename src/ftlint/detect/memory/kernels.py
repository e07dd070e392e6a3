"""Which kernels a training runs: what they keep of the logits and of a layer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ftlint.facts.dialects import parts
from ftlint.model.config_tree import Entry
from ftlint.model.scalars import as_flag
from ftlint.model.training_config import TrainingConfig

FUSED, CHUNKED, COMPILED, EAGER, OLD = 0.5, 2.5, 10.0, 12.0, 18.0
"""Bytes held for each logit at the highest moment, by how the loss is computed: fused with the head; in
chunks of 16-bit logits; compiled; transformers from 4.48, and before it, which copied them to shift them."""

_FUSED_KEYS = (
    *("use_liger_kernel", "enable_liger_kernel", "liger_fused_linear_cross_entropy", "use_liger", "use_cce"),
    *("cut_cross_entropy", "use_unsloth"),
)
_LIGER_KEYS = ("use_liger_kernel", "enable_liger_kernel", "liger_glu_activation", "use_liger", "use_unsloth")
_COMPILE_KEYS = ("torch_compile", "compile")
_OFFLOAD_KEYS = ("activation_offloading", "enable_activation_offloading", "activation_cpu_offload")
_SPLIT_KEYS = ("context_parallel_size", "sequence_parallel_degree", "sequence_parallel_size", "cp_size")
_FUSED_NAMES = ("CutCrossEntropy", "LinearCrossEntropyLoss", "LinearGRPOLoss")
_CHUNKED_NAMES = ("CEWithChunkedOutputLoss", "ChunkedCrossEntropy")
_FUSED_DIALECTS = frozenset({"unsloth-studio", "litgpt"})
CHUNKED_NLL = (1, 16)
"""The TRL whose loss leaves the logits of ignored labels out and goes in chunks."""


class Kernels(NamedTuple):
    """`logits`: bytes for each logit. `compact`: norms and activations are fused, less is kept of a layer.
    `eager`: attention keeps its scores. `offloads`: checkpoints lie in host memory."""

    logits: float
    compact: bool
    eager: bool
    offloads: bool


def kernels(config: TrainingConfig) -> Kernels:
    """What the config says of its kernels, else what its dialect uses."""
    found = {_last(path): entry for path, entry in config.tree.walk()}
    compiled = _on(found, _COMPILE_KEYS)
    unsloth = config.dialect == "unsloth-studio"
    raw = config.field("gradient_checkpointing").raw.strip().lower()
    return Kernels(
        logits=_logits(config, found, compiled),
        compact=compiled or unsloth or _on(found, _LIGER_KEYS),
        eager=config.get("attention") == "eager",
        offloads=raw in ("unsloth", "offload", "offload_disk") or _said(found, _OFFLOAD_KEYS),
    )


def truth(config: TrainingConfig, keys: Iterable[str]) -> bool | None:
    """What the first of these keys says, wherever it stands; None where none is written."""
    found = {_last(path): entry for path, entry in config.tree.walk()}
    for key in keys:
        if key in found:
            return as_flag(found[key].value.text) is True
    return None


def _logits(config: TrainingConfig, found: dict[str, Entry], compiled: bool) -> float:
    texts = " ".join(_texts(found))
    if config.dialect in _FUSED_DIALECTS or _on(found, _FUSED_KEYS):
        return FUSED
    if any(name in texts for name in _FUSED_NAMES):
        return FUSED
    if any(name in texts for name in _CHUNKED_NAMES):
        return CHUNKED
    if config.dialect == "trl" and (not config.version or parts(config.version) >= CHUNKED_NLL):
        return CHUNKED
    if compiled:
        return COMPILED
    version = config.versions.get("transformers", "")
    return OLD if version and parts(version) < (4, 48) else EAGER


def _texts(found: dict[str, Entry]) -> list[str]:
    nodes = [node for entry in found.values() for node in (entry.value, *entry.value.items)]
    return [node.text for node in nodes if node.kind == "scalar"]


def _on(found: dict[str, Entry], keys: Iterable[str]) -> bool:
    return any(key in found and as_flag(found[key].value.text) for key in keys)


def split_over(config: TrainingConfig) -> int:
    """Over how many devices one sequence is split (context or sequence parallelism)."""
    found = {_last(path): entry for path, entry in config.tree.walk()}
    numbers = [found[key].value.text for key in _SPLIT_KEYS if key in found]
    return max((int(text) for text in numbers if text.isdigit() and int(text) > 0), default=1)


def _said(found: dict[str, Entry], keys: Iterable[str]) -> bool:
    """Whether one of these keys says anything but no."""
    texts = [found[key].value.text.strip().lower() for key in keys if key in found]
    return any(text not in ("", "false", "no", "off", "0", "none", "null") for text in texts)


def _last(path: str) -> str:
    return path.rpartition(".")[2].lstrip("-").replace("-", "_")
