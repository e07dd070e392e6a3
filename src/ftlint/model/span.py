from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from ftlint.model.record import Record
    from ftlint.model.turn import Text

Family = Literal["pii", "secret"]


class Span(NamedTuple):
    """Personal data or a secret in a text: [start, end) in code points.

    `kind` is what it is (`email`, `card`, `github-token`), `label` the same for people ("an e-mail address").
    `score` is how sure its recognizer is, 0 to 1. A `placeholder` is a value that stands for nobody
    (example.com, documentation addresses, test cards). The engine adds `text` and `record`; a secret in a
    file that is no dataset has no record. One `in_key` stands in the name of a field of the object at the
    text's pointer.
    """

    kind: str
    start: int
    end: int
    score: float = 1.0
    label: str = ""
    placeholder: bool = False
    family: Family = "pii"
    text: Text | None = None
    record: Record | None = None
    in_key: bool = False

    @property
    def length(self) -> int:
        """In characters."""
        return self.end - self.start

    @property
    def value(self) -> str:
        """What stands there: for checks alone, never for a message."""
        return self.text.value[self.start : self.end] if self.text is not None else ""
