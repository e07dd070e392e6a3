"""A user's own JSON Schema for rows: jsonschema-rs decides, jsonschema explains, values stay unsaid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from ftlint.formats.columns import escaped
from ftlint.model import Fault, FtlintError

MOST = 20
"""Faults told of one row: a row that breaks more is told well enough."""

LONGEST = 60
"""Characters of a schema's own pattern or of a key that a message repeats."""

LIMITS = {
    "minimum": ("less than the minimum of", ""),
    "maximum": ("more than the maximum of", ""),
    "exclusiveMinimum": ("not more than", ""),
    "exclusiveMaximum": ("not less than", ""),
    "multipleOf": ("not a multiple of", ""),
    "minLength": ("shorter than", " characters"),
    "maxLength": ("longer than", " characters"),
    "minItems": ("fewer than", " items"),
    "maxItems": ("more than", " items"),
    "minProperties": ("fewer than", " keys"),
    "maxProperties": ("more than", " keys"),
    "pattern": ("does not match the pattern", ""),
    "format": ("not of format", ""),
    "const": ("not the one allowed value", ""),
    "uniqueItems": ("holds an item twice", ""),
    "contains": ("holds no item of the wanted kind", ""),
    "not": ("of a kind the schema forbids", ""),
    "oneOf": ("matches none, or more than one, of the", " alternatives"),
    "anyOf": ("matches none of the", " alternatives"),
    "enum": ("not one of the", " allowed values"),
}
WORDLESS = frozenset({"const", "uniqueItems", "contains", "not"})
COUNTED = frozenset({"oneOf", "anyOf", "enum"})


class RowSchema:
    """The schema of one dataset's rows, compiled."""

    def __init__(self, schema: Any, path: str) -> None:
        import jsonschema_rs

        try:
            self._rust = jsonschema_rs.validator_for(schema, retriever=_nowhere)
        except (ValueError, TypeError) as error:
            place = "/".join(map(str, getattr(error, "instance_path", ())))
            reason = getattr(error, "message", "") or str(error).partition("\n")[0]
            raise FtlintError(f"is no valid JSON Schema at /{place}: {reason}", path) from error
        self._decides = self._rust.is_valid
        self._schema = schema
        self._explains: Any = None

    def faults(self, data: Mapping[str, Any], row: int, offset: int = 0) -> list[Fault]:
        """What breaks the schema in one row; [] where nothing does."""
        try:
            if self._decides(data):
                return []
            reasons = self._reasons(data)
        except (ValueError, RecursionError):
            reasons = [("", "nested too deeply, or holds a value that JSON has no word for")]
        return [
            Fault("schema-violation", row=row, offset=offset, detail=detail, pointer=pointer, recovered=True)
            for pointer, detail in reasons
        ]

    def _reasons(self, data: Mapping[str, Any]) -> list[tuple[str, str]]:
        if self._explains is None:
            from jsonschema.validators import Draft202012Validator, validator_for

            explainer = validator_for(self._schema, default=Draft202012Validator)
            self._explains = explainer(self._schema)
        errors = list(islice(self._explains.iter_errors(data), MOST))
        found = [(_pointer(error.absolute_path), told(error)) for error in errors if error.validator]
        if len(found) < len(errors) or not errors:
            # jsonschema loses the place of what `false` forbids, and leaves formats unchecked
            rest = islice(self._rust.iter_errors(data), MOST)
            found += [
                (_pointer(error.instance_path), _keyword(error))
                for error in rest
                if not errors or error.kind.name == "falseSchema"
            ]
        return sorted(dict.fromkeys(found)) or [("", "breaks the schema")]


def row_schema(file: str) -> RowSchema:
    """The schema in a file. Raises `FtlintError` with path and line where it is broken."""
    try:
        schema = json.loads(Path(file).read_text("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise FtlintError(f"is no JSON: {error.msg}", file, error.lineno) from error
    except UnicodeDecodeError as error:
        raise FtlintError("is not UTF-8", file) from error
    except OSError as error:
        raise FtlintError(f"cannot be read: {error.strerror}", file) from error
    except RecursionError as error:
        raise FtlintError("is nested too deeply", file) from error
    if not isinstance(schema, dict | bool):
        raise FtlintError("is no JSON Schema: it must be an object", file)
    return RowSchema(schema, file)


def _pointer(steps: Iterable[Any]) -> str:
    return "".join(escaped(str(step)) for step in steps)


def _nowhere(uri: str) -> Any:
    """Schemas are never fetched: not from the network, nor from beside."""
    raise ValueError(f"{uri!r} is another document: put it under $defs")


def told(error: Any) -> str:
    """A validation error without any value of the row."""
    keyword, wanted, value = error.validator, error.validator_value, error.instance
    if "propertyNames" in error.absolute_schema_path:
        return f"a key's name breaks {keyword}"
    if keyword == "type":
        names = " or ".join(wanted) if isinstance(wanted, list) else wanted
        return f"expected type {names}, found {kind(value)}"
    if keyword == "required":
        missing = [key for key in wanted if isinstance(value, dict) and key not in value]
        return f"missing required key {_names(missing)}"
    if keyword == "additionalProperties":
        return f"key not allowed: {_names(_extra(error))}"
    if keyword not in LIMITS:
        return f"breaks {keyword}"
    said, unit = LIMITS[keyword]
    if keyword in WORDLESS:
        return said
    shown = str(len(wanted)) if keyword in COUNTED else _short(str(wanted))
    return f"{said} {shown}{unit}"


def kind(value: Any) -> str:
    """The JSON type of a value, as schemas call it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _extra(error: Any) -> list[str]:
    value = error.instance if isinstance(error.instance, dict) else {}
    named, patterns = error.schema.get("properties", {}), error.schema.get("patternProperties", {})
    return sorted(
        key for key in value if key not in named and not any(re.search(pattern, key) for pattern in patterns)
    )


def _keyword(error: Any) -> str:
    """The broken keyword of an error that only jsonschema-rs finds."""
    name = str(error.kind.name)
    return "nothing is allowed here" if name == "falseSchema" else f"breaks {name}"


def _names(keys: list[str]) -> str:
    shown = ", ".join(repr(_short(key)) for key in keys[:3])
    return shown + (f" and {len(keys) - 3} more" if len(keys) > 3 else "") or "(not named)"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
