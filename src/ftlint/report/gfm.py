"""Foreign text in Markdown as GitHub and GitLab render it.

What comes from files (paths, messages, excerpts) stands in code spans and nowhere else: only there are
mentions, references to issues and commits, bare addresses, emoji and HTML all left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftlint.detect.mask import visible
from ftlint.report.cells import cut, cut_left

_TICKS = re.compile(r"`+")
_BEHIND = re.compile(r"(?<=\\)\|")
_BAR = re.compile(r"\|")


def code(text: str, longest: int = 0, *, keep_end: bool = False) -> str:
    """A text as one code span; no line begins with it, for it begins with a backtick."""
    shown = visible(text)
    if longest:
        shown = cut_left(shown, longest) if keep_end else cut(shown, longest)
    runs = [len(run) for run in _TICKS.findall(shown)]
    fence = "`" * next(size for size in range(1, len(runs) + 2) if size not in runs)
    if not shown.strip():
        return "(none)"
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def cell(span: str) -> str:
    """A code span within a table, where bars part cells.

    A backslash takes the meaning from a bar, but not from one behind a backslash: that becomes another bar.
    """
    return _BAR.sub(r"\\|", _BEHIND.sub("¦", span))


def table(head: Sequence[str], right: Sequence[int] = ()) -> str:
    rule = ["--:" if index in right else "---" for index in range(len(head))]
    return f"{row(head)}\n{row(rule)}"


def row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def link(text: str, url: str) -> str:
    """A rule's code, with the address of its page where there is one."""
    return f"[{text}]({url})" if url else text
