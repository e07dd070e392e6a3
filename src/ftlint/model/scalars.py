"""What a scalar says, whoever loads it: a number, a truth value, or something that is not in the file."""

from __future__ import annotations

import math
import re
from typing import Any

_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_UNKNOWN = re.compile(
    r"\$\{|\{\{|\{%|\$\(|^\$[A-Za-z_]\w*(?:/|$)|^<[^<>\n]{1,80}>$|^\{\w*\}$|^%[sdifg]$|^__\w+__$|^auto$|^\?{3}$",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"</?(?:s|pad|eos|bos|unk|mask|cls|sep|eod|eot|think|image|audio|video|tool_call|tool_response)>"
    r"|<(?:start|end)_?of_?\w+>|<(?:extra_id|unused|reserved|special)_?\w*>|</\w+>|<[^<>]*[|\uff5c][^<>]*>",
    re.IGNORECASE,
)
_TRUTH = {
    **dict.fromkeys(("true", "yes", "on", "1", "t", "y"), True),
    **dict.fromkeys(("false", "no", "off", "0", "f", "n"), False),
}
MOST_DIGITS = 300
"""Digits of a whole number; with more it is no number of a config, and Python may refuse to read it."""


def is_unknown(text: str) -> bool:
    """Whether a text stands for a value the file does not say: `${VAR}`, Jinja, `<placeholder>`, `auto`.

    A special token, as `<pad>`, is no placeholder.
    """
    stripped = text.strip()
    return bool(_UNKNOWN.search(stripped)) and not _TOKEN.fullmatch(stripped)


def as_number(value: Any) -> float | int | None:
    """A number, or a text that is one (`2e-4`); None for anything else: booleans, infinity, nan, too many
    digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value if abs(value) < 10**MOST_DIGITS else None
    if isinstance(value, str) and len(value) <= MOST_DIGITS and _NUMBER.fullmatch(value.strip()):
        text = value.strip().replace("_", "")
        return int(text) if re.fullmatch(r"[-+]?\d+", text) else as_number(float(text))
    return None


def as_flag(value: Any) -> bool | None:
    """A truth value, or a text or number that frameworks take for one; None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        return _TRUTH.get(value.strip().lower())
    return None
