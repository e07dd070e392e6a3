"""The structure of a record: texts replaced by stand-ins, so that structure rules run once per structure."""

from collections.abc import Mapping
from typing import Any

import orjson

KEPT = frozenset({"role", "from", "type", "weight"})
"""Keys of list elements whose short values belong to the structure."""

OPAQUE = frozenset(
    {"tools", "functions", "available_tools", "parameters", "arguments", "args", "toolConfig", "metadata"}
    | {"inputSchema", "response_format", "input_schema", "properties"}
)
"""Keys that hold free JSON: only their type and emptiness count, or every record had a shape of its own."""

LONGEST_KEPT = 64
MANY = 16
DEEPEST = 24


def stand_in(value: str) -> str:
    if not value:
        return ""
    return " " if value.isspace() else "text"


def masked(value: Any, depth: int = 0) -> Any:
    """`value` with stand-ins: what a `Shape` shows of a record."""
    kind = value.__class__
    if kind is str:
        return stand_in(value)
    if kind is dict:
        return _masked_mapping(value, depth) if depth < DEEPEST else {}
    if kind is list:
        return _masked_list(value, depth) if depth < DEEPEST else []
    if kind is float:
        return 0.5
    if kind is int:
        return 0
    return value if value is None or kind is bool else str(kind.__name__)


def _masked_mapping(value: Mapping[str, Any], depth: int) -> dict[str, Any]:
    found = {}
    for key, item in value.items():
        if key in KEPT and depth and not isinstance(item, dict | list):
            found[key] = item if not isinstance(item, str) or len(item) <= LONGEST_KEPT else "text"
        elif key in OPAQUE and isinstance(item, dict | list):
            found[key] = opaque(item)
        else:
            found[key] = masked(item, depth + 1)
    return found


def _masked_list(value: list[Any], depth: int) -> list[Any]:
    if len(value) <= MANY or isinstance(value[0], dict | list):
        return [masked(item, depth + 1) for item in value]
    distinct: list[Any] = []
    for item in value:
        stand = masked(item, depth + 1)
        if not any(stand is known or (stand == known and type(stand) is type(known)) for known in distinct):
            distinct.append(stand)
    return distinct


def opaque(value: dict[str, Any] | list[Any]) -> Any:
    if isinstance(value, dict):
        return {"text": "text"} if value else {}
    return [{}] if value else []


def shape_key(stand_ins: Any) -> bytes:
    """What two records of one shape have in common, as bytes."""
    return orjson.dumps(stand_ins, default=str, option=orjson.OPT_NON_STR_KEYS)


def key_count(value: Any) -> int:
    """Keys written in a decoded value, nested ones included."""
    if isinstance(value, dict):
        return len(value) + sum(map(key_count, value.values()))
    if isinstance(value, list):
        return sum(map(key_count, value))
    return 0
