"""Warmup as a config says it."""

from __future__ import annotations

from ftlint.model import TrainingConfig

HF = frozenset(
    {
        *("trl", "alignment-handbook", "axolotl", "llamafactory", "ms-swift", "oumi", "unsloth-studio"),
        *("autotrain", "ftlint"),
    }
)
"""Dialects that hand their settings to transformers' Trainer."""


def warmup_field(config: TrainingConfig) -> str:
    """The field that decides the warmup: steps above 0 come before the ratio, as in transformers."""
    steps = config.get("warmup_steps") and config.written("warmup_steps")
    return "warmup_steps" if steps else "warmup_ratio"


def warmup_share(config: TrainingConfig) -> float | None:
    """Warmup as a share of all steps, as written; steps only where the config says how many there are."""
    steps = config.get("warmup_steps")
    if warmup_field(config) == "warmup_steps":
        if steps < 1:
            return float(steps)
        most = config.get("max_steps")
        return steps / most if most and most > 0 else None
    ratio = config.get("warmup_ratio")
    return float(ratio) if ratio and config.written("warmup_ratio") else None


def constant(config: TrainingConfig) -> bool:
    """Whether the schedule is constant from the first step: transformers' `constant` knows no warmup."""
    name = config.get("lr_scheduler")
    return isinstance(name, str) and name.strip().lower().rpartition(".")[2] == "constant"
