"""What personal data and secrets datasets hold, counted: the nouns of `ftlint report pii`. No value is in
any.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ftlint.model.span import Family
from ftlint.model.stats import NotRead

State = Literal[
    "pattern",
    "model",
    "off",
    "needs-country",
    "needs-recognizer",
    "needs-model",
    "needs-extra",
    "none",
]
"""How a kind is looked for, or why it is not. `off`: its rule is not selected; `none`: there is no kind."""


class Field(NamedTuple):
    """Where findings stand: a JSON pointer with `[]` for every index, and how many."""

    pointer: str
    spans: int


class Tally(NamedTuple):
    """One kind in one split or dataset.

    `rows` are rows with at least one finding; `values` how many different values, None without the project's
    key. `placeholders` (values that stand for nobody) and `accepted` findings (suppressed or ignored by the
    settings) are in none of the other numbers. `fields` are sorted, most findings first.
    """

    kind: str
    family: Family
    code: str
    spans: int
    rows: int
    values: int | None
    placeholders: int
    accepted: int
    fields: Sequence[Field]


class Scope(NamedTuple):
    """A split, a dataset or everything: `rows` are all rows, `looked` those that could be read.

    `personal` and `secret` are the rows with at least one finding of the family.
    """

    name: str
    files: int
    rows: int
    looked: int
    personal: int
    secret: int
    tallies: Sequence[Tally]


class DatasetInventory(NamedTuple):
    """A dataset and its splits, in their usual order."""

    whole: Scope
    splits: Sequence[Scope]


class Kind(NamedTuple):
    """A kind of personal data and how it is looked for; `entities` are Presidio's names of it that are on."""

    name: str
    code: str
    state: State
    entities: tuple[str, ...] = ()
    reason: str = ""


class Covered(NamedTuple):
    """An identifier that a law names and how far it is looked for.

    `ways` are its kinds with the state of each. `part` says that it is covered, but not all of it; `left`
    what no kind finds.
    """

    law: str
    reference: str
    name: str
    state: State
    part: bool
    ways: Sequence[tuple[str, State]]
    left: str


class Basis(NamedTuple):
    """The settings and versions that the numbers rest on. Of lists that may hold private values only the
    sizes.
    """

    ftlint: str
    presidio: str
    packages: Sequence[tuple[str, str]]
    countries: Sequence[str]
    language: str
    threshold: float
    thresholds: Sequence[tuple[str, float]]
    model: str
    recognizers: Sequence[str]
    recognizers_file: str
    allowed: int
    allowed_patterns: int
    allowed_domains: int
    fields: int
    presidio_only: bool
    secrets_allowed: int
    secrets_ignored: Sequence[str]
    secrets_own: Sequence[str]
    ignored_rules: Sequence[str]
    ignored_paths: int
    keyed: bool
    settings_file: str


class Inventory(NamedTuple):
    """Everything counted, what was not looked at, and what it rests on. `date` is YYYY-MM-DD."""

    date: str
    total: Scope
    datasets: Sequence[DatasetInventory]
    kinds: Sequence[Kind]
    secret_rules: Sequence[tuple[str, str, bool]]
    coverage: Sequence[Covered]
    not_read: Sequence[NotRead]
    basis: Basis
    seconds: float = 0.0
    notes: Sequence[str] = ()
