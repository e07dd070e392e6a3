"""`ftlint config explain` for programs, described by `config.schema.json`."""

from __future__ import annotations

import json
from typing import Any, TextIO

from ftlint.model.config_fields import FIELDS
from ftlint.model.training_config import Field, TrainingConfig
from ftlint.report.config_values import shown, value_json

VERSION = 1


def write(config: TrainingConfig, out: TextIO) -> None:
    out.write(json.dumps(document(config), indent=2, ensure_ascii=False) + "\n")


def document(config: TrainingConfig) -> dict[str, Any]:
    return {
        "schema_version": VERSION,
        "path": config.path,
        "dialect": config.dialect,
        "certainty": round(config.certainty, 3),
        "purpose": config.purpose,
        "package": config.package or None,
        "version": config.version or None,
        "version_from": config.version_from or None,
        "fields": {name: field_json(config.fields[name]) for name in FIELDS if name in config.fields},
        "duplicates": [
            {"key": shown(each.path), "first_line": each.first.line, "line": each.again.line}
            for each in config.duplicates
        ],
    }


def field_json(field: Field) -> dict[str, Any]:
    at = field.range if field.written else None
    return {
        "value": value_json(field.value),
        "written": field.written,
        "unknown": field.unknown,
        "key": shown(field.key) or None,
        "raw": shown(field.raw) if field.written and field.raw else None,
        "line": at.line if at else None,
        "column": at.column if at else None,
        "source": field.source or None,
    }
