"""What optimizers keep for each trained parameter."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Kept(NamedTuple):
    """States of one parameter: `copies` of `width` bytes each (0: as wide as the trained weight).

    `paged`: they may leave for host memory. `unfused`: a step holds one more copy while it runs. `fused`:
    the step is part of the backward pass, gradients are not kept.
    """

    copies: float
    width: float = 0.0
    paged: bool = False
    unfused: bool = False
    fused: bool = False


ADAM = Kept(2)
UNKNOWN = Kept(0)

_TABLE = (
    ("lomo", Kept(0, fused=True)),
    ("galore|apollo|badam|lisa|adafactor|came", Kept(0)),
    ("paged.*ademamix.*8bit", Kept(3, 1, paged=True)),
    ("ademamix.*8bit", Kept(3, 1)),
    ("ademamix", Kept(3)),
    ("paged.*lion.*8bit", Kept(1, 1, paged=True)),
    ("paged.*lion", Kept(1, 4, paged=True)),
    ("lion.*8bit", Kept(1, 1)),
    ("lion|muon|rmsprop|adagrad|adammini|adam_mini|sgd.*momentum", Kept(1)),
    ("paged.*8bit", Kept(2, 1, paged=True)),
    ("paged", Kept(2, 4, paged=True)),
    ("8bit", Kept(2, 1)),
    ("4bit", Kept(2, 0.5)),
    ("sgd", Kept(0)),
    ("adamw_torch_fused|fusedadam|fused_adam", Kept(2)),
    ("adamw_torch$|adamw_hf|adamw_torch_xla", Kept(2, unfused=True)),
    ("adam|schedule_?free|lamb", ADAM),
)
"""The first match counts. bitsandbytes' paged 32-bit states are float32 whatever the weights are."""


def kept(optimizer: str | None) -> Kept | None:
    """What an optimizer keeps; AdamW where none is named, None for one nobody knows."""
    if not optimizer:
        return ADAM
    text = optimizer.strip().lower().rpartition(".")[2]
    for pattern, found in _table():
        if pattern.search(text):
            return found
    return None


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[re.Pattern[str], Kept], ...]:
    return tuple((re.compile(names), found) for names, found in _TABLE)
