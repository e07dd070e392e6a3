"""What every rule of secrets says: what it is, how long and where; never the value."""

from __future__ import annotations

from functools import lru_cache

from ftlint.detect.mask import mask
from ftlint.detect.messages import place
from ftlint.model import Finding, Severity, Span

HELP = "revoke it where it was issued, then take it out: ftlint data redact"

_SURE = 0.6


def told(span: Span) -> Finding:
    """`a GitHub token of 40 characters at messages[1].content (value hidden)`.

    At `info` where it is a sample out of documentation; a warning where its form fits and its checksum or
    what it decodes to does not.
    """
    pointer = span.text.pointer if span.text is not None else ""
    where = f" at {_shown(pointer)}" if pointer else ""
    message = f"{span.label} of {span.length:,} characters{where}"
    if span.placeholder:
        return Finding(f"{message} (a sample from documentation, value hidden)", severity=Severity.INFO)
    if span.score < _SURE:
        return Finding(f"{message} (by its form alone, value hidden)", severity=Severity.WARNING)
    return Finding(f"{message} (value hidden)")


@lru_cache(maxsize=4096)
def _shown(pointer: str) -> str:
    """The place as people write it, less what may be private in a key of a record."""
    return place("/".join(map(mask, pointer.split("/"))))
