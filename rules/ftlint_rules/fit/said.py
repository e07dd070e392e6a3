"""How rules of trainings say keys, counts and where a number of tokens comes from."""

from __future__ import annotations

from typing import Any

from ftlint.detect.tokens import ERROR
from ftlint.model import Range, Training, TrainingConfig
from ftlint.model.training_config import placed


def setting(config: TrainingConfig, field: str) -> str:
    """A field as its dialect spells it, and its value: `max_length 2,048`, `sequence_len 512 (default)`."""
    known = config.field(field)
    value = known.value
    shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else plain(value)
    return f"{known.key or field} {shown}" + ("" if known.written else " (default)")


def plain(value: Any) -> str:
    """A number in no more digits than it needs."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def share(part: int, whole: int) -> str:
    """`12.4%`, or `0.03%` where less than a tenth of a percent would be 0."""
    value = 100 * part / whole if whole else 0.0
    return f"{value:.1f}%" if value >= 0.1 or not part else f"{value:.2g}%"


def rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def passes(epochs: float) -> str:
    """Epochs to a decimal: `3 epochs`, `0.4 epochs`, `1 epoch`."""
    shown = f"{round(float(epochs), 1):g}"
    return "1 epoch" if shown == "1" else f"{shown} epochs"


def steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count:,} steps"


def counted(training: Training) -> str:
    """How tokens were counted, as the end of a sentence."""
    if training.tokenizer:
        return "counted in bytes" if training.tokenizer == "bytes" else "counted with the model's tokenizer"
    return f"estimated to within {ERROR:.0%}"


def rounded(count: int) -> str:
    """A number of which no more than three digits are known."""
    digits = max(0, len(str(count)) - 3)
    return f"{round(count, -digits):,}"


def at(training: Training, found: Range | None, *fields: str) -> dict[str, Any]:
    """A place in the config: the range where it is known, else that of the first of these fields."""
    config = training.config
    if config is None:
        return {"path": training.path}
    return placed(config.path, found) if found is not None else config.place(*fields)
