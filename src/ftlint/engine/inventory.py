"""What personal data and secrets datasets hold: findings of the rules of spans, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from time import perf_counter
from typing import Any

from ftlint.detect.pii.kinds import KINDS
from ftlint.engine.basis import basis, kinds
from ftlint.engine.bind import Binding
from ftlint.engine.coverage import coverage
from ftlint.engine.entries import Entries
from ftlint.engine.executors import Executor
from ftlint.engine.judge import Found
from ftlint.engine.lint import SHARD_BYTES, Advance, gone_through, planned
from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.engine.sensitive import looking
from ftlint.engine.stats import LOST
from ftlint.engine.verdict import accepted, grouped, in_files, put_together
from ftlint.model import Fault, Finding, Severity, Span
from ftlint.model.inventory import DatasetInventory, Field, Inventory, Scope, Tally
from ftlint.model.stats import NotRead
from ftlint.registry import configured
from ftlint.registry import rules as installed
from ftlint.rule import Rule
from ftlint.settings import Settings
from ftlint.settings.selection import check_rule_names, chosen


class Unread(Rule[Fault]):
    """Files that are not read to their end."""

    code = "UNREAD"
    name = "unread"
    severity = Severity.ERROR
    kinds = tuple(LOST)

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(LOST[fault.kind])


def inventory(
    bindings: Sequence[Binding],
    settings: Settings,
    *,
    executor: Executor | None = None,
    shard_bytes: int = SHARD_BYTES,
    advance: Advance | None = None,
    today: str = "",
) -> Inventory:
    """Count what the bound files hold. `today` (YYYY-MM-DD) is the date that the report bears."""
    began = perf_counter()
    chosen_rules = span_rules(settings)
    known = kinds(chosen_rules, settings)
    rules = looking(RuleSet([*chosen_rules, Unread()]), settings)
    plans, shards = planned(bindings, settings, rules, shard_bytes)
    scanned, _ = gone_through(plans, shards, settings, rules, executor, advance)
    counts = counted(plans, scanned, settings, rules)
    datasets = []
    for dataset in put_together(plans, scanned, ""):
        splits = {split.name: [part.source.path for part in split.parts] for split in dataset.splits.values()}
        paths = [path for some in splits.values() for path in some]
        datasets.append(
            DatasetInventory(
                _scope(dataset.name, paths, scanned, counts),
                [_scope(name, some, scanned, counts) for name, some in splits.items()],
            )
        )
    return Inventory(
        date=today or date.today().isoformat(),
        total=_scope("total", [plan.path for plan in plans], scanned, counts),
        datasets=datasets,
        kinds=known,
        secret_rules=_secret_rules(chosen_rules),
        coverage=coverage(known),
        not_read=list(_not_read(plans, scanned)),
        basis=basis(settings),
        seconds=perf_counter() - began,
    )


def span_rules(settings: Settings) -> list[Rule[Any]]:
    """The rules of personal data and secrets: those on by default, those selected, less those ignored."""
    known = installed()
    check_rule_names(settings, known)
    also = (*(settings.select or ()), *settings.extend_select)
    codes = chosen(replace(settings, select=None, extend_select=also), known)
    return [configured(known[code], settings) for code in sorted(codes) if known[code].subject is Span]


def _secret_rules(chosen_rules: Sequence[Rule[Any]]) -> list[tuple[str, str, bool]]:
    """Code and name of each rule of secrets, and whether it ran."""
    running = {rule.code for rule in chosen_rules}
    return [
        (code, rule.name, code in running)
        for code, rule in installed().items()
        if rule.subject is Span and not KINDS.keys() & set(rule.kinds)
    ]


@dataclass(slots=True)
class Counts:
    """One kind in one file. Placeholders and accepted findings are in no other number."""

    code: str
    spans: int = 0
    rows: set[int] = field(default_factory=set)
    values: set[int] = field(default_factory=set)
    unkeyed: bool = False
    placeholders: int = 0
    accepted: int = 0
    fields: Counter[str] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        self.spans += 1
        if finding.row is not None:
            self.rows.add(finding.row)
        if finding.fingerprint is None:
            self.unkeyed = True
        else:
            self.values.add(finding.fingerprint)
        self.fields[finding.pointer] += 1


ByKind = dict[str, Counts]


def counted(
    plans: Sequence[FilePlan], scanned: Mapping[str, Partial], settings: Settings, rules: RuleSet
) -> dict[str, ByKind]:
    """Kinds by path. Placeholders are known by their severity, so the settings' severities are left out."""
    settings = replace(settings, rule_severity={})
    owners: dict[str, str] = {}
    for rule in rules.span:
        for kind in rule.kinds:
            owners.setdefault(kind, rule.code)
    found = [
        (path, code, some)
        for path, code, some in in_files(plans, scanned)
        if isinstance(some, Entries) and code != Unread.code
    ]
    by_path: dict[str, ByKind] = {plan.path: {} for plan in plans}
    for path, code, some in found:
        for kind, number in Counter(some.templates[which].kind for which in some.which).items():
            if owners.get(kind) == code:
                by_path[path][kind] = Counts(code, accepted=number)
    real, empty = _apart(found)
    for group in _kept(real, plans, scanned, settings, rules):
        for finding in group.entries:
            if owners.get(finding.kind) == group.code:
                counts = by_path[group.path][finding.kind]
                counts.add(finding)
                counts.accepted -= 1
    for group in _kept(empty, plans, scanned, settings, rules):
        for finding in group.entries:
            if owners.get(finding.kind) == group.code:
                counts = by_path[group.path][finding.kind]
                counts.placeholders += 1
                counts.accepted -= 1
    return by_path


def _apart(found: Iterable[tuple[str, str, Entries]]) -> tuple[list[Found], list[Found]]:
    """Findings of values that somebody may own, and of placeholders."""
    real: list[Found] = []
    placeholders: list[Found] = []
    for path, code, some in found:
        for placeholder, part in some.by(lambda finding: finding.severity is Severity.INFO).items():
            (placeholders if placeholder else real).append((path, code, part))
    return real, placeholders


def _kept(
    found: Sequence[Found],
    plans: Sequence[FilePlan],
    scanned: Mapping[str, Partial],
    settings: Settings,
    rules: RuleSet,
) -> list[Any]:
    """The groups less what paths, records or the suppressions file accept."""
    return accepted(grouped(found, plans, scanned, settings, rules), plans, settings, rules)[0]


def _scope(
    name: str,
    paths: Sequence[str],
    scanned: Mapping[str, Partial],
    counts: Mapping[str, ByKind],
) -> Scope:
    return Scope(
        name=name,
        files=len(paths),
        rows=sum(scanned[path].rows for path in paths),
        looked=sum(scanned[path].records for path in paths),
        personal=sum(_rows(counts[path], personal=True) for path in paths),
        secret=sum(_rows(counts[path], personal=False) for path in paths),
        tallies=_tallies([counts[path] for path in paths]),
    )


def _rows(by_kind: ByKind, *, personal: bool) -> int:
    """Rows of one file with a finding of the family."""
    return len(set().union(*(each.rows for kind, each in by_kind.items() if (kind in KINDS) is personal)))


def _tallies(some: Sequence[ByKind]) -> list[Tally]:
    """What files have together, by rule and kind."""
    merged: dict[tuple[str, str], list[Counts]] = {}
    for by_kind in some:
        for kind, counts in by_kind.items():
            merged.setdefault((counts.code, kind), []).append(counts)
    return [_tally(kind, code, each) for (code, kind), each in sorted(merged.items())]


def _tally(kind: str, code: str, some: Sequence[Counts]) -> Tally:
    keyed = not any(counts.unkeyed for counts in some)
    fields: Counter[str] = Counter()
    for counts in some:
        for pointer, number in counts.fields.items():
            fields[without_indices(pointer)] += number
    ordered = sorted(fields.items(), key=lambda item: (-item[1], item[0]))
    return Tally(
        kind=kind,
        family="pii" if kind in KINDS else "secret",
        code=code,
        spans=sum(counts.spans for counts in some),
        rows=sum(len(counts.rows) for counts in some),
        values=len(set().union(*(counts.values for counts in some))) if keyed else None,
        placeholders=sum(counts.placeholders for counts in some),
        accepted=sum(counts.accepted for counts in some),
        fields=[Field(pointer, number) for pointer, number in ordered],
    )


def without_indices(pointer: str) -> str:
    """`/messages/2/content` as `/messages/[]/content`, less keys that may be private themselves."""
    from ftlint.detect.mask import mask

    tokens = pointer.split("/")
    return "/".join("[]" if token.isdecimal() else mask(token) for token in tokens)


def _not_read(plans: Sequence[FilePlan], scanned: Mapping[str, Partial]) -> Iterator[NotRead]:
    for plan in plans:
        partial = scanned[plan.path]
        reasons = [message for _, _, _, message in partial.failures]
        reasons += [reason.removeprefix(f"{plan.path}: ") for _, reason in partial.missing]
        reasons += [finding.message for finding in partial.findings.get(Unread.code, ())]
        for reason in dict.fromkeys(reasons):
            yield NotRead(plan.path, reason)
