"""A training beside the devices that the settings say it runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ftlint.detect.measures.answer_lengths import AnswerLengths
from ftlint.model import Training, TrainingConfig
from ftlint.model.policy import Hardware
from ftlint_rules.fit.run_size import train_parts

if TYPE_CHECKING:
    from ftlint.detect.memory import Estimate

HOSTED = frozenset({"openai", "azure", "bedrock", "vertex", "together", "fireworks"})


FEW = 512
"""Tokens that some example of any training data is likely to have."""


class Fit(NamedTuple):
    """A config, its devices and what it needs of each of them."""

    config: TrainingConfig
    hardware: Hardware
    need: Estimate
    short: Estimate | None = None
    """What it needs with examples of `FEW` tokens, where nobody knows how long they are: no packing, and no
    data that was read."""

    @property
    def sharded(self) -> bool:
        return self.hardware.devices > 1

    @property
    def told(self) -> float:
        """What it needs where all that can leaves for host memory, in GiB."""
        return self.need.total - self.need.pageable

    @property
    def states(self) -> float:
        """What of it does not depend on the data and on the model's shape."""
        need = self.need
        return need.weights + need.adapter + need.gradients + need.optimizer - need.pageable


def fit(training: Training) -> Fit | None:
    """The memory a training needs on its devices; None without `[hardware]`, or where it is not known."""
    config, hardware = training.config, training.hardware
    if config is None or hardware is None or config.purpose != "train" or hosted(config):
        return None
    if config.dialect == "mlx-lm" or not hardware.memory_gib:
        return None
    from ftlint.detect.memory import estimate

    known = longest(training)
    need = estimate(config, hardware.devices, known, training.components)
    if need is None:
        return None
    short = None
    if known is None and not config.get("packing") and need.complete:
        short = estimate(config, hardware.devices, FEW, training.components)
    return Fit(config, hardware, need, short)


def hosted(config: TrainingConfig) -> bool:
    """Whether a service trains, on devices of its own."""
    return bool(config.get("provider")) or config.dialect.partition("-")[0] in HOSTED


def longest(training: Training) -> int | None:
    """Tokens of the longest training record that was read; None where none was."""
    lengths = [
        part.measure(AnswerLengths).of(training.tokenizer).longest
        for part in train_parts(training)
        if AnswerLengths in part.measures
    ]
    return max(lengths, default=0) or None


def device(hardware: Hardware) -> str:
    """`H100-80GB`, `8 x H100-80GB`, `a device of 24 GiB`."""
    name = hardware.gpu or f"a device of {hardware.memory_gib:g} GiB"
    return f"{hardware.devices} x {name}" if hardware.devices > 1 else name


def held_by(hardware: Hardware) -> str:
    """How much memory each device has."""
    each = " each" if hardware.devices > 1 else ""
    verb = "have" if hardware.devices > 1 else "has"
    return f"{device(hardware)} {verb} {hardware.memory_gib:g} GiB{each}"


def parts_of(need: Estimate) -> str:
    """The parts that make it up, largest first: `weights 14.2, optimizer 28.4 ...`."""
    parts = {
        "weights": need.weights,
        "adapter": need.adapter,
        "gradients": need.gradients,
        "optimizer states": need.optimizer,
        "activations": need.activations,
        "logits": need.logits,
    }
    large = sorted(((value, name) for name, value in parts.items() if value >= 0.05), reverse=True)
    return ", ".join(f"{name} {value:.1f}" for value, name in large)


def places(config: TrainingConfig) -> tuple[str, ...]:
    """Fields that decide the memory, the strongest lever first."""
    full = ("tuning", "optimizer") if not config.adapter else ()
    return ("micro_batch_size", "sequence_length", *full, "lora_rank", "base_model")
