"""What redaction did, as counts: never a value."""

from collections.abc import Sequence
from typing import NamedTuple


class KindChanged(NamedTuple):
    """How much of one kind was changed, and by which mode.

    `shared` values got a pseudonym that another one has, too; None where there were too many to count.
    """

    kind: str
    family: str
    mode: str
    spans: int
    rows: int
    shared: int | None = 0


class FileRedacted(NamedTuple):
    """One file. `failed` says why it was not redacted; `broken` rows are no JSON and were redacted as text;
    `elsewhere` counts places outside of rows: names of columns, metadata, between the rows of an array."""

    path: str
    target: str
    rows: int = 0
    changed: int = 0
    broken: int = 0
    elsewhere: int = 0
    kinds: Sequence[KindChanged] = ()
    failed: str = ""


class Redaction(NamedTuple):
    """A run of `ftlint data redact`. `not_covered` says what nobody looked for, or into; `left` counts
    values that stand for nobody, such as addresses of example.com, which stayed."""

    files: Sequence[FileRedacted]
    kinds: Sequence[KindChanged]
    not_covered: Sequence[str]
    left: int
    dry: bool
    seconds: float

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def changed(self) -> int:
        return sum(file.changed for file in self.files)

    @property
    def spans(self) -> int:
        return sum(kind.spans for kind in self.kinds)
