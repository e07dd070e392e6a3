"""What is known of one file: findings of the file by itself, and of the project it is part of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ftlint.server.edits import common, fed

Told = dict[str, Any]
Key = tuple[str, int | None, int | None, int | None]


@dataclass(slots=True)
class View:
    """What is known of one file.

    `alone` is what the last check of the file found, `wider` what only the check of the project did, on the
    text `saved`; `untrue` are findings without a line that the project does not bear out. `mistake` is of a
    settings file. `shown` is what the editor was told last, each with its finding.
    """

    version: int | None = None
    """The document's version that `shown` belongs to."""

    alone: list[Told] = field(default_factory=list)
    wider: list[Told] = field(default_factory=list)
    untrue: frozenset[Key] = frozenset()
    saved: str = ""
    more: int = 0
    container: str = ""
    failures: list[Any] = field(default_factory=list)
    fields: list[Any] = field(default_factory=list)
    mistake: Told | None = None
    whole: list[Told] = field(default_factory=list)
    """Of a settings file: what belongs to no file of the project but to all of it."""

    shown: list[tuple[Any, Told | None]] = field(default_factory=list)

    def take(self, told: Told) -> None:
        """What a check of the file by itself found."""
        self.alone = told["findings"]
        self.more, self.container, self.failures = told["more"], told["container"], told["failures"]

    def widen(self, told: Told, saved: str, alone: Sequence[Told]) -> None:
        """What the check of the project found; the file's text was `saved`, by itself it gave `alone`."""
        here, there = set(map(key, alone)), set(map(key, told["findings"]))
        self.wider = [each for each in told["findings"] if key(each) not in here]
        self.untrue = frozenset(each for each in here - there if each[1] is None and not told["more"])
        self.saved = saved
        self.container = told["container"] or self.container

    def findings(self, text: str) -> Iterator[Told]:
        """All findings, as far as they hold for the text as it is now."""
        yield from self.whole
        for finding in self.alone:
            if key(finding) not in self.untrue:
                yield finding
        here = set(map(key, self.alone))
        for finding in moved(self.wider, self.saved, text):
            if key(finding) not in here:
                yield finding


def key(finding: Told) -> Key:
    return finding["code"], finding["line"], finding["column"], finding["end_column"]


def moved(findings: Sequence[Told], old: str, new: str) -> Iterator[Told]:
    """Findings of an old text in the new one: those of lines that did not change, where these stand now."""
    if old == new or not findings:
        yield from findings
        return
    before, after = fed(old), fed(new)
    head, tail = common(before, after)
    shift = len(after) - len(before)
    for finding in findings:
        line, last = finding["line"], finding["end_line"] or finding["line"]
        if line is None or last <= head:
            yield finding
        elif line > len(before) - tail:
            end = finding["end_line"]
            yield {
                **finding,
                "line": line + shift,
                "end_line": None if end is None else end + shift,
                "fix": None,
            }
