"""How random a value looks."""

from __future__ import annotations

from collections import Counter
from math import log2


def entropy(value: str) -> float:
    """Shannon entropy in bits a character, by the characters of the value itself.

    16 random hexadecimal digits have about 3.3, 32 about 3.7, 40 random letters and digits about 4.8.
    """
    if not value:
        return 0.0
    size = len(value)
    return -sum(count / size * log2(count / size) for count in Counter(value).values())


def classes(value: str) -> int:
    """How many of lower-case letters, capitals, digits and other signs a value has."""
    return (
        any(char.islower() for char in value)
        + any(char.isupper() for char in value)
        + any(char.isdigit() for char in value)
        + any(not char.isalnum() for char in value)
    )
