"""Findings that stand although they are warnings: who silenced each, and the reason written for it."""

from __future__ import annotations

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from ftlint.engine.suppress import FIRST_REASON, PathIgnores, Suppressions, load
from ftlint.gate.everything import Everything
from ftlint.gate.lock import Waiver
from ftlint.gate.ruleset import deselected
from ftlint.model import Finding, FtlintError, Severity
from ftlint.registry import names_rule
from ftlint.rule import Rule
from ftlint.settings import Settings

if TYPE_CHECKING:
    from ftlint.engine.groups import FileGroup

Source = Literal["command-line", "suppressions", "settings", "comment", "record"]

DEFERRED = "missing-baseline"
"""The rule whose fault `ftlint train` mends before step 0."""

_AFTER_COMMENT = re.compile(r"(?:#|//)\s*ftlint:\s*ignore(?![\w-])(?:\[[^\]]*\])?[\s:,;—–-]*(.*)$")


class Judged(NamedTuple):
    """What became of every finding from a warning up. `open` are the groups with what is neither mended nor
    waived; `notes` say of findings that somebody silenced without a reason who did, by path and rule."""

    waivers: list[Waiver]
    deferred: list[str]
    open: list[FileGroup]
    notes: list[str]
    used: frozenset[str]


def judge(
    everything: Everything, settings: Settings, waive: Mapping[str, str], before: Sequence[Waiver] = ()
) -> Judged:
    """Hold every finding against what silences it.

    `waive` are reasons by rule code, for warnings. `before` are waivers of an earlier approval: those given
    on the command line stand as long as the findings are the same.
    """
    court = _Court(everything, settings, waive, before)
    for group in everything.report.groups:
        court.take(cast("FileGroup", group))
    waivers = [
        Waiver(
            code=code,
            name=name,
            path=path,
            count=len(prints),
            reason=reason,
            source=source,
            sha256=_digest(prints),
        )
        for (code, name, path, source, reason), prints in court.waived.items()
    ]
    waivers.sort(key=lambda each: (each.path, each.code, each.source, each.reason))
    return Judged(waivers, sorted(court.deferred), court.open, list(court.notes), frozenset(court.used))


Left = list[tuple[Finding, str, Source | None]]
"""Findings that nobody gave a reason for, each with its fingerprint and who silenced it all the same."""


class _Court:
    def __init__(
        self,
        everything: Everything,
        settings: Settings,
        waive: Mapping[str, str],
        before: Sequence[Waiver],
    ) -> None:
        self.silence = _Silence(everything, settings)
        self.reasons = dict(settings.reasons)
        self.waive = waive
        self.kept = {(each.code, each.path): each for each in before if each.source == "command-line"}
        self.waived: defaultdict[tuple[str, str, str, Source, str], list[str]] = defaultdict(list)
        self.deferred: set[str] = set()
        self.open: list[FileGroup] = []
        self.notes: dict[str, None] = {}
        self.used: set[str] = set()

    def take(self, group: FileGroup) -> None:
        rule = group.rule
        level = max(group.severity, self.silence.level(rule))
        if level < Severity.WARNING:
            self.open.append(group)
            return
        left = self._unexplained(group)
        if not left:
            return
        if rule.name == DEFERRED:
            self.deferred.add(rule.name)
            return
        prints = [fingerprint for _, fingerprint, _ in left]
        reason = self._allowed(rule, group.path, prints) if level < Severity.ERROR else ""
        if reason:
            self.waived[rule.code, rule.name, group.path, "command-line", reason] += prints
            return
        standing = {(_key(finding), fingerprint) for finding, fingerprint, _ in left}
        rest, _ = group.without(lambda finding, identity: (_key(finding), identity) not in standing)
        if rest is not None:
            self.open.append(rest)
        self.notes.update(dict.fromkeys(self.silence.notes(rule, group.path, left)))
        if rule.code in self.waive:
            self.used.add(rule.code)
            self.notes[
                f"{rule.code} {rule.name} is an error, and --waive takes warnings: mend it, or write why it "
                "stands under [reasons]"
            ] = None

    def _unexplained(self, group: FileGroup) -> Left:
        """The findings of a group without those that are silenced and have a written reason."""
        rule = group.rule
        written = self.reasons.get(rule.name) or self.reasons.get(rule.code) or ""
        left: Left = []
        for finding, fingerprint in group.identified():
            source, reason = self.silence.of(finding, fingerprint, rule, group.severity)
            why = reason or written
            if why:
                self.waived[rule.code, rule.name, group.path, source or "settings", why].append(fingerprint)
            else:
                left.append((finding, fingerprint, source))
        return left

    def _allowed(self, rule: Rule[Any], path: str, prints: Sequence[str]) -> str:
        """Why warnings stand: as the command line says, or said when the same ones were approved before."""
        if rule.code in self.waive:
            self.used.add(rule.code)
            return self.waive[rule.code]
        known = self.kept.get((rule.code, path))
        return known.reason if known is not None and known.sha256 == _digest(prints) else ""


def _key(finding: Finding) -> tuple[int | None, str, int | None, str]:
    return finding.row, finding.pointer, finding.line, finding.message


def _digest(fingerprints: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(fingerprints)).encode()).hexdigest()


class _Silence:
    """Who silences a finding in an ordinary check, and why."""

    def __init__(self, everything: Everything, settings: Settings) -> None:
        self.settings = settings
        self.everything = everything
        file = os.path.join(settings.root, settings.suppressions)
        self.suppressions = load(file) if os.path.lexists(file) else Suppressions()
        self.paths = PathIgnores(settings.per_path_ignores)
        self.off = deselected(settings)
        self.lines: dict[str, list[str]] = {}

    def level(self, rule: Rule[Any]) -> Severity:
        """The level that settings give a rule; the least where they give none."""
        written = (self.settings.rule_severity.get(key) for key in (rule.name, rule.code))
        return next((each for each in written if each is not None), Severity.INFO)

    def lowered(self, rule: Rule[Any], severity: Severity) -> bool:
        known = {rule.name, rule.code} & self.settings.rule_severity.keys()
        return bool(known) and self.level(rule) < Severity.WARNING <= severity

    def of(
        self, finding: Finding, fingerprint: str, rule: Rule[Any], severity: Severity
    ) -> tuple[Source | None, str]:
        """Who silences it, None for nobody, and the reason, "" for none."""
        reason = self.suppressions.reason(rule.code, finding.path, fingerprint)
        if reason is not None:
            return "suppressions", "" if reason.strip() in ("", FIRST_REASON) else reason.strip()
        named = self.everything.comments.get((finding.path, finding.line or 0), frozenset())
        if any(names_rule(each, rule) for each in named):
            return "comment", self._comment(finding.path, finding.line or 0)
        row = self.everything.records.get(finding.path, {}).get(
            finding.row if finding.row is not None else -1, ()
        )
        if any(names_rule(each, rule) for each in row):
            return "record", ""
        ignored = any(names_rule(each, rule) for each in self.paths.selectors(finding.path))
        if ignored or rule.code in self.off or self.lowered(rule, severity):
            return "settings", ""
        return None, ""

    def _comment(self, path: str, line: int) -> str:
        """What a comment says after the rules that it names."""
        if path not in self.lines:
            try:
                with open(
                    os.path.join(self.settings.root, path), encoding="utf-8", errors="replace"
                ) as stream:
                    self.lines[path] = stream.read().split("\n")
            except OSError as error:
                raise FtlintError(f"cannot be read: {error.strerror or error}", path) from None
        lines = self.lines[path]
        found = _AFTER_COMMENT.search(lines[line - 1]) if 0 < line <= len(lines) else None
        return found.group(1).strip() if found else ""

    def notes(self, rule: Rule[Any], path: str, left: Left) -> list[str]:
        """Why findings that a check does not show stand in the way here, once for each who silenced them."""
        counts: dict[Source, int] = {}
        for _, _, source in left:
            if source is not None:
                counts[source] = counts.get(source, 0) + 1
        where = path or "the project"
        file = self.settings.suppressions
        return [
            f"{rule.code} {rule.name} in {where} ({count:,}) is {_HOW[source].format(file)}"
            for source, count in counts.items()
        ]


_HOW: Mapping[Source, str] = {
    "suppressions": 'accepted in {} without a reason: give the entries one ("reason": ...)',
    "comment": "ignored by a comment without a reason: write it after the brackets",
    "record": "ignored by the records' own field: write why under [reasons]",
    "settings": "ignored or lowered in settings: write why under [reasons]",
    "command-line": "",
}
