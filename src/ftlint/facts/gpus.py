"""Accelerators by name: their memory, and whether they compute in bfloat16. A dated table, `gpus.toml`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

SHIPPED = Path(__file__).with_name("gpus.toml")
_MAKER = re.compile(r"^(?:nvidia|amd|instinct|tesla|geforce(?=-?(?:rtx|gtx)))-")
_APART = re.compile(r"[\s_]+")


class Gpu(NamedTuple):
    """A device: `memory` in GiB as its driver reports it, the largest of `sizes` where a name has several;
    `tflops` its dense peak in 16 bit, 0 where the table has none."""

    name: str
    memory: float
    bf16: bool = True
    sizes: tuple[float, ...] = ()
    tflops: float = 0.0


def gpu(name: str) -> Gpu | None:
    """The device of this name (`H100-80GB`, `NVIDIA A100-SXM4-40GB`, `rtx 4090`); None if it is not known."""
    text = _APART.sub("-", name.strip().lower())
    while (shorter := _MAKER.sub("", text)) != text:
        text = shorter
    for pattern, found in _table():
        if pattern.fullmatch(text):
            return found
    return None


def names() -> tuple[str, ...]:
    """The name of every device in the table."""
    return tuple(found.name for _, found in _table())


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[re.Pattern[str], Gpu], ...]:
    import tomllib

    rows = []
    for entry in tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["gpu"]:
        found = Gpu(
            entry["name"],
            float(entry["memory"]),
            entry.get("bf16", True),
            tuple(entry.get("sizes", ())),
            float(entry.get("tflops", 0.0)),
        )
        rows.append((re.compile("|".join(entry["match"])), found))
    return tuple(rows)
