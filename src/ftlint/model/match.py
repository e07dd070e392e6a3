from typing import NamedTuple

from ftlint.model.record import Record
from ftlint.model.turn import Text


class Match(NamedTuple):
    """A rule's pattern found in a text: `text.value[start:end]`. Offsets in code points."""

    record: Record
    text: Text
    start: int
    end: int

    @property
    def value(self) -> str:
        return self.text.value[self.start : self.end]

    @property
    def before(self) -> str:
        """Up to 80 characters before the match."""
        return self.text.value[max(0, self.start - 80) : self.start]

    @property
    def after(self) -> str:
        """Up to 80 characters after the match."""
        return self.text.value[self.end : self.end + 80]
