"""Values of a training config as people and programs are told of them."""

from __future__ import annotations

from typing import Any

from ftlint.detect.quoted import discreet
from ftlint.model.config_edit import number
from ftlint.model.training_config import DataRef, Field, TrainingConfig
from ftlint.read.urls import is_remote, masked


def value_json(value: Any) -> Any:
    """A canonical value in JSON; texts without what may be private in them."""
    if isinstance(value, DataRef):
        return data_json(value)
    if isinstance(value, tuple):
        return [value_json(item) for item in value]
    return shown(value) if isinstance(value, str) else value


def data_json(ref: DataRef) -> dict[str, Any]:
    return {
        "name": shown(ref.name),
        "kind": ref.kind,
        "split": shown(ref.split) or None,
        "format": shown(ref.format) or None,
        "weight": ref.weight,
        "limit": ref.limit,
        "line": ref.range.line if ref.range else None,
    }


def value_text(value: Any) -> str:
    """A canonical value on one line."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, DataRef):
        extras = [shown(value.split), f"at most {value.limit:,}" if value.limit else ""]
        extras += [f"weight {value.weight:g}"] if value.weight is not None else []
        told = ", ".join(extra for extra in extras if extra)
        return shown(value.name) + (f" ({told})" if told else "")
    if isinstance(value, tuple):
        return ", ".join(value_text(item) for item in value) or "none"
    return shown(value) if isinstance(value, str) else str(value)


def shown(text: str) -> str:
    """A text of a config without credentials, on one line."""
    return " ".join(discreet(masked(text) if is_remote(text) else text).split())


def origin(config: TrainingConfig, field: Field) -> str:
    """Where a value is from: line and column, the file under a command line, else `default`."""
    if field.written and field.range is not None:
        return f"{field.range.line}:{field.range.column}"
    return field.under or "default"
