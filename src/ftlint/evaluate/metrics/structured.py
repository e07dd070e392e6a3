"""Metrics of outputs that are to be JSON: whether it is, whether it fits a schema, whether it is the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_KEYWORDS = frozenset(
    {"$schema", "$ref", "$defs", "definitions", "type", "properties", "required", "items", "prefixItems"}
    | {"additionalProperties", "enum", "const", "anyOf", "allOf", "oneOf", "not", "if", "pattern"}
)

NONE = object()
"""What is no JSON."""


def json_valid(output: str, reference: str, extra: Mapping[str, Any]) -> float:
    """1 where the whole output is JSON (RFC 8259); a fence or a word around it is not JSON."""
    return float(loaded(output) is not NONE)


def json_match(output: str, reference: str, extra: Mapping[str, Any]) -> float | None:
    """1 where output and reference are the same JSON value: the order of keys and white space aside.

    None where the reference is no JSON.
    """
    wanted = loaded(reference)
    if wanted is NONE:
        return None
    found = loaded(output)
    return float(found is not NONE and equal(found, wanted))


def schema_match(output: str, reference: str, extra: Mapping[str, Any]) -> float | None:
    """1 where the output is JSON that the row's schema accepts. None where the row has no schema."""
    schema = schema_of(extra)
    if schema is None:
        return None
    found = loaded(output)
    return float(found is not NONE and _accepts(json.dumps(schema, sort_keys=True), found))


def loaded(text: str) -> Any:
    """The JSON value that a text is, `NONE` where it is none."""
    import orjson

    try:
        return orjson.loads(text)
    except (ValueError, RecursionError):
        return NONE


def equal(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same: 1 is 1.0, but true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)


def schema_of(extra: Mapping[str, Any]) -> Any:
    """The JSON Schema that a row has: `schema`, `json_schema`, or OpenAI's `response_format`; else None."""
    for key in ("schema", "json_schema", "response_format"):
        value = extra.get(key)
        if isinstance(value, str):
            value = loaded(value)
        while isinstance(value, dict) and ("json_schema" in value or "schema" in value):
            inner = value.get("json_schema", value.get("schema"))
            if not isinstance(inner, dict):
                break
            value = inner
        if not isinstance(value, dict) or (key == "response_format" and value.keys() <= {"type"}):
            continue
        # a database's schema, which rows of text to SQL have, says nothing of JSON
        if value.keys() & _KEYWORDS:
            return value
    return None


def _accepts(schema: str, value: Any) -> bool:
    return bool(_validator(schema).is_valid(value))


def _nowhere(uri: str) -> Any:
    """What a row's schema refers to is never fetched: not from the network, nor from a file."""
    raise ValueError("another document")


@lru_cache(maxsize=256)
def _validator(schema: str) -> Any:
    import jsonschema_rs

    from ftlint.model import FtlintError

    try:
        return jsonschema_rs.validator_for(json.loads(schema), retriever=_nowhere)
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise FtlintError(
            f"schema_match: the row's schema is not sound, or is in another document ({type(error).__name__})"
        ) from None
