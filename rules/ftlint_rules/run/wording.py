"""Steps, shares and values as messages about runs say them."""

from __future__ import annotations

from ftlint.detect.mask import mask
from ftlint.model import RunLog

NEAR = 0.05
"""The share of a run by which a checkpoint may be off the step that is meant."""


def where(log: RunLog, step: float) -> str:
    """A place in a run: `step 1,200`, `epoch 3` where it counts epochs, `row 40` where it counts nothing."""
    return f"{log.unit} {counted(step)}"


def counted(value: float) -> str:
    """A whole number with its thousands, or a fraction in two digits."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def keep(log: RunLog, step: float) -> str:
    """Which checkpoint to keep for the sake of a step: `; keep checkpoint-200`. "" where none is known.

    One further off than `NEAR` of the run may be as bad as the last: it is named, not recommended.
    """
    nearest = log.nearest_checkpoint(step)
    if nearest is None:
        return ""
    if abs(nearest - step) <= NEAR * log.last_step:
        return f"; keep checkpoint-{nearest}"
    return f"; no checkpoint near it was saved, the nearest is checkpoint-{nearest}"


def figure(value: float) -> str:
    """A value in three digits, four from 1 on: `1.187`, `0.0123`, `2.4e-5`, `12,340`."""
    if value and not 1e-3 <= abs(value) < 1e5:
        digits, power, exponent = f"{value:.3g}".partition("e")
        return f"{digits}{power}{int(exponent)}" if power else digits
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
