"""`ftlint config explain` for people: a line for each field, grouped as `FIELDS` is."""

from __future__ import annotations

from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.model.config_fields import FIELDS
from ftlint.model.training_config import Field, TrainingConfig
from ftlint.report.cells import cells, cut, pad
from ftlint.report.config_values import origin, shown, value_text
from ftlint.report.style import Style

WIDEST_VALUE = 44
LEAST = 12
"""Cells below which a value is not cut, and a key not shown."""


def write(config: TrainingConfig, out: TextIO, style: Style) -> None:
    out.write(style.strong(visible(config.path)) + style.faint(f" · {facts(config)}") + "\n")
    rows = [
        (name, value_text(field.value), origin(config, field), told(field))
        for name in FIELDS
        if (field := config.fields.get(name)) is not None
    ]
    names = max((cells(row[0]) for row in rows), default=0)
    places = max((cells(row[2]) for row in rows), default=0)
    left = max(LEAST, style.width - names - places - 6)
    values = min(WIDEST_VALUE, left, max((cells(row[1]) for row in rows), default=0))
    for name, value, place, key in rows:
        lead = f"  {pad(name, names)}  {pad(cut(visible(value), values), values)}  "
        room = style.width - cells(lead) - places - 2
        shown_key = cut(visible(key), room) if room >= LEAST else ""
        faint = style.faint(f"{pad(place, places)}  {shown_key}".rstrip())
        out.write(f"{lead}{faint}\n")
    for duplicate in config.duplicates:
        lines = f"lines {duplicate.first.line} and {duplicate.again.line}"
        out.write(f"  {visible(shown(duplicate.path))} is written twice: {lines}\n")


def facts(config: TrainingConfig) -> str:
    """Dialect, certainty, purpose and version in a line."""
    parts = [config.title or config.dialect, f"certainty {config.certainty:.2f}"]
    if config.purpose != "train":
        parts.append(config.purpose)
    if config.package:
        known = f"{config.package} {config.version}"
        version = known if config.version else f"newest {config.package} assumed"
        parts.append(version + (f" ({config.version_from})" if config.version_from else ""))
    return " · ".join(parts)


def told(field: Field) -> str:
    """How the file spells it, or who says the default."""
    if not field.written:
        return shown(field.key) if field.under else field.source or field.key
    key, raw = shown(field.key), shown(field.raw)
    return f"{key}: {raw}" if raw else key
