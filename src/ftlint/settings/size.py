"""Amounts of memory as people write them."""

from __future__ import annotations

import re

UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
UNITS |= {"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40}

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)", re.IGNORECASE)


def size_of(text: str) -> int | None:
    """Bytes of an amount such as `800MB` or `1.5GiB`; None for anything else."""
    found = _SIZE.fullmatch(text.strip())
    unit = UNITS.get(found[2].lower()) if found else None
    return int(float(found[1]) * unit) if found and unit else None
