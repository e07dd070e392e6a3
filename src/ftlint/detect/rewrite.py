"""Fixes that rewrite one text of a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ftlint.model import Fix, Match, SetValue


def rewritten(match: Match, message: str, change: Callable[[str], str], safe: bool) -> Fix | None:
    """A fix that replaces the match's whole text by `change(text)`.

    None where the text is only a part of the value at its pointer, or nothing would change.
    """
    value = match.text.value
    if _at(match.record.data, match.text.pointer) != value or (new := change(value)) == value:
        return None
    return Fix(message, (SetValue(match.text.pointer, new),), safe)


def _at(data: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(data, list) and key.isdigit() and int(key) < len(data):
            data = data[int(key)]
        elif isinstance(data, dict) and key in data:
            data = data[key]
        else:
            return None
    return data
