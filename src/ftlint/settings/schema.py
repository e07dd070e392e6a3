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

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The latest that editors and SchemaStore support well."""

ADDRESS = "https://json.schemastore.org/ftlint.json"

_LEVELS = [level.label for level in reversed(Severity)]
_TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
_TEXT_OR_TEXTS: Schema = {"anyOf": [{"type": "string"}, _TEXTS]}
_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def settings_schema(rules: Sequence[type[Rule[Any]]]) -> Schema:
    """Schema (draft-07) of `ftlint.toml`; the options of `rules`, and of no others, stand under `rules`."""
    properties: Schema = {
        "extend": {"type": "string", "description": "A settings file to build on, relative to this one."},
        "dataset": {"type": "array", "description": "What is trained on.", "items": _dataset()},
        "training": {
            "type": "array",
            "description": "What belongs to one fine-tune.",
            "items": {**_table(TrainingSettings, "One fine-tune."), "required": ["name"]},
        },
        **_properties(Settings),
        "rules": {
            "type": "object",
            "description": "Options of rules, by name or code.",
            "additionalProperties": False,
            "properties": {
                key: {"$ref": f"#/definitions/{rule.name}"}
                for rule in rules
                for key in (rule.name, rule.code)
            },
        },
    }
    return {
        "$schema": DRAFT,
        "title": "ftlint settings",
        "description": "ftlint.toml, or [tool.ftlint] in pyproject.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "definitions": {rule.name: _rule(rule) for rule in rules},
    }


def published(rules: Sequence[type[Rule[Any]]]) -> Schema:
    """The same for everybody: with an address, and open to rules of packages that only some have."""
    schema = settings_schema(rules)
    schema["properties"]["rules"]["additionalProperties"] = {
        "type": "object",
        "description": "Options of a rule of another package.",
        "properties": {"severity": _level("How much a finding counts.")},
    }
    return {"$schema": schema.pop("$schema"), "$id": ADDRESS, **schema}


def _level(doc: str) -> Schema:
    return {"type": "string", "enum": _LEVELS, "description": doc}


def _dataset() -> Schema:
    # strict validators want a required key to be named as a property beside it
    splits = [{"required": [split], "properties": {split: {}}} for split in DatasetSettings().globs]
    return {**_table(DatasetSettings, "Files by split."), "required": ["name"], "anyOf": splits}


def _table(table: type, doc: str = "") -> Schema:
    described = {"description": doc} if doc else {}
    return {"type": "object", **described, "additionalProperties": False, "properties": _properties(table)}


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
            return {"type": "string", "enum": list(field.metadata["choices"])}
        case "severity":
            return {"type": "string", "enum": _LEVELS}
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


def _rule(rule: type[Rule[Any]]) -> Schema:
    """The table of one rule, which may stand under its name or its code."""
    title = (rule.__doc__ or "").strip().partition("\n")[0]
    severity = {**_level("How much a finding counts."), "default": rule.severity.label}
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
        kind = _JSON_TYPES.get(type(option.choices[0]), "string")
        schema: Schema = {"type": kind, "enum": list(option.choices)}
    elif option.type in _JSON_TYPES:
        schema = {"type": _JSON_TYPES[option.type]}
    else:
        schema = {"type": "array", "items": {"type": _JSON_TYPES[typing.get_args(option.type)[0]]}}
    if option.range:
        schema |= {"minimum": option.range.low, "maximum": option.range.high}
    schema["description"] = option.doc or f"{option.expected[0].upper()}{option.expected[1:]}."
    default = option.default
    return {**schema, "default": list(default) if isinstance(default, tuple) else default}
