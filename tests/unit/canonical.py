"""What a config says in canonical fields, for tests."""

from __future__ import annotations

import json
from typing import Any

from ftlint.dialects.detect import read_config
from ftlint.model import TrainingConfig
from ftlint.read.config_text import parse

UNKNOWN = object()
"""The value of a field that is written and not said."""


def config(text: str | dict[str, Any], name: str = "") -> TrainingConfig:
    """The config of a YAML text or a JSON object."""
    data = text if isinstance(text, str) else json.dumps(text, indent=1)
    path = name or ("a.yaml" if isinstance(text, str) else "a.json")
    written = parse(data.encode(), path)
    assert written is not None
    found = read_config(written, path)
    assert found is not None
    return found


def says(found: TrainingConfig, **fields: Any) -> None:
    """The values of fields; UNKNOWN for one that is written and not said."""
    for name, value in fields.items():
        field = found.field(name)
        assert (field.value, field.unknown) == ((None, True) if value is UNKNOWN else (value, False)), name
