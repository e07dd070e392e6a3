"""Findings of one rule in one file, kept as they were found and expanded when somebody looks."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import chain, islice
from typing import Any

from ftlint.engine.entries import Entries
from ftlint.engine.locate import Locator
from ftlint.engine.partial import Verdict
from ftlint.model import Finding, Severity
from ftlint.model.report import Excerpt, Preview, Replacement
from ftlint.rule import Rule

AT_ONCE = 512
STREAMED_AT_ONCE = 8192
STREAMED_BYTES = 16 << 20
"""A compressed file is read from its start for each run of findings: longer ones, unless rows are large."""


class FileGroup:
    """All findings of one rule, of one severity, in one file."""

    def __init__(
        self,
        path: str,
        rule: Rule[Any],
        severity: Severity,
        found: Iterable[Entries | Verdict],
        locators: Mapping[str, Locator],
    ) -> None:
        self.path = path
        self.rule = rule
        self.code = rule.code
        self.name = rule.name
        self.severity = severity
        self.help = rule.help
        found = list(found)
        self.entries = _together([some for some in found if isinstance(some, Entries)])
        self.verdicts = [some for some in found if isinstance(some, Verdict)]
        self.locators = locators
        self.locator = locators.get(path)

    @property
    def count(self) -> int:
        return len(self.entries) + sum(map(len, self.verdicts))

    @property
    def safe_fixes(self) -> int:
        return self._fixes(safe=True)

    @property
    def unsafe_fixes(self) -> int:
        return self._fixes(safe=False)

    def _fixes(self, safe: bool) -> int:
        fixes = [(verdict.finding.fix, len(verdict)) for verdict in self.verdicts]
        spread = sum(count for fix, count in fixes if fix is not None and fix.safe is safe)
        return self.entries.fixes(safe) + spread

    @property
    def headline(self) -> str:
        """What stands above the findings when there are several."""
        first = self.entries.first if len(self.entries) else self.verdicts[0].finding
        if self.count > 1 and self.rule.headline:
            related = first.related.path if first.related else ""
            return self.rule.headline.format(count=f"{self.count:,}", related=related)
        return first.message

    def findings(self, limit: int | None = None) -> Iterator[Finding]:
        return chain.from_iterable(self._chunks(limit))

    def fixes(self) -> Iterator[Finding]:
        """The findings that have a fix, in row order, with their lines; no row is read again for it."""
        for finding in self._ordered(None):
            if finding.fix is None:
                continue
            line = finding.line
            if line is None and finding.row is not None and self.locator is not None:
                line = self.locator.line(finding.row)
            yield self._related(finding._replace(line=line))

    def identified(self) -> Iterator[tuple[Finding, str]]:
        for chunk in self._chunks(None):
            yield from [(finding, self.fingerprint(finding)) for finding in chunk]

    def _chunks(self, limit: int | None) -> Iterator[list[Finding]]:
        """The findings with their places, some at a time; their rows are at hand until more are asked for."""
        at_once = AT_ONCE if limit is not None and limit <= AT_ONCE else self._at_once()
        ordered = islice(self._ordered(limit), limit)
        while chunk := list(islice(ordered, at_once)):
            if self.locator is not None:
                self.locator.load(finding.row for finding in chunk if finding.row is not None)
                chunk = [self.locator.located(finding) for finding in chunk]
            yield list(map(self._related, chunk))

    def _at_once(self) -> int:
        if self.locator is None or not self.locator.source.compression:
            return AT_ONCE
        sizes = self.locator.places.sizes
        mean = sum(sizes) // max(1, len(sizes))
        return max(AT_ONCE, min(STREAMED_AT_ONCE, STREAMED_BYTES // max(1, mean)))

    def _related(self, finding: Finding) -> Finding:
        """The finding with the line of the other place it names."""
        other = finding.related
        locator = self.locators.get(other.path) if other else None
        if other is None or other.row is None or locator is None:
            return finding
        return finding._replace(related=other._replace(line=locator.line(other.row)))

    def _ordered(self, limit: int | None) -> Iterator[Finding]:
        runs = [self.entries.in_row_order(limit)]
        runs += [_spread(verdict.finding, verdict.rows) for verdict in self.verdicts]
        for finding in merge(*runs, key=lambda finding: -1 if finding.row is None else finding.row):
            yield finding._replace(
                code=self.code,
                name=self.name,
                path=self.path,
                severity=self.severity,
                help=finding.help or self.help,
            )

    def excerpt(self, finding: Finding, bare: bool = False) -> Excerpt | None:
        """The masked surroundings of a finding; of what is private none, unless they are to be bare."""
        if self.locator is None or (finding.kind and not bare):
            return None
        if finding.step is not None:
            from ftlint.engine.run_sketch import sketch

            return None if self.locator.run is None else sketch(self.locator.run, finding)
        if finding.row is None:
            return self.locator.line_excerpt(finding) if finding.line and not finding.kind else None
        return self.locator.excerpt(finding, bare)

    def preview(self, path: str, row: int) -> Preview | None:
        locator = self.locators.get(path)
        if locator is None or locator.format is None:
            return None
        from ftlint.engine.preview import preview

        return preview(locator, locator.format, row)

    def replacements(self, finding: Finding) -> Sequence[Replacement]:
        if self.locator is None or finding.fix is None:
            return ()
        from ftlint.engine.replaced import replacements

        return replacements(self.locator, finding)

    def fingerprint(self, finding: Finding) -> str:
        if self.locator is None:
            from ftlint.engine.hashing import content_hash

            return content_hash(f"{finding.code}\0{finding.path}".encode())
        return self.locator.fingerprint(finding)

    def without(self, covered: Any) -> tuple["FileGroup | None", int]:
        """The group less what `covered(finding, fingerprint)` says is accepted, and how many that was."""
        kept = Entries()
        dropped = 0
        for finding, identity in self.identified():
            if covered(finding, identity):
                dropped += 1
            else:
                kept.append(finding)
        if not len(kept):
            return None, dropped
        if not dropped:
            return self, 0
        return FileGroup(self.path, self.rule, self.severity, [kept], self.locators), dropped


def _together(found: list[Entries]) -> Entries:
    if len(found) == 1:
        return found[0]
    whole = Entries()
    for entries in found:
        whole.extend(entries)
    return whole


def _spread(finding: Finding, rows: "array[int]") -> Iterator[Finding]:
    for row in rows:
        yield finding._replace(row=row)
