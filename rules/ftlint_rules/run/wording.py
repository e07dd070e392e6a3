"""Steps, shares and values as messages about runs say them."""

from __future__ import annotations

from ftlint.detect.mask import mask
from ftlint.model import RunLog


def where(log: RunLog, step: float) -> str:
    """A place in a run: `step 1,200`, `epoch 3` where it counts epochs, `row 40` where it counts nothing."""
    return f"{log.unit} {counted(step)}"


def counted(value: float) -> str:
    """A whole number with its thousands, or a fraction in two digits."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def figure(value: float) -> str:
    """A value in three digits, four from 1 on: `1.187`, `0.0123`, `2.4e-05`, `12,340`."""
    if value and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}" if abs(value) >= 1 else f"{value:.3g}"


def percent(share: float) -> str:
    """A share: `16%`, `0.4%`."""
    return f"{100 * share:.0f}%" if abs(share) >= 0.0095 else f"{100 * share:.1f}%"


def plural(count: float, noun: str) -> str:
    """`1 eval`, `3 evals`."""
    text = counted(count)
    return f"{text} {noun}" if text == "1" else f"{text} {noun}s"


def seconds(value: float) -> str:
    """A time: `0.8 s`, `42 s`, `31 min`, `2.5 h`."""
    if value < 100:
        return f"{value:.2g} s" if value < 10 else f"{value:.0f} s"
    return f"{value / 60:.0f} min" if value < 5400 else f"{value / 3600:.1f} h"


def shown(name: str) -> str:
    """A name from a log, with what may be private in it hidden."""
    return mask(name)
