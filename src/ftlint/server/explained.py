"""What a training config says, by place, for whoever points at a key of it."""

from __future__ import annotations

import json
from typing import Any

from ftlint.detect.mask import visible
from ftlint.detect.quoted import discreet
from ftlint.engine.configs import configs_of
from ftlint.engine.versions import versions
from ftlint.model.config_fields import FIELDS
from ftlint.settings import Settings


def explained(file: str, path: str, settings: Settings) -> list[list[Any]]:
    """For each field that a config of the file writes: line, first and last column of its key and value, and
    what is known of the field in markdown."""
    found: list[list[Any]] = []
    for config in configs_of(file, path, versions(settings)):
        for name, field in config.fields.items():
            if not field.written or field.key_range is None:
                continue
            where = field.key_range
            last = (
                field.range.end_column if field.range and field.range.line == where.line else where.end_column
            )
            spec = FIELDS[name]
            lines = [f"**{name}** ({spec.kind}): {spec.doc}"]
            if spec.choices:
                lines.append("One of " + ", ".join(f"`{each}`" for each in spec.choices))
            if field.unknown:
                lines.append("Its value is not known here: a template, a placeholder or several to try.")
            elif spec.kind != "data":
                lines.append(f"Read as `{_value(field.value)}`")
            reader = f" {config.version}" if config.version else ""
            lines.append(f"`{field.key or name}` of {config.dialect}{reader}")
            found.append([where.line, where.column, last, "\n\n".join(lines)])
    return found


def _value(value: Any) -> str:
    text = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False, default=str)
    return visible(discreet(text)).replace("`", "'")
