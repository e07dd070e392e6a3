"""Bars of block characters and shares, for tables."""

from __future__ import annotations

_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(count: int, most: int, width: int) -> str:
    """A bar of at most `width` cells, to an eighth of a cell; what is not nothing is seen."""
    eighths = max(1, round(8 * width * count / most)) if count else 0
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + _EIGHTHS[rest]).rstrip()


def share(count: int, whole: int) -> str:
    """`12%`, `2.3%`; 0% and 100% mean none and all."""
    if not count or not whole:
        return "0%"
    percent = 100 * count / whole
    if percent < 0.05:
        return "<0.1%"
    if percent < 9.95:
        return f"{percent:.1f}%"
    return ">99%" if percent >= 99.5 and count < whole else f"{percent:.0f}%"
