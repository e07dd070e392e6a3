"""How a dataclass field says that it is a key of the settings file."""

from __future__ import annotations

from dataclasses import field, fields
from typing import Any, Literal, TypeVar, cast

T = TypeVar("T")

Kind = Literal[
    "text",
    "path",
    "globs",
    "patterns",
    "codes",
    "words",
    "count",
    "share",
    "amount",
    "flag",
    "choice",
    "size",
    "severity",
    "map",
    "pairs",
    "shares",
    "table",
    "tables",
    "codes-by-glob",
]


def key(
    kind: Kind,
    default: T,
    doc: str,
    low: int = 0,
    choices: tuple[str, ...] = (),
    table: type | None = None,
) -> T:
    """A key, spelled with hyphens in the file. `table` is the dataclass of a `table` or of `tables`."""
    metadata = {"kind": kind, "doc": doc, "low": low, "choices": choices, "table": table}
    if isinstance(default, dict):
        return cast("T", field(default_factory=dict, metadata=metadata))
    made: T = field(default=default, metadata=metadata)
    return made


def keys_of(table: type) -> dict[str, Any]:
    """The keys that a person may write in a table, hyphenated -> the dataclass field."""
    return {item.name.replace("_", "-"): item for item in fields(table) if "kind" in item.metadata}
