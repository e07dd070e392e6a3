from typing import NamedTuple

from ftlint.model.fix import Fix
from ftlint.model.severity import Severity


class Related(NamedTuple):
    """Another place that belongs to a finding: the row a duplicate repeats, the other split."""

    path: str
    row: int | None = None
    line: int | None = None


class Finding(NamedTuple):
    """One fault at one place.

    A rule gives the message and as much of the place as it knows; the engine adds the rest
    (`code`, `name`, `path`, `line` and `column` from row and pointer).

    `kind` and `fingerprint` are of personal data and secrets: what was found, and a number that is the same
    for the same value under the project's key (None without one). The value itself is nowhere.

    `row` counts records from 0, `line` and `column` from 1 (columns in code points, `end_column`
    exclusive); `pointer` is a JSON pointer into the record; `start` and `end` are offsets in code points
    inside the text at `pointer`; `offset` is a byte offset into the decompressed file.

    `step` is where in a training run it shows, counted in `unit` ("" for steps; `epoch` or `row` of a log
    that counts nothing finer), `confidence` (0 to 1) how sure a verdict on a curve is.
    """

    message: str
    row: int | None = None
    pointer: str = ""
    start: int | None = None
    end: int | None = None
    path: str = ""
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    offset: int | None = None
    severity: Severity | None = None
    fix: Fix | None = None
    help: str = ""
    related: Related | None = None
    code: str = ""
    name: str = ""
    kind: str = ""
    fingerprint: int | None = None
    step: float | None = None
    confidence: float | None = None
    unit: str = ""
