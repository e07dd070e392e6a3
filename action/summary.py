"""Markdown that fits: into the job summary, which GitHub drops whole when too large, and a comment."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

STEP_BYTES = 900 * 1024
"""GitHub takes 1 MiB of a step."""
COMMENT_CHARS = 65_000
"""GitHub takes 65,536 of a comment."""

_CUT = "\n\n*Cut here: the rest is in this job's log and in the files that the action's outputs name.*\n"


def append(path: Path, text: str, limit: int = STEP_BYTES) -> None:
    """Adds `text` to the summary, as much of it as fits beside what is there."""
    there = path.stat().st_size if path.exists() else 0
    room = limit - there - 2
    fitting = fit(text, room, lambda piece: len(piece.encode("utf-8", "replace")))
    if fitting:
        with path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(("\n\n" if there else "") + fitting)


def fit(text: str, room: int, size: Callable[[str], int] = len) -> str:
    """`text` cut after a whole line so that it has at most `room`; what the cut left open is closed.

    "" where there is no room for anything.
    """
    if size(text) <= room:
        return text
    lines = text.splitlines(keepends=True)
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high + 1) // 2
        if size(_closed("".join(lines[:middle]))) <= room:
            low = middle
        else:
            high = middle - 1
    return _closed("".join(lines[:low])) if low else ""


def _closed(text: str) -> str:
    fences = len(re.findall(r"^ {0,3}```", text, re.MULTILINE))
    tail = "\n```" if fences % 2 else ""
    open_details = len(re.findall(r"<details\b", text)) - text.count("</details>")
    tail += "\n\n</details>" * max(open_details, 0)
    return text.rstrip("\n") + tail + _CUT


def unchecked(said: list[str]) -> str:
    """What stands where there is no report."""
    told = "\n".join(f"    {line}" for line in said if line.strip())
    return f"### ftlint could not check\n\n{told}\n"
