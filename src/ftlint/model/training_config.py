"""One canonical training config, whatever wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from ftlint.model.config_fields import FIELDS
from ftlint.model.config_tree import NOWHERE, Entry, Node, Range

Purpose = Literal["train", "merge", "inference", "evaluate", "serve", "component", "other"]
"""What a config is for. A `component` is part of a training: DeepSpeed, accelerate, an adapter."""

Syntax = Literal["yaml", "json", "flags"]


class Field(NamedTuple):
    """One field of a config: its value and where that comes from.

    `value` is canonical (see `FIELDS`); None where `unknown`: a template, a placeholder, `auto`, or a list of
    values to try. `written` is False for the dialect's default, which `source` then names. `key` is the
    dialect's own spelling (`optimizer.lr`), `raw` the text in the file, `loaded` what the dialect's loader
    makes of that text (the string `2e-4`, for PyYAML). `under` is the place (`lora.yaml:8`) of a value that
    the file under a command line says.
    """

    value: Any
    written: bool = True
    unknown: bool = False
    key: str = ""
    raw: str = ""
    loaded: Any = None
    range: Range | None = None
    key_range: Range | None = None
    source: str = ""
    under: str = ""


class DataRef(NamedTuple):
    """Data that a config names.

    `kind`: `file` a path, folder or glob of this machine; `hub` a repository id; `registered` a name that
    another file explains (`dataset_info.json`); `remote` an address; `unknown` a template or placeholder.
    `weight` is its share in a mixture or the times it is repeated, `limit` the rows taken at most.
    """

    name: str
    kind: Literal["file", "hub", "registered", "remote", "unknown"]
    split: str = ""
    format: str = ""
    weight: float | None = None
    limit: int | None = None
    range: Range | None = None


class Duplicate(NamedTuple):
    """A key written twice in one map. `first_value` is the earlier value: most loaders take the later one."""

    path: str
    first: Range
    again: Range
    first_value: Node | None = None


class Broken(NamedTuple):
    """Why a file that looks like a config cannot be loaded."""

    message: str
    line: int
    column: int
    offset: int


ABSENT = Field(None, written=False)


class TrainingConfig(NamedTuple):
    """A training config of a dialect, as one set of canonical fields.

    `certainty` (0 to 1) is how sure the dialect is. `version` is that of `package` (the library that reads
    the file), `version_from` where it was declared ("" where it was not: then the newest known is assumed).
    `casts` says whether the dialect turns a text into a number where it needs one; None where nobody knows.
    `spelling` is how the dialect writes each field it knows, dotted. `folder` is the folder that relative
    paths are seen from, relative to the root. `launched` is True for a command line.
    """

    path: str
    dialect: str
    certainty: float
    purpose: Purpose
    fields: Mapping[str, Field]
    tree: Node
    syntax: Syntax = "yaml"
    loader: str = "yaml-1.1"
    casts: bool | None = None
    title: str = ""
    package: str = ""
    version: str = ""
    version_from: str = ""
    spelling: Mapping[str, str] = {}
    duplicates: tuple[Duplicate, ...] = ()
    ignored: Mapping[int, frozenset[str]] = {}
    broken: Broken | None = None
    launched: bool = False
    versions: Mapping[str, str] = {}
    """Every version that the settings declare, by package."""

    newline: str = "\n"
    """How the file ends its lines."""

    parts: tuple[str, ...] = ()
    """Paths of the configs it draws on: a DeepSpeed or accelerate file, the YAML a command line names."""

    def field(self, name: str) -> Field:
        """The field, whether written or a default; `ABSENT` where the config says nothing of it.

        Raises `KeyError` for a name that is no canonical field.
        """
        if name not in FIELDS:
            raise KeyError(name)
        return self.fields.get(name, ABSENT)

    def get(self, name: str) -> Any:
        """The value of a field; None where it is absent or unknown."""
        return self.field(name).value

    def written(self, name: str) -> bool:
        """Whether the file itself says it (be it a template)."""
        known = self.field(name)
        return known.written

    def said(self, name: str) -> bool:
        """Whether the file says it, or the file that its command line is laid over."""
        known = self.field(name)
        return known.written or bool(known.under)

    def has(self, name: str) -> bool:
        """Whether there is a value, written or default, that is known."""
        known = self.field(name)
        return known.value is not None and not known.unknown

    def place(self, *names: str) -> dict[str, Any]:
        """The place of the first of these fields that is written, as arguments of `Finding`.

        Where none is written, the first line of the file.
        """
        for name in names:
            known = self.field(name)
            if known.written and known.range is not None:
                return placed(self.path, known.range)
        return self.top

    @property
    def top(self) -> dict[str, Any]:
        """The place of a finding about what is missing: the first key of the file."""
        first = next(iter(self.tree.entries.values()), None)
        return placed(self.path, first.key.range if first else NOWHERE)

    def entry(self, path: str) -> Entry | None:
        """Key and value at a dotted path of the file, as the dialect spells it."""
        return self.tree.entry(path)

    def spelled(self, name: str) -> str:
        """How this file writes the field, else how its dialect does."""
        return self.field(name).key or self.spelling.get(name, name)

    @property
    def preference(self) -> bool:
        """Whether it learns from preferences."""
        return self.get("method") in PREFERENCE

    @property
    def reinforcement(self) -> bool:
        """Whether it learns from rewards."""
        return self.get("method") in REINFORCEMENT

    @property
    def adapter(self) -> bool:
        """Whether only an adapter is trained."""
        return self.get("tuning") in ADAPTERS


PREFERENCE = frozenset({"dpo", "ipo", "kto", "orpo", "simpo", "cpo", "apo", "reward"})
REINFORCEMENT = frozenset({"ppo", "grpo", "rloo", "gspo", "gdpo", "online-dpo", "rft"})
ADAPTERS = frozenset({"lora", "qlora", "other"})


def placed(path: str, at: Range) -> dict[str, Any]:
    """A range as the arguments of `Finding`."""
    same = at.line == at.end_line
    return {
        "path": path,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
        "offset": at.start,
        "start": at.column - 1,
        "end": at.column - 1 + (at.end_column - at.column if same else at.end - at.start),
    }
