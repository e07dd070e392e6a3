"""Dated facts of training-config dialects: defaults and renamed keys by version, from `dialects/*.toml`.

A table holds `as_of`, `package`, `with` (tables whose entries count here, too), `without` (renamed keys of
those that are this dialect's own), `keys` (words: every top-level key its parser ever had), `other_keys`
(those of its framework's other scripts: known, and no sign of this dialect), and two lists:

    [[default]]
    field = "learning_rate"        a canonical field
    value = 2e-5
    when = { method = "sft" }      other fields that must have one of these values; may be left out
    since = "0.15"                 versions of `package` from which and below which it holds; may be left out
    until = "1.0"
    source = "trl/trainer/sft_config.py, 1.16"

    [[renamed]]
    key = "evaluation_strategy"    as the file spells it, dotted
    to = "eval_strategy"           its name today; left out where it was taken away
    package = "transformers"       whose version counts, where it is not the table's
    deprecated = "4.41"            versions from which it warns, and from which it is an error
    removed = "4.46"
    note = "..."                   what to do instead, where `to` does not say it
    source = "..."
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).with_name("dialects")


class Default(NamedTuple):
    field: str
    value: Any
    when: Mapping[str, tuple[Any, ...]]
    since: str
    until: str
    source: str

    def holds(self, version: str, fields: Mapping[str, Any]) -> bool:
        """Whether it holds for this version ("" for the newest) and these values of other fields."""
        if not within(version, self.since, self.until):
            return False
        return all(fields.get(name) in allowed for name, allowed in self.when.items())


class Renamed(NamedTuple):
    key: str
    to: str
    package: str
    deprecated: str
    removed: str
    note: str
    source: str


class DialectFacts(NamedTuple):
    as_of: str
    package: str
    defaults: tuple[Default, ...]
    renamed: tuple[Renamed, ...]
    keys: frozenset[str] = frozenset()
    other_keys: frozenset[str] = frozenset()

    @property
    def known_keys(self) -> frozenset[str]:
        """Every top-level key that its framework knows; none where there is no list of them."""
        return self.keys | self.other_keys


LISTED = ("alignment-handbook", "llamafactory", "llamafactory-v1", "axolotl")
"""Tables that list keys; those of transformers and TRL count in the first."""

NOTHING = DialectFacts("", "", (), ())


@lru_cache(maxsize=64)
def dialect_facts(name: str) -> DialectFacts:
    """The table of a dialect; an empty one where there is none."""
    file = FOLDER / f"{name}.toml"
    if not file.is_file():
        return NOTHING
    import tomllib

    data = tomllib.loads(file.read_text(encoding="utf-8"))
    package = str(data.get("package", ""))
    shared = [dialect_facts(other) for other in data.get("with", [])]
    without = frozenset(data.get("without", ()))
    keys = frozenset(data.get("keys", "").split()).union(*(other.keys for other in shared))
    return DialectFacts(
        str(data["as_of"]),
        package,
        tuple(_defaults(data)) + tuple(each for other in shared for each in other.defaults),
        tuple(_renamed(data, package))
        + tuple(each for other in shared for each in other.renamed if each.key not in without),
        keys,
        frozenset(data.get("other_keys", "").split()).union(*(other.other_keys for other in shared)) - keys,
    )


@lru_cache(maxsize=1)
def all_keys() -> frozenset[str]:
    """Every key of any framework whose keys are listed."""
    return frozenset().union(*(dialect_facts(name).known_keys for name in LISTED))


def _defaults(data: Mapping[str, Any]) -> Iterator[Default]:
    for entry in data.get("default", []):
        when = {
            name: tuple(value) if isinstance(value, list) else (value,)
            for name, value in entry.get("when", {}).items()
        }
        value = tuple(entry["value"]) if isinstance(entry["value"], list) else entry["value"]
        yield Default(
            entry["field"], value, when, entry.get("since", ""), entry.get("until", ""), entry["source"]
        )


def _renamed(data: Mapping[str, Any], package: str) -> Iterator[Renamed]:
    for entry in data.get("renamed", []):
        yield Renamed(
            entry["key"],
            entry.get("to", ""),
            entry.get("package", package),
            entry.get("deprecated", ""),
            entry.get("removed", ""),
            entry.get("note", ""),
            entry["source"],
        )


def within(version: str, since: str, until: str) -> bool:
    """Whether a version ("" for the newest) lies in [since, until)."""
    if not version:
        return not until
    return (not since or parts(version) >= parts(since)) and (not until or parts(version) < parts(until))


def parts(version: str) -> tuple[int, ...]:
    """A release as numbers: `1.10.0rc1` is (1, 10, 0)."""
    import re

    found = re.match(r"\D*(\d+(?:\.\d+)*)", version)
    numbers = [int(part) for part in found.group(1).split(".")] if found else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
