"""Licences of base models by their name: a dated table, `model_licences.toml`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ftlint.detect.model_names import MIRRORS, owner_and_name

TABLE = Path(__file__).with_name("model_licences.toml")


class Licence(NamedTuple):
    """A licence as the hub names it. `derived` says that it comes with the weights that others built on."""

    name: str
    derived: bool = False


class _Row(NamedTuple):
    names: re.Pattern[str]
    licence: str
    owners: frozenset[str]
    passes_on: bool


class Table(NamedTuple):
    as_of: str
    source: str
    rows: tuple[_Row, ...]


@lru_cache(maxsize=1)
def table() -> Table:
    """The whole table."""
    import tomllib

    data = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    rows = tuple(
        _Row(
            re.compile(entry["names"]),
            entry["licence"],
            frozenset(entry["owners"]),
            entry.get("passes_on", False),
        )
        for entry in data["licence"]
    )
    return Table(data["as_of"].isoformat(), data["source"], rows)


def licence_of(model: str) -> Licence | None:
    """The licence of a base model; None where the name does not tell.

    A path, or a name without an owner, counts by its name alone. What another owner publishes is derived: it
    has the terms of its base where these bind derivatives, else nobody knows which its owner gave it.
    """
    owner, name = owner_and_name(model)
    for row in table().rows:
        if row.names.search(name):
            if not owner or owner in row.owners or owner in MIRRORS:
                return Licence(row.licence)
            return Licence(row.licence, derived=True) if row.passes_on else None
    return None
