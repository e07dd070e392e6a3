"""What a dialect is: keys that map to canonical fields, and two steps for what no key says alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.model.config_tree import Node

if TYPE_CHECKING:
    from ftlint.dialects.draft import Draft


class Key(NamedTuple):
    """How a dialect spells a canonical field.

    `spellings` are dotted keys; the first is what is written today, the others are aliases and older names.
    `convert` turns the loaded value into the canonical one; without it the field's kind decides. It returns
    `UNKNOWN` for what cannot be told, None for a value that says nothing.
    """

    field: str
    spellings: tuple[str, ...]
    convert: Callable[[Any], Any] | None = None


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()
"""The value is written, but not in this file: a template, `auto`, several values to try."""


def nothing(draft: Draft) -> None:
    """The step of a dialect that needs none."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect of training configs.

    certainty   how sure (0 to 1) a file with this tree and name is of this dialect; 0.5 and more counts
    keys        the fields that single keys say
    settle      sets what follows from several keys: method, tuning, data; runs before defaults are filled in
    finish      sets what follows from defaults: precision; runs last
    loader      how scalars are resolved (`read.scalars.LOADERS`)
    casts       whether it turns the text `2e-4` into a number where it needs one; None: nobody knows
    package     the distribution whose version decides its defaults, "" for a service
    facts       the table of defaults and renames in `facts/dialects/`, where it is not the dialect's name
    inner       dotted path of the map that is the config itself, where a wrapper holds it
    """

    name: str
    title: str
    certainty: Callable[[Node, str], float]
    keys: tuple[Key, ...]
    settle: Callable[[Draft], None] = nothing
    finish: Callable[[Draft], None] = nothing
    loader: str = "yaml-1.1"
    casts: bool | None = None
    package: str = ""
    facts: str = ""
    inner: tuple[str, ...] = ("",)
    extra: Mapping[str, str] = field(default_factory=dict)
    """Spellings for writing that are not for reading: field -> dotted key."""

    @property
    def spelling(self) -> dict[str, str]:
        """Each field as the dialect writes it today."""
        return {key.field: key.spellings[0] for key in reversed(self.keys)} | dict(self.extra)
