"""Optimizers by the class that a config names, as the trainers of the field spell them."""

from __future__ import annotations

from typing import Any

from ftlint.dialects.contract import UNKNOWN

_NAMES = {
    "adamw": "adamw_torch",
    "adam": "adam",
    "sgd": "sgd",
    "adamw8bit": "adamw_8bit",
    "adam8bit": "adam_8bit",
    "pagedadamw": "paged_adamw_32bit",
    "pagedadamw32bit": "paged_adamw_32bit",
    "pagedadamw8bit": "paged_adamw_8bit",
    "lion8bit": "lion_8bit",
}
_TORCHAO = {"adamw8bit": "adamw_torch_8bit", "adamw4bit": "adamw_torch_4bit"}


def optimizer(loaded: Any) -> Any:
    """`torch.optim.AdamW` as `adamw_torch`; a class without such a name by its own, in lower case."""
    if not isinstance(loaded, str):
        return UNKNOWN
    module, _, name = loaded.strip().rpartition(".")
    lower = name.lower()
    if module.startswith("torchao"):
        return _TORCHAO.get(lower, lower)
    return _NAMES.get(lower, lower)
