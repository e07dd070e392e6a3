"""What the older state holds of findings about files and datasets as a whole: found by the same rules."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ftlint.engine.bind import Binding, bind
from ftlint.engine.changed_against import Against, matters, real_paths
from ftlint.engine.changed_kept import WHOLE
from ftlint.engine.changed_settings import moved
from ftlint.engine.entries import Entries
from ftlint.engine.groups import FileGroup
from ftlint.engine.lint import SHARD_BYTES, Faults, configured, cut, gone_through, settled
from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.engine.sensitive import looking
from ftlint.engine.verdict import judged
from ftlint.model import Dataset, Finding, Severity
from ftlint.model.report import Rise
from ftlint.read.git import Change
from ftlint.read.git_snapshot import Snapshot
from ftlint.read.globs import is_glob
from ftlint.settings import Settings

_NUMBER = re.compile(r"\d[\d,.]*%?")


class Run(NamedTuple):
    """A check of one state: files, what was scanned of them, and what was found. `homes` are the datasets
    of paths."""

    plans: Sequence[FilePlan]
    scanned: Mapping[str, Partial]
    groups: Sequence[FileGroup]

    @property
    def homes(self) -> dict[str, str]:
        return {plan.path: plan.dataset for plan in self.plans if not plan.document}


def older_run(
    made: Against, rules: RuleSet, codes: Collection[str], newer: Run, datasets: Collection[str], today: str
) -> Run:
    """The older state checked by the rules of `codes`. Files that are the same are not scanned again.

    `datasets` are those that the newer state was checked with, empty for all.
    """
    changed = [change for change in (*made.changes.values(), *made.gone) if change.old_id]
    wanted = {change.old_path: change for change in changed if matters(made, change.old_path)}
    with made.older(wanted) as state:
        settings = _without_missing(moved(made.real, state))
        bindings = _bindings(made, state, settings, rules)
        if datasets:
            touched = {state.inside(os.path.join(made.known.top, path)) for path in wanted}
            asked = {*datasets, *(each.dataset for each in bindings if each.file in touched)}
            bindings = [each for each in bindings if each.document or each.dataset in asked]
        chosen = looking(RuleSet([rule for rule in rules.rules if rule.code in codes]), made.real)
        configs, pairs = configured(bindings, settings, chosen, [])
        named = {config.path for config in configs}
        bindings = [each for each in bindings if not each.document or each.path in named]
        counters = pairs.counters if pairs else {}
        same = _same_files(made, state, bindings)
        known = _known_plans(bindings, newer, same, counters)
        plans, faults = settled(
            [each for each in bindings if each.path not in known], settings, rules, counters
        )
        plans, faults = [*plans, *known.values()], [*faults, *[None] * len(known)]
        order = {each.path: index for index, each in enumerate(bindings)}
        plans, faults = _sorted(plans, faults, order)
        kept = _kept(plans, newer, same, codes)
        shards = cut(plans, faults, SHARD_BYTES, kept)
        merged, executor = gone_through(plans, shards, settings, chosen, kept=kept)
        report = judged(plans, merged, settings, chosen, executor, today, configs, pairs)
        return Run(plans, merged, [group for group in report.groups if isinstance(group, FileGroup)])


def _without_missing(settings: Settings) -> Settings:
    """The settings less the trainings whose config the older state does not have."""
    kept = [
        each
        for each in settings.training
        if not each.config or os.path.exists(os.path.join(settings.root, each.config))
    ]
    return replace(settings, training=tuple(kept))


def _bindings(made: Against, state: Snapshot, settings: Settings, rules: RuleSet) -> list[Binding]:
    from ftlint.read.discover import discover

    before = {change.path: change.old_path for change in made.changes.values()}
    paths = []
    for path in real_paths(made.typed):
        relative = os.path.relpath(path, made.known.top)
        old = os.path.join(made.known.top, before.get(relative) or relative)
        inside = state.inside(os.path.normpath(old))
        if os.path.exists(inside) or (is_glob(path) and _matches(inside)):
            paths.append(inside)
    if not paths:
        return []
    return bind(discover(paths, settings, documents=rules.reads_documents), settings)


def _matches(pattern: str) -> bool:
    import glob

    return next(glob.iglob(pattern, recursive=True), None) is not None


def _same_files(made: Against, state: Snapshot, bindings: Sequence[Binding]) -> set[str]:
    """The files, by path as shown, that are what they were."""
    git = {each.path: state.relative(each.file) for each in bindings}
    return {path for path, own in git.items() if own in made.held and own not in made.changes}


def _known_plans(
    bindings: Sequence[Binding], newer: Run, same: set[str], counters: Mapping[str, tuple[str, ...]]
) -> dict[str, FilePlan]:
    """The newer state's plans of datasets of which no file differs: what is settled for them holds."""
    plans = {plan.path: plan for plan in newer.plans if not plan.document}
    now: defaultdict[str, set[str]] = defaultdict(set)
    for plan in plans.values():
        now[plan.dataset].add(plan.path)
    then: defaultdict[str, list[Binding]] = defaultdict(list)
    for each in bindings:
        if not each.document:
            then[each.dataset].append(each)
    return {
        each.path: plans[each.path]
        for dataset, files in then.items()
        if {each.path for each in files} == now[dataset] and same.issuperset(now[dataset])
        if all(counters.get(each.file, ()) == plans[each.path].counters for each in files)
        for each in files
    }


def _sorted(
    plans: Sequence[FilePlan], faults: Sequence[Faults | None], order: Mapping[str, int]
) -> tuple[list[FilePlan], list[Faults | None]]:
    pairs = sorted(zip(plans, faults, strict=True), key=lambda pair: order[pair[0].path])
    return [plan for plan, _ in pairs], [told for _, told in pairs]


def _kept(
    plans: Sequence[FilePlan], newer: Run, same: Collection[str], codes: Collection[str]
) -> dict[str, Partial]:
    """What the newer state's scan found by the rules of `codes` in files that are the same in both."""
    known = {plan.path: plan for plan in newer.plans}
    found = {}
    for plan in plans:
        if plan.path not in same or plan.path not in known:
            continue
        if _steering(plan) == _steering(known[plan.path]):
            scanned = newer.scanned[plan.path]
            verdicts = {key: each for key, each in scanned.verdicts.items() if each.code in codes}
            mine = {code: each for code, each in scanned.findings.items() if code in codes}
            found[plan.path] = replace(
                scanned, verdicts=verdicts, findings=defaultdict(Entries, mine), failures=[], missing=[]
            )
    return found


def _steering(plan: FilePlan) -> tuple[Any, ...]:
    """What decides what a scan finds in a file, its bytes aside."""
    known = plan.format
    return (
        known.name if known else "",
        *(plan.target, plan.max_length, plan.ignore_field, plan.prior, plan.counters, bool(plan.schema)),
    )


class Older:
    """The findings of the older state that are of files, lines of configs or datasets as a whole."""

    def __init__(self, run: Run, changes: Sequence[Change], newer: Run, shown: Mapping[str, str]) -> None:
        self.moved = {shown[each.old_path]: shown[each.path] for each in changes if each.old_path}
        self.homes, self.new_homes = run.homes, newer.homes
        self.found: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
        self.counts: Counter[tuple[str, str]] = Counter()
        for group in run.groups:
            key = group.code, self.home(group, self.homes, old=True)
            self.counts[key] += group.count
            for finding in group.entries:
                if finding.row is None:
                    severity = finding._replace(severity=group.severity)
                    self.found[key].append(severity)

    def home(self, group: FileGroup, homes: Mapping[str, str], *, old: bool = False) -> str:
        """What a finding is told of: its dataset, else its file under the name that this has now."""
        if group.rule.subject is Dataset and group.path in homes:
            return f"dataset {homes[group.path]}"
        return self.moved.get(group.path, group.path) if old else group.path

    def worse(self, group: FileGroup, ref: str) -> Iterator[Finding]:
        """Those of a group's findings that are new or worse than in the older state, which then is told."""
        left = self.found[group.code, self.home(group, self.new_homes)]
        pending = list(group.entries)
        for finding in pending:
            before = _counterpart(finding, left, alone=len(pending) == 1)
            if before is None:
                yield finding
                continue
            left.remove(before)
            value = _worse(finding, before, group)
            if value is not None:
                told = f" ({ref}: {value})" if value else ""
                yield finding._replace(message=f"{finding.message}{told}")

    def rises(self, groups: Sequence[FileGroup], codes: Collection[str]) -> Iterator[Rise]:
        """The rules of `codes` that find more in a dataset than in the older state, where that had some."""
        now: Counter[tuple[str, str]] = Counter()
        names: dict[tuple[str, str], tuple[str, str]] = {}
        for group in groups:
            if group.code in codes and group.rule.subject is Dataset:
                key = group.code, self.home(group, self.new_homes)
                now[key] += group.count
                names[key] = group.name, self.new_homes.get(group.path, "")
        for key, count in sorted(now.items()):
            if 0 < self.counts[key] < count:
                name, dataset = names[key]
                yield Rise(key[0], name, dataset, self.counts[key], count)


def _counterpart(finding: Finding, others: Sequence[Finding], *, alone: bool) -> Finding | None:
    """The finding of the older state that says the same, numbers aside; else the only one of its rule."""
    said = _NUMBER.sub("#", finding.message)
    alike = [each for each in others if _NUMBER.sub("#", each.message) == said]
    exact = [each for each in alike if each.message == finding.message]
    if exact or alike:
        return (exact or alike)[0]
    return others[0] if alone and len(others) == 1 else None


def _worse(finding: Finding, before: Finding, group: FileGroup) -> str | None:
    """What the older state's number was where this one is worse, "" where its wording differs; None where it
    is no worse."""
    if group.severity > (before.severity or Severity.INFO):
        return _first_difference(finding, before)[1]
    if finding.message == before.message or group.rule.subject not in WHOLE:
        return None
    now, then = _first_difference(finding, before)
    if not now or not then:
        return ""
    went = "more" if _value(now) > _value(then) else "fewer"
    return then if group.rule.worse in (went, "either") else None


def _first_difference(finding: Finding, before: Finding) -> tuple[str, str]:
    pairs = zip(_NUMBER.findall(finding.message), _NUMBER.findall(before.message), strict=False)
    return next(((now, then) for now, then in pairs if _value(now) != _value(then)), ("", ""))


def _value(number: str) -> float:
    try:
        return float(number.rstrip("%.,").replace(",", ""))
    except ValueError:
        return 0.0
