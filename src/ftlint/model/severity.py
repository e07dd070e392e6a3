from enum import IntEnum


class Severity(IntEnum):
    """How much a finding costs; ordered, so that `severity >= fail_on` reads as it is meant."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        return self.name.lower()

    @classmethod
    def parse(cls, text: str) -> "Severity":
        """The severity named by `text` (any case). Raises `ValueError` for another word."""
        try:
            return cls[text.upper()]
        except KeyError:
            raise ValueError(f"unknown severity {text!r}: one of error, warning, info") from None
