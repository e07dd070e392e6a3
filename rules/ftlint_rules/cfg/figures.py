"""Numbers as messages say them."""

from __future__ import annotations

from math import isfinite


def short(value: float) -> str:
    """A number in as few characters as say it exactly: `2e-4`, `0.002`, `1`, `3.5e-5`, `64`."""
    if not isfinite(value):
        return str(value)
    if value == 0 or 0.001 <= abs(value) < 1e6:
        text = repr(float(value))
        return text.removesuffix(".0")
    mantissa, _, exponent = f"{value:.6e}".partition("e")
    mantissa = mantissa.rstrip("0").removesuffix(".")
    return f"{mantissa}e{int(exponent)}"
