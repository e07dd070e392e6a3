"""Architectures of well-known open models by name: a dated table, `models.toml`."""

from __future__ import annotations

import re
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any, NamedTuple

SHIPPED = Path(__file__).with_name("models.toml")
_APART = re.compile(r"[_\s]+")


class Architecture(NamedTuple):
    """A decoder-only transformer, as its config.json describes it.

    `ffn` is the inner width of one MLP or one expert; `active` of `experts` see each token, `shared` all of
    them. `plain` is an MLP of two matrices, not the gated one of three. `stated` is the published number of
    parameters, 0 where none is known; `other` what of it is no part of the text model.
    """

    name: str
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    vocab: int
    ffn: int
    plain: bool = False
    tied: bool = False
    experts: int = 0
    active: int = 0
    shared: int = 0
    stated: int = 0
    other: int = 0
    source: str = ""
    exact: bool = True
    """False for a stand-in of about the same size: its parameters are right, its shape is a guess."""

    @property
    def attention_width(self) -> int:
        return self.heads * self.head_dim

    @property
    def kv_width(self) -> int:
        return self.kv_heads * self.head_dim

    @property
    def attention(self) -> int:
        """Parameters of the attention of one layer."""
        return 2 * self.hidden * (self.attention_width + self.kv_width)

    @property
    def mlp(self) -> int:
        """Parameters of the MLP of one layer: every expert and the router."""
        one = (2 if self.plain else 3) * self.hidden * self.ffn
        return one * (max(self.experts, 1) + self.shared) + self.hidden * self.experts

    @property
    def block(self) -> int:
        """Parameters of the linear layers of one block."""
        return self.attention + self.mlp

    @property
    def blocks(self) -> int:
        """Parameters of the linear layers of all blocks: what 4-bit loading quantises."""
        return self.layers * self.block

    @property
    def embeddings(self) -> int:
        """Parameters of embedding and output head."""
        return self.vocab * self.hidden * (1 if self.tied else 2)

    @property
    def counted(self) -> int:
        """Parameters as these numbers give them, biases and positions left out."""
        return self.blocks + self.embeddings + self.hidden * (2 * self.layers + 1)

    @property
    def parameters(self) -> int:
        return self.stated or self.counted


def architecture(name: str) -> Architecture | None:
    """The architecture of a model by its name, hub id or path; None where the table has none."""
    text = plain_name(name)
    for pattern, found in _table():
        if pattern.search(text):
            return found
    return None


def like(billions: float) -> Architecture:
    """A stand-in for a dense model of this size whose shape is not known: the nearest in the table."""
    dense = [each for _, each in _table() if not (each.experts or each.plain or each.other)]
    parameters = billions * 1e9
    nearest = min(dense, key=lambda each: abs(log(each.parameters / parameters)))
    return nearest._replace(name=f"a model of {billions:g}B", stated=int(parameters), exact=False)


def architectures() -> tuple[Architecture, ...]:
    """Every architecture of the table."""
    return tuple(found for _, found in _table())


def plain_name(name: str) -> str:
    """A model's name as the patterns see it: its last two parts, in lower case, words joined by hyphens."""
    parts = [part for part in _APART.sub("-", name.strip().lower()).split("/") if part]
    return "/".join(parts[-2:])


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[re.Pattern[str], Architecture], ...]:
    import tomllib

    rows = []
    for entry in tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["model"]:
        patterns = "|".join(entry["match"])
        rows.append((re.compile(rf"(?<![a-z])(?:{patterns})(?![a-z0-9])"), _architecture(entry)))
    return tuple(rows)


def _architecture(entry: dict[str, Any]) -> Architecture:
    numbers = {key: value for key, value in entry.items() if key not in ("match", "parameters")}
    return Architecture(**numbers, stated=entry.get("parameters", 0))
