"""After the scan: datasets are put together and judged, findings suppressed and grouped."""

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.engine.covered import covering, told_once
from ftlint.engine.entries import Entries
from ftlint.engine.executors import Executor
from ftlint.engine.groups import FileGroup
from ftlint.engine.judge import Found, judge, quoting
from ftlint.engine.locate import Locator
from ftlint.engine.not_run import not_run, unfindable
from ftlint.engine.partial import Partial, Verdict
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.model import (
    SPLITS,
    Dataset,
    Finding,
    Part,
    Project,
    RunLog,
    Severity,
    Span,
    Split,
    TrainingConfig,
)
from ftlint.model.near import Likeness
from ftlint.model.report import Accepted, Failure, FileSummary, NotRun, Report
from ftlint.registry import names_rule
from ftlint.rule import Rule
from ftlint.settings import Settings
from ftlint.settings.training import PolicySettings

if TYPE_CHECKING:
    from ftlint.engine.pairing import Pairs
    from ftlint.engine.suppress import Entry as Suppressed


def judged(
    plans: Sequence[FilePlan],
    scanned: Mapping[str, Partial],
    settings: Settings,
    rules: RuleSet,
    executor: Executor,
    today: str = "",
    configs: Sequence[TrainingConfig] = (),
    pairs: "Pairs | None" = None,
    broken: Sequence[Failure] = (),
    cache: Any = None,
    logs: Sequence[RunLog] = (),
) -> Report:
    """The report of everything scanned. `today` (YYYY-MM-DD) is what retirement is judged by; `broken` is
    what failed before the scan, `logs` the training runs that were read."""
    today = today or date.today().isoformat()
    datasets = put_together([plan for plan in plans if not plan.document], scanned, today)
    if pairs is not None:
        from ftlint.engine.held_out import with_evaluated

        datasets = with_evaluated(datasets, pairs)
    failures = [Failure(*failure) for path in scanned for failure in scanned[path].failures]
    failures += broken
    if rules.sketches:
        datasets = with_near(datasets, plans, scanned, rules, executor, failures, cache)
    found = list(in_files(plans, scanned))
    missing: list[NotRun] = []
    found += in_datasets(datasets, settings, rules, failures, missing)
    found += in_trainings(configs, pairs, datasets, settings, rules, today, failures, missing)
    found += in_logs(logs, settings, rules, failures, missing)
    groups = grouped(found, plans, scanned, settings, rules, {log.path: log for log in logs})
    kept = accepted(groups, plans, settings, rules)
    return Report(
        root=settings.root,
        files=summaries(plans, scanned, configs, logs),
        groups=kept.groups,
        not_run=not_run(rules, plans, scanned, [*missing, *unfindable(rules, settings)]),
        failures=sorted(set(failures), key=lambda failure: (failure.path, failure.code, failure.message)),
        rules=len(rules.rules),
        fail_on=settings.fail_on,
        suppressed=kept.dropped,
        stale=kept.stale,
        accepted=kept.accepted,
    )


def summaries(
    plans: Sequence[FilePlan],
    scanned: Mapping[str, Partial],
    configs: Sequence[TrainingConfig],
    logs: Sequence[RunLog],
) -> list[FileSummary]:
    """Every file as a person is told of it: configs by their dialect, logs by what wrote them."""
    titles = {config.path: config.dialect for config in configs}
    about: dict[str, str] = {}
    if logs:
        from ftlint.engine.runs import about_run

        titles |= {file: log.kind for log in logs for file in (*log.files, log.path)}
        about = {log.path: about_run(log) for log in logs}
    made = (summary(plan, scanned[plan.path], titles.get(plan.path, "")) for plan in plans)
    return [each._replace(about=about.get(each.path, "")) for each in made]


def summary(plan: FilePlan, partial: Partial, dialect: str = "") -> FileSummary:
    name = plan.format.name if plan.format else dialect or ("text" if plan.document else "")
    return FileSummary(plan.path, name, partial.rows, plan.source.size, plan.split, plan.dataset)


def put_together(plans: Sequence[FilePlan], scanned: Mapping[str, Partial], today: str) -> list[Dataset]:
    """Files into splits into datasets, in the order of the plans, splits in their usual order."""
    members: dict[str, list[FilePlan]] = {}
    for plan in plans:
        members.setdefault(plan.dataset, []).append(plan)
    datasets = []
    for name, files in members.items():
        known = [*SPLITS, *sorted({plan.split for plan in files} - set(SPLITS))]
        splits = {
            split: Split(split, [part(plan, scanned[plan.path]) for plan in files if plan.split == split])
            for split in known
            if any(plan.split == split for plan in files)
        }
        first = files[0]
        datasets.append(
            Dataset(
                name,
                splits,
                first.target,
                first.max_length,
                first.evidence,
                today,
                any(plan.partial for plan in files),
            )
        )
    return datasets


def with_near(
    datasets: Sequence[Dataset],
    plans: Sequence[FilePlan],
    scanned: Mapping[str, Partial],
    rules: RuleSet,
    executor: Executor,
    failures: list[Failure],
    cache: Any = None,
) -> list[Dataset]:
    """The datasets with who is near whom in them, as far as rules ask for it."""
    from ftlint.engine.alike import likeness

    if cache is not None:
        from ftlint.engine.recalled import recalled

    known = {(plan.dataset, plan.split, plan.path): plan for plan in plans}
    found = []
    for dataset in datasets:
        compared = [(split.name, part) for split, part in dataset.parts if part.format is not None]
        near: dict[tuple[str, float], Likeness] = {}
        if sum(part.records for _, part in compared) > 1:
            mine = [known[dataset.name, split, part.path] for split, part in compared]
            partials = [scanned[plan.path] for plan in mine]
            parts = [part for _, part in compared]
            try:
                for kind, similarities in rules.sketches.items():
                    asked = kind, similarities, mine, parts, partials, executor
                    alike = likeness(*asked) if cache is None else recalled(*asked, rules, cache)
                    near |= {(kind.view, similarity): told for similarity, told in alike.items()}
            except OSError as error:
                lost = f"cannot read again, to compare rows: {error.strerror or error}"
                failures.append(Failure("", dataset.path, None, lost))
        found.append(dataset._replace(near=near))
    return found


def part(plan: FilePlan, partial: Partial) -> Part:
    return Part(plan.source, plan.format, partial.rows, partial.records, partial.measures, plan.doubt)


def in_files(plans: Sequence[FilePlan], scanned: Mapping[str, Partial]) -> Iterable[Found]:
    for plan in plans:
        for code, some in scanned[plan.path].each():
            yield plan.path, code, some


def in_datasets(
    datasets: Sequence[Dataset],
    settings: Settings,
    rules: RuleSet,
    failures: list[Failure],
    missing: list[NotRun],
) -> list[Found]:
    found: list[Found] = []
    for dataset in datasets:
        readable = any(part.format is not None or part.rows for _, part in dataset.parts)
        for rule in rules.dataset if readable else ():
            judge(rule, dataset, dataset.path, found, failures, missing)
    return found


def in_trainings(
    configs: Sequence[TrainingConfig],
    pairs: "Pairs | None",
    datasets: Sequence[Dataset],
    settings: Settings,
    rules: RuleSet,
    today: str,
    failures: list[Failure],
    missing: list[NotRun],
) -> list[Found]:
    """What the rules of configs, trainings and the project find."""
    found: list[Found] = []
    quoted = quoting(configs)
    for config in configs:
        for rule in rules.config:
            judge(rule, config, config.path, found, failures, missing, quoted)
    project = Project(settings.root, datasets)
    if pairs is not None:
        from ftlint.engine.trainings import policy, trainings, unbound

        bound = trainings(pairs.pairs, configs, datasets, settings, today, failures, before=pairs.before)
        for training in bound:
            for rule in rules.training:
                judge(rule, training, training.path, found, failures, missing, quoted)
        if rules.training:
            missing += [*pairs.lost, *unbound(bound, settings.root)]
        project = Project(settings.root, datasets, bound, configs, policy(settings))
    elif settings.policy != PolicySettings():
        from ftlint.engine.trainings import policy

        project = project._replace(policy=policy(settings))
    for rule in rules.project:
        judge(rule, project, "", found, failures, missing, quoted)
    covers = covering(rules.rules)
    if covers:
        found = told_once(found, covers, lambda code, each: _severity(rules.by_code[code], each, settings))
    return _unless_ignored(found, configs, rules)


def in_logs(
    logs: Sequence[RunLog], settings: Settings, rules: RuleSet, failures: list[Failure], missing: list[NotRun]
) -> list[Found]:
    """What the rules of training runs find."""
    found: list[Found] = []
    if logs:
        from ftlint.engine.runs import placed

        for log in logs:
            for rule in rules.log:
                judge(rule, log, log.path, found, failures, missing)
        found = placed(found, logs, settings)
    return found


def _unless_ignored(found: list[Found], configs: Sequence[TrainingConfig], rules: RuleSet) -> list[Found]:
    """The findings less those that a comment on their line ignores."""
    if not any(config.ignored for config in configs):
        return found
    from ftlint.engine.configs import ignores

    ignored = ignores(configs)
    kept: list[Found] = []
    for path, code, some in found:
        rule = rules.by_code[code]
        left = Entries(
            finding
            for finding in (some if isinstance(some, Entries) else ())
            if not any(names_rule(each, rule) for each in ignored.get((path, finding.line or 0), ()))
        )
        if len(left):
            kept.append((path, code, left))
    return kept


def grouped(
    found: Sequence[Found],
    plans: Sequence[FilePlan],
    scanned: Mapping[str, Partial],
    settings: Settings,
    rules: RuleSet,
    logs: Mapping[str, RunLog] = MappingProxyType({}),
) -> list[FileGroup]:
    """Findings by path, severity and rule, less those of rules that a written reason answers and those that a
    path or a record's own field ignores."""
    groups: defaultdict[tuple[str, str, Severity], list[Entries | Verdict]] = defaultdict(list)
    ignores = _path_selectors(settings)
    ignored = {path: partial.ignored for path, partial in scanned.items() if partial.ignored}
    answered = {name for name, _ in settings.reasons}
    for path, code, some in found:
        rule = rules.by_code[code]
        if not answered.isdisjoint((code, rule.name)) or _path_ignores(path, rule, ignores):
            continue
        kept = some.without_rows(_ignoring_rows(rule, ignored[path])) if path in ignored else some
        if not len(kept):
            continue
        for severity, part in _by_severity(kept, rule, settings):
            groups[path, code, severity].append(part)
    locators = {
        plan.path: Locator(plan.source, scanned[plan.path].places, plan.format, logs.get(plan.path))
        for plan in plans
    }
    for path, code, some in found:
        if rules.by_code[code].subject is Span and isinstance(some, Entries):
            locators[path].private.append(some)
    order = sorted(groups, key=lambda key: (key[0], -key[2], key[1]))
    return [
        FileGroup(path, rules.by_code[code], severity, groups[path, code, severity], locators)
        for path, code, severity in order
    ]


def _by_severity(
    some: Entries | Verdict, rule: Rule[Any], settings: Settings
) -> Iterable[tuple[Severity, Entries | Verdict]]:
    if isinstance(some, Verdict):
        return [(_severity(rule, some.finding, settings), some)]
    return some.by(lambda finding: _severity(rule, finding, settings)).items()


def _severity(rule: Rule[Any], finding: Finding, settings: Settings) -> Severity:
    for key in (rule.name, rule.code):
        if key in settings.rule_severity:
            return settings.rule_severity[key]
    return finding.severity or rule.severity


def _path_selectors(settings: Settings) -> Callable[[str], Collection[str]]:
    """What `per-path-ignores` says of a path."""
    if not settings.per_path_ignores:
        return lambda path: ()
    from ftlint.engine.suppress import PathIgnores

    return PathIgnores(settings.per_path_ignores).selectors


def _path_ignores(path: str, rule: Rule[Any], ignores: Callable[[str], Collection[str]]) -> bool:
    return any(names_rule(code, rule) for code in ignores(path))


def _ignoring_rows(rule: Rule[Any], ignored: Mapping[int, tuple[str, ...]]) -> set[int]:
    """The rows whose own field ignores the rule."""
    naming = {codes for codes in set(ignored.values()) if any(names_rule(code, rule) for code in codes)}
    return {row for row, codes in ignored.items() if codes in naming}


class Kept(NamedTuple):
    """What is left of the groups, how many findings were accepted, the entries that met none, and the groups
    that hold the accepted ones."""

    groups: list[FileGroup]
    dropped: int = 0
    stale: "Sequence[Suppressed]" = ()
    accepted: Sequence[Accepted] = ()


def accepted(groups: list[FileGroup], plans: Sequence[FilePlan], settings: Settings, rules: RuleSet) -> Kept:
    """The groups less what the suppressions file accepts."""
    file = os.path.join(settings.root, settings.suppressions)
    if not os.path.lexists(file):
        return Kept(groups)
    from ftlint.engine.suppress import load

    known = load(file)
    listed = {(entry.code, entry.path) for entry in known.entries}
    kept: list[FileGroup] = []
    dropped = 0
    hold: list[Accepted] = []
    for group in groups:
        if (group.code, group.path) not in listed:
            kept.append(group)
            continue
        left, fewer = group.without(lambda f, identity: known.covers(f.code, f.path, identity))
        dropped += fewer
        if fewer:
            hold.append(Accepted(group, lambda f, identity: known.reason(f.code, f.path, identity)))
        if left is not None:
            kept.append(left)
    return Kept(kept, dropped, known.stale({plan.path for plan in plans}, set(rules.by_code)), hold)
