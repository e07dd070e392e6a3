"""Findings of one rule in one file, kept as they were found and expanded when somebody looks."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import islice
from typing import Any

from ftlint.engine.locate import Locator, in_row_order
from ftlint.model import Finding, Severity
from ftlint.model.report import Excerpt
from ftlint.rule import Rule

Entry = tuple[Finding, "array[int] | None"]
AT_ONCE = 512


class FileGroup:
    """All findings of one rule, of one severity, in one file."""

    def __init__(
        self,
        path: str,
        rule: Rule[Any],
        severity: Severity,
        entries: Sequence[Entry],
        locators: Mapping[str, Locator],
    ) -> None:
        self.path = path
        self.rule = rule
        self.code = rule.code
        self.name = rule.name
        self.severity = severity
        self.help = rule.help
        self.entries = entries
        self.locators = locators
        self.locator = locators.get(path)

    @property
    def count(self) -> int:
        return sum(1 if rows is None else len(rows) for _, rows in self.entries)

    @property
    def safe_fixes(self) -> int:
        return self._fixes(safe=True)

    @property
    def unsafe_fixes(self) -> int:
        return self._fixes(safe=False)

    def _fixes(self, safe: bool) -> int:
        return sum(
            1 if rows is None else len(rows)
            for finding, rows in self.entries
            if finding.fix is not None and finding.fix.safe is safe
        )

    @property
    def headline(self) -> str:
        """What stands above the findings when there are several."""
        first = self.entries[0][0]
        if self.count > 1 and self.rule.headline:
            related = first.related.path if first.related else ""
            return self.rule.headline.format(count=f"{self.count:,}", related=related)
        return first.message

    def findings(self, limit: int | None = None) -> Iterator[Finding]:
        ordered = islice(self._ordered(), limit)
        while chunk := list(islice(ordered, AT_ONCE)):
            if self.locator is not None:
                self.locator.load(finding.row for finding in chunk if finding.row is not None)
                chunk = [self.locator.located(finding) for finding in chunk]
            yield from map(self._related, chunk)

    def _related(self, finding: Finding) -> Finding:
        """The finding with the line of the other place it names."""
        other = finding.related
        locator = self.locators.get(other.path) if other else None
        if other is None or other.row is None or locator is None:
            return finding
        return finding._replace(related=other._replace(line=locator.line(other.row)))

    def _ordered(self) -> Iterator[Finding]:
        single = in_row_order([finding for finding, rows in self.entries if rows is None])
        runs: list[Iterable[Finding]] = [single]
        runs += [_spread(finding, rows) for finding, rows in self.entries if rows is not None]
        for finding in merge(*runs, key=lambda finding: -1 if finding.row is None else finding.row):
            yield finding._replace(
                code=self.code,
                name=self.name,
                path=self.path,
                severity=self.severity,
                help=finding.help or self.help,
            )

    def excerpt(self, finding: Finding) -> Excerpt | None:
        return self.locator.excerpt(finding) if self.locator and finding.row is not None else None

    def fingerprint(self, finding: Finding) -> str:
        if self.locator is None:
            from ftlint.engine.hashing import content_hash

            return content_hash(f"{finding.code}\0{finding.path}".encode())
        return self.locator.fingerprint(finding)

    def without(self, covered: Any) -> tuple["FileGroup | None", int]:
        """The group less what `covered(finding, fingerprint)` says is accepted, and how many that was."""
        kept: list[Entry] = []
        dropped = 0
        for finding in self.findings():
            if covered(finding, self.fingerprint(finding)):
                dropped += 1
            else:
                kept.append((finding, None))
        if not kept:
            return None, dropped
        if not dropped:
            return self, 0
        return FileGroup(self.path, self.rule, self.severity, kept, self.locators), dropped


def _spread(finding: Finding, rows: "array[int]") -> Iterator[Finding]:
    for row in rows:
        yield finding._replace(row=row)
