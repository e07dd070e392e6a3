"""A check of which only what is about changed rows is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from time import perf_counter
from typing import Any

from ftlint.engine.bind import Binding
from ftlint.engine.changed_against import Against, Standing
from ftlint.engine.changed_base import Older, Run, older_run
from ftlint.engine.changed_kept import Changed, sifted, with_findings
from ftlint.engine.changed_rows import Rows, changed_rows
from ftlint.engine.entries import Entries
from ftlint.engine.groups import FileGroup
from ftlint.engine.lint import (
    SHARD_BYTES,
    Advance,
    configured,
    cut,
    gone_through,
    logged,
    remembered,
    settled,
)
from ftlint.engine.partial import Partial, Verdict
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.engine.verdict import judged
from ftlint.model import Dataset, FtlintError
from ftlint.model.report import Failure, Report, Since, short
from ftlint.read.discover import shown
from ftlint.read.git import LINK, Change, added_lines
from ftlint.settings import Settings


def checking(made: Against) -> Callable[..., Report]:
    """`check` of `engine.lint` held against an older state, with that state's own settings."""

    def checked(bindings: Sequence[Binding], _settings: Settings, rules: RuleSet, **options: Any) -> Report:
        return check(made, bindings, rules, **options)

    return checked


def check(
    made: Against,
    bindings: Sequence[Binding],
    rules: RuleSet,
    *,
    advance: Advance | None = None,
    cache: Any = None,
    today: str = "",
) -> Report:
    """Check the bound files, and keep what is about rows that changed or is worse than it was.

    Rules of datasets see whole datasets. What nothing changed in is read only where a rule may need it.
    """
    from ftlint.engine.sensitive import looking

    began = perf_counter()
    rules = looking(rules, made.real)
    failures: list[Failure] = []
    configs, pairs = configured(bindings, made.settings, rules, failures)
    standings = {each.path: made.standing(each.file) for each in bindings}
    logs, lost = logged(bindings, made.settings, rules, configs, failures)
    logs = [log for log in logs if standings[log.path].change]
    named = {config.path for config in configs}
    read = _needed(bindings, rules, standings, named, made, paired=pairs is not None)
    if cache is not None:
        cache.begin()
    counters = pairs.counters if pairs else {}
    lying = [made.lying(each) for each in read]
    counted = {
        now.file: counters[then.file] for now, then in zip(lying, read, strict=True) if then.file in counters
    }
    plans, faults = settled(lying, made.settings, rules, counted, cache)
    kept = {} if cache is None else remembered(plans, rules, cache)
    shards = cut(plans, faults, SHARD_BYTES, kept)
    merged, executor = gone_through(plans, shards, made.settings, rules, None, advance, cache, kept)
    report = judged(
        plans, merged, made.settings, rules, executor, today, configs, pairs, failures, cache, logs
    )
    report.not_run = [*report.not_run, *lost]
    if cache is not None:
        cache.save()
    newer = Run(plans, merged, [group for group in report.groups if isinstance(group, FileGroup)])
    changed, notes = _changed(made, plans, merged, standings)
    datasets = {each.dataset for each in read if not each.document} if len(read) < len(bindings) else set()
    _keep(report, made, rules, newer, changed, notes, datasets, today)
    assert report.since is not None
    report.since = report.since._replace(total=len(bindings), unread=len(bindings) - len(read))
    _outside(report, made)
    report.seconds = perf_counter() - began
    return report


def _needed(
    bindings: Sequence[Binding],
    rules: RuleSet,
    standings: dict[str, Standing],
    configs: Collection[str],
    made: Against,
    *,
    paired: bool,
) -> list[Binding]:
    """The files that have to be read: those that changed, and what a rule sees together with them."""
    changed = {path for path, standing in standings.items() if standing.change}
    of_datasets = bool(rules.dataset or rules.project or rules.training)
    if of_datasets and (paired or made.removed):
        touched = {each.dataset for each in bindings}
    else:
        touched = {each.dataset for each in bindings if of_datasets and each.path in changed}
    return [
        each
        for each in bindings
        if each.path in changed or (each.path in configs if each.document else each.dataset in touched)
    ]


def _changed(
    made: Against, plans: Sequence[FilePlan], merged: dict[str, Partial], standings: dict[str, Standing]
) -> tuple[Changed, list[str]]:
    """What changed of the files that were read, and where that cannot be known."""
    rows: dict[str, Rows] = {}
    lines: dict[str, list[range] | None] = {}
    fresh: set[str] = set()
    notes: list[str] = []
    strange = [plan.path for plan in plans if not standings[plan.path].known]
    if strange:
        more = f" and {len(strange) - 1:,} more" if len(strange) > 1 else ""
        notes.append(f"{strange[0]}{more}: not tracked in this repository, so counted as unchanged")
    for plan in plans:
        change = standings[plan.path].change
        if change is None:
            continue
        older = _older(made, change, plan.path, notes)
        if not change.old_id:
            fresh.add(plan.path)
        if plan.document:
            lines[plan.path] = None if not older else list(added_lines(made.known, older, plan.source.file))
        else:
            rows[plan.path] = _rows(made, plan, merged[plan.path], change, older)
    return Changed(rows, lines, frozenset(fresh)), notes


def _older(made: Against, change: Change, path: str, notes: list[str]) -> str:
    """The file with the older content, "" where there is none or it is not at hand."""
    if not change.old_id or change.old_mode == LINK:
        return ""
    version = made.versions.version(change.old_id, change.old_path)
    if version.whole:
        return version.file
    notes.append(
        f"{path}: git lfs has not fetched what it was, so all rows count as changed: git lfs fetch --all"
    )
    return ""


def _rows(made: Against, plan: FilePlan, partial: Partial, change: Change, older: str) -> Rows:
    from ftlint.read.classify import classify

    if not older:
        return Rows(None, partial.rows)
    source, _ = classify(older, change.old_path)
    if source.container == "none":
        return Rows(None, partial.rows)
    return changed_rows(plan.source, partial, source, made.settings)


def _keep(
    report: Report,
    made: Against,
    rules: RuleSet,
    newer: Run,
    changed: Changed,
    notes: Sequence[str],
    datasets: Collection[str],
    today: str,
) -> None:
    """Leave in the report what is to be told, and say what is not."""
    halves = [(group, sifted(group, changed)) for group in newer.groups]
    waiting = {group.code for group, half in halves if half.pending is not None}
    rising = {group.code for group, half in halves if half.kept is not None and group.rule.subject is Dataset}
    older = None
    told_of = list(notes)
    if (waiting or rising) and made.commit:
        try:
            run = older_run(made, rules, waiting | rising, newer, datasets, today)
            older = Older(run, list(made.changes.values()), newer, _Shown(made))
        except FtlintError as error:
            told_of.append(
                f"{short(made.ref)} cannot be checked, so all of files and datasets is told as new: {error}"
            )
    ref = short(made.ref)
    kept = []
    for group, half in halves:
        told = Entries()
        if half.pending is not None:
            told = half.pending.entries if older is None else Entries(older.worse(half.pending, ref))
        mine: list[Entries | Verdict] = []
        if half.kept is not None:
            mine = [half.kept.entries, *half.kept.verdicts]
        left = with_findings(group, [*mine, told])
        if left is not None:
            kept.append(left)
    found = sum(group.count for group in newer.groups)
    report.groups = kept
    report.accepted = [
        each._replace(group=half.kept)
        for each in report.accepted
        if isinstance(each.group, FileGroup) and (half := sifted(each.group, changed)).kept is not None
    ]
    report.since = Since(
        ref=made.ref,
        commit=made.abbreviated(),
        staged=made.staged,
        rows=sum(map(len, changed.rows.values())),
        files=len(changed.rows) + len(changed.lines),
        total=0,
        unread=0,
        hidden=found - sum(group.count for group in kept),
        rises=tuple(older.rises(newer.groups, rising)) if older is not None else (),
        notes=tuple(told_of),
    )


class _Shown(dict[str, str]):
    """Paths that git has, as they are shown."""

    def __init__(self, made: Against) -> None:
        super().__init__()
        self.made = made

    def __missing__(self, path: str) -> str:
        return shown(self.made.work(path), self.made.real_root)


def _outside(report: Report, made: Against) -> None:
    """A report on a snapshot as one on the repository."""
    report.root = made.real.root
    state = made.snapshot
    if state is None:
        return
    report.not_run = [each._replace(reason=state.outside(each.reason)) for each in report.not_run]
    report.failures = [each._replace(message=state.outside(each.message)) for each in report.failures]
