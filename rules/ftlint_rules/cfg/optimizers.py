"""Optimizers whose learning rate is of another scale than Adam's."""

from __future__ import annotations

import re

from ftlint.model import TrainingConfig

_OWN_SCALE = re.compile(
    r"adafactor|sgd|muon|dion|lomo|galore|apollo|schedule_?free|schedulefree|adagrad|adadelta|lamb|lars|shampoo|"
    r"soap|came|lion"
)
_LEARNING_FREE = re.compile(r"prodigy|d_?adapt|dadam|dog\b|mechanic")


def of_adams_scale(config: TrainingConfig) -> bool:
    """Whether the optimizer's learning rate can be held against those of Adam; True where none is named.

    SGD, Muon, GaLore, APOLLO, Adagrad, LAMB, LARS, Shampoo, SOAP and schedule-free optimizers take higher
    rates, Adafactor may scale its own to the weights, Lion takes lower ones.
    """
    name = _name(config)
    return not (_OWN_SCALE.search(name) or _LEARNING_FREE.search(name))


def learning_free(config: TrainingConfig) -> bool:
    """Whether the optimizer finds its own step size, so that the learning rate is a factor near 1."""
    return bool(_LEARNING_FREE.search(_name(config)))


def _name(config: TrainingConfig) -> str:
    value = config.get("optimizer")
    return value.lower() if isinstance(value, str) else ""
