"""What a config says of the data it evaluates on."""

from __future__ import annotations

from ftlint.model import TrainingConfig


def no_eval_data(config: TrainingConfig) -> bool:
    """Whether it is certain that the config names no data for evaluation and holds none out."""
    data, split = config.field("eval_data"), config.field("eval_split")
    return not (data.unknown or data.value or split.unknown or split.value)


def evaluates(config: TrainingConfig) -> bool:
    """Whether evaluation is certain to run in the course of training."""
    return config.get("eval_strategy") in ("steps", "epoch") and not no_eval_data(config)
