"""The JSON Schema of the settings, from the settings classes and the options of the installed rules."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from dataclasses import Field
from typing import Any

from ftlint.model import Severity
from ftlint.rule import Rule
from ftlint.settings.keys import keys_of
from ftlint.settings.model import DatasetSettings, Settings, TrainingSettings
from ftlint.settings.options import Option, options_of

Schema = dict[str, Any]

_LEVELS = [level.label for level in reversed(Severity)]
_TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
_TEXT_OR_TEXTS: Schema = {"anyOf": [{"type": "string"}, _TEXTS]}
_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def settings_schema(rules: Sequence[type[Rule[Any]]]) -> Schema:
    """Schema (draft 2020-12) of `ftlint.toml`; the options of `rules` stand under `rules`."""
    properties: Schema = {
        "extend": {"type": "string", "description": "A settings file to build on, relative to this one."},
        "dataset": {"type": "array", "description": "What is trained on.", "items": _dataset()},
        "training": {
            "type": "array",
            "description": "What belongs to one fine-tune.",
            "items": {**_table(TrainingSettings), "required": ["name"]},
        },
        **_properties(Settings),
        "rules": {
            "type": "object",
            "description": "Options of rules, by name or code.",
            "additionalProperties": False,
            "properties": {key: _rule(rule, key) for rule in rules for key in (rule.name, rule.code)},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ftlint settings",
        "description": "ftlint.toml, or [tool.ftlint] in pyproject.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _dataset() -> Schema:
    splits = [{"required": [split]} for split in DatasetSettings().globs]
    return {**_table(DatasetSettings), "required": ["name"], "anyOf": splits}


def _table(table: type) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": _properties(table)}


def _properties(table: type) -> Schema:
    return {key: _described(field) for key, field in keys_of(table).items()}


def _described(field: Field[Any]) -> Schema:
    described = {**_kind(field), "description": field.metadata["doc"]}
    default = field.default
    if isinstance(default, Severity):
        described["default"] = default.label
    elif isinstance(default, bool | int | float) or (isinstance(default, str | tuple) and default):
        described["default"] = list(default) if isinstance(default, tuple) else default
    return described


def _kind(field: Field[Any]) -> Schema:
    match field.metadata["kind"]:
        case "text" | "path" | "size":
            return {"type": "string"}
        case "flag":
            return {"type": "boolean"}
        case "count":
            return {"type": "integer", "minimum": field.metadata["low"]}
        case "choice":
            return {"enum": list(field.metadata["choices"])}
        case "severity":
            return {"enum": _LEVELS}
        case _:
            return _nested(field)


def _nested(field: Field[Any]) -> Schema:
    """The schema of a number or a table."""
    match field.metadata["kind"]:
        case "share":
            return {"type": "number", "minimum": 0, "maximum": 1}
        case "amount":
            return {"type": "number", "minimum": 0}
        case "shares":
            return {"type": "object", "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1}}
        case "table":
            return _table(field.metadata["table"])
        case "tables":
            inner = field.metadata["table"]
            return {"type": "array", "items": {**_table(inner), "required": [next(iter(keys_of(inner)))]}}
        case "map" | "pairs":
            return {"type": "object", "additionalProperties": {"type": "string"}}
        case "codes-by-glob":
            return {"type": "object", "additionalProperties": _TEXT_OR_TEXTS}
        case _:
            return _TEXT_OR_TEXTS


def _rule(rule: type[Rule[Any]], key: str) -> Schema:
    """The table of one rule: whole under its name, a reference to that under its code."""
    if key == rule.code:
        return {"$ref": f"#/properties/rules/properties/{rule.name}"}
    title = (rule.__doc__ or "").strip().partition("\n")[0]
    severity = {"enum": _LEVELS, "default": rule.severity.label}
    options = {option.name: option_schema(option) for option in options_of(rule)}
    return {
        "type": "object",
        "title": f"{rule.code} {rule.name}",
        "description": title,
        "additionalProperties": False,
        "properties": {"severity": severity, **options},
    }


def option_schema(option: Option) -> Schema:
    if option.choices:
        schema: Schema = {"enum": list(option.choices)}
    elif option.type in _JSON_TYPES:
        schema = {"type": _JSON_TYPES[option.type]}
    else:
        schema = {"type": "array", "items": {"type": _JSON_TYPES[typing.get_args(option.type)[0]]}}
    if option.range:
        schema |= {"minimum": option.range.low, "maximum": option.range.high}
    if option.doc:
        schema["description"] = option.doc
    default = option.default
    return {**schema, "default": list(default) if isinstance(default, tuple) else default}
