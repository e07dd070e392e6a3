"""What every rule of personal data says: what it is, how long and where; never the value."""

from __future__ import annotations

from functools import lru_cache

from ftlint.detect.mask import mask
from ftlint.detect.messages import place
from ftlint.model import Finding, Severity, Span

HELP = "redact it: ftlint data redact; or say in [pii] that it may stay"


def told(span: Span) -> Finding:
    """`an e-mail address of 21 characters at messages[1].content (value hidden)`; a placeholder at info."""
    length = f"{span.length} character" if span.length == 1 else f"{span.length:,} characters"
    pointer = span.text.pointer if span.text is not None else ""
    where = f" at {_shown(pointer)}" if pointer else ""
    where = f" in a key{where}" if span.in_key else where
    message = f"{span.label} of {length}{where}"
    if span.placeholder:
        told = f"{message} (a placeholder, value hidden)"
        return Finding(told, severity=Severity.INFO, help="nothing to mend: it stands for nobody")
    return Finding(f"{message} (value hidden)")


@lru_cache(maxsize=4096)
def _shown(pointer: str) -> str:
    """The place as people write it, less what may be private: a key of a record can be anybody's address."""
    return place("/".join(map(mask, pointer.split("/"))))
