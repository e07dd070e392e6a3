"""The whole of a check: bind, plan, scan, merge, judge, suppress, report."""

import gc
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial as bound
from importlib import import_module
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.engine.bind import Binding
from ftlint.engine.executors import Executor, executor_for
from ftlint.engine.memory import Memory
from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.engine.prior import with_priors
from ftlint.engine.scan import Scan, settle
from ftlint.engine.verdict import judged
from ftlint.model import Fault, Format, FtlintError, Source
from ftlint.model.report import Failure, NotRun, Report
from ftlint.read.urls import is_remote
from ftlint.settings import Settings
from ftlint.settings.size import size_of

if TYPE_CHECKING:
    from ftlint.engine.pairing import Pairs
    from ftlint.model import RunLog, TrainingConfig

SHARD_BYTES = 16 << 20

NUMPY_FROM = 64 << 20
"""Bytes from which numpy saves more in counting keys than its import costs; workers inherit it."""

Advance = Callable[[int, int], None]


class Shard(NamedTuple):
    """Bytes [start, end) of one file; the first shard carries the faults of the file as a whole."""

    plan: FilePlan
    start: int
    end: int | None
    faults: tuple[Fault, ...] = ()


def check(
    bindings: Sequence[Binding],
    settings: Settings,
    rules: RuleSet,
    *,
    executor: Executor | None = None,
    shard_bytes: int = SHARD_BYTES,
    advance: Advance | None = None,
    cache: Any = None,
    today: str = "",
) -> Report:
    """Check the bound files. `advance(bytes, rows)` is told of every finished shard."""
    from ftlint.engine.sensitive import looking

    began = perf_counter()
    rules = looking(rules, settings)
    failures: list[Failure] = []
    configs, pairs = configured(bindings, settings, rules, failures)
    logs, lost = logged(bindings, settings, rules, configs, failures)
    if cache is not None:
        cache.begin()
    plans, faults = settled(bindings, settings, rules, pairs.counters if pairs else {}, cache)
    kept = {} if cache is None else remembered(plans, rules, cache)
    shards = cut(plans, faults, shard_bytes, kept)
    merged, chosen = gone_through(plans, shards, settings, rules, executor, advance, cache, kept)
    report = judged(plans, merged, settings, rules, chosen, today, configs, pairs, failures, cache, logs)
    report.not_run = [*report.not_run, *lost]
    if cache is not None:
        cache.save()
    report.seconds = perf_counter() - began
    return report


def configured(
    bindings: Sequence[Binding], settings: Settings, rules: RuleSet, failures: list[Failure]
) -> "tuple[Sequence[TrainingConfig], Pairs | None]":
    """The training configs among the files, and what each trains on: None without any, or without need.

    Files that their reader breaks on are added to `failures`.
    """
    documents = [(each.file, each.path, each.stand_in) for each in bindings if each.document]
    if not rules.reads_configs or not (documents or settings.training):
        return (), None
    from ftlint.engine.configs import read_configs
    from ftlint.engine.versions import versions

    configs = read_configs(documents, versions(settings), failures)
    if not configs and not settings.training:
        return (), None
    from ftlint.engine.pairing import paired

    return configs, paired(configs, bindings, settings, "counters" in rules.priors, failures)


def logged(
    bindings: Sequence[Binding],
    settings: Settings,
    rules: RuleSet,
    configs: "Sequence[TrainingConfig]",
    failures: list[Failure],
) -> "tuple[Sequence[RunLog], Sequence[NotRun]]":
    """The training runs that logs among the files tell of, and which logs could not be read, and why."""
    documents = [(each.file, each.path) for each in bindings if each.document and not each.stand_in]
    if not (rules.log and documents):
        return (), ()
    from ftlint.engine.runs import read_runs

    return read_runs(documents, configs, settings, failures)


def gone_through(
    plans: Sequence[FilePlan],
    shards: Sequence[Shard],
    settings: Settings,
    rules: RuleSet,
    executor: Executor | None = None,
    advance: Advance | None = None,
    cache: Any = None,
    kept: Mapping[str, Partial] = MappingProxyType({}),
) -> tuple[dict[str, Partial], Executor]:
    """Every file scanned and settled, by path, and the executor that did it.

    Shards of files that are `kept`, known from an earlier run, are not scanned.
    """
    left = [shard for shard in shards if shard.plan.path not in kept]
    size = sum(shard_size(shard) for shard in left)
    if size >= NUMPY_FROM:
        import_module("numpy")
    chosen = executor or executor_for(settings.jobs, size, settings.executor, settings.ray_address)
    results = chosen.map(bound(scanned, rules=rules), left)
    merged: dict[str, Partial] = dict(kept)
    memory = Memory(size_of(settings.memory) or 0)
    for known in list(merged.values()):
        memory.hold(known, merged)
    for shard, result in zip(left, results, strict=True):
        into(merged, shard.plan.path, result)
        memory.hold(result, merged)
        if advance is not None:
            advance(shard_size(shard), result.rows)
    for plan in plans:
        if plan.path not in kept:
            settle(plan, rules, merged[plan.path])
            if has_changed(plan.source):
                lost = ("", plan.path, None, "changed while it was checked: run again")
                merged[plan.path].failures.append(lost)
    if cache is not None and memory.folder is None:
        for plan in plans:
            if plan.path not in kept and not plan.source.origin:
                cache.put(plan, rules, merged[plan.path])
    return merged, chosen


def remembered(plans: Sequence[FilePlan], rules: RuleSet, cache: Any) -> dict[str, Partial]:
    """What the cache knows of the files, by path; nothing of one that is only there in this run."""
    known = {plan.path: cache.get(plan, rules) for plan in plans if not plan.source.origin}
    return {path: partial for path, partial in known.items() if partial is not None}


def has_changed(source: Source) -> bool:
    """Whether a file on disk is no longer as long as it was."""
    if is_remote(source.file):
        return False
    try:
        return os.stat(source.file).st_size != source.size
    except OSError:
        return True


def shard_size(shard: Shard) -> int:
    return (shard.plan.source.size if shard.end is None else shard.end) - shard.start


def into(merged: dict[str, Partial], path: str, result: Partial) -> None:
    if path in merged:
        merged[path].merge(result)
    else:
        merged[path] = result


def scanned(shard: Shard, rules: RuleSet) -> Partial:
    """Scan one shard. What the operating system refuses becomes a failure of the run."""
    scan = Scan(shard.plan, rules)
    try:
        with without_collector():
            if shard.plan.document:
                from ftlint.engine.documents import look_through

                look_through(scan)
                return scan.partial
            scan.faults(shard.faults)
            return scan.run(shard.start, shard.end)
    except OSError as error:
        scan.partial.failures.append(("", shard.plan.path, None, f"cannot read: {error.strerror or error}"))
        return scan.partial


@contextmanager
def without_collector() -> Iterator[None]:
    """Decoded records hold no cycles: looking for some among them costs a tenth of a scan."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def planned(
    bindings: Iterable[Binding],
    settings: Settings,
    rules: RuleSet,
    shard_bytes: int,
    counters: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> tuple[list[FilePlan], list[Shard]]:
    """A plan for each file, and the shards of all files in order.

    `counters` names the files that trainings use, each with what its tokens are counted with.
    """
    plans, faults = settled(bindings, settings, rules, counters)
    return plans, cut(plans, faults, shard_bytes)


Faults = tuple[Fault, ...]


def settled(
    bindings: Iterable[Binding],
    settings: Settings,
    rules: RuleSet,
    counters: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    cache: Any = None,
) -> tuple[list[FilePlan], list[Faults | None]]:
    """A plan for each file, and what is wrong with each as a whole; None where the cache knew what it is."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy: no algebra here, and threads do not fork well
    plans: list[FilePlan] = []
    faults: list[Faults | None] = []
    for binding in bindings:
        known = None if cache is None else cache.settled(binding)
        if known is None:
            source, of_file = classified(binding)
            plan = planned_file(binding, source, *settled_format(binding, source))
            if cache is not None:
                cache.settle(binding, source, plan.format, plan.doubt)
            faults.append(of_file)
        else:
            plan = planned_file(binding, *known)
            faults.append(None)
        plans.append(plan._replace(counters=counters.get(binding.file, ())))
    data = with_priors([plan for plan in plans if not plan.document], rules, settings, cache)
    by_path = {plan.path: plan for plan in data}
    return [by_path.get(plan.path, plan) for plan in plans], faults


def classified(binding: Binding) -> tuple[Source, Faults]:
    """What a file is, by its bytes, and what is wrong with it as a whole."""
    from ftlint.read.classify import classify
    from ftlint.read.documents import document

    file = binding.stand_in or binding.file
    faults: Sequence[Fault] = ()
    try:
        if binding.document:
            source = document(file, binding.path)
        else:
            source, faults = classify(file, binding.path)
    except OSError as error:
        raise FtlintError(f"cannot read: {error.strerror or error}", binding.path) from None
    return (source._replace(origin=binding.file) if binding.stand_in else source), tuple(faults)


def cut(
    plans: Sequence[FilePlan],
    faults: Sequence[Faults | None],
    shard_bytes: int,
    kept: Collection[str] = (),
) -> list[Shard]:
    """The shards of all files in order but those that are `kept`."""
    from ftlint.read.records import shards

    found: list[Shard] = []
    for plan, of_file in zip(plans, faults, strict=True):
        if plan.path in kept:
            continue
        told = faults_of(plan) if of_file is None else of_file
        ranges = shards(plan.source, shard_bytes) or [(0, plan.source.size)]
        found += [
            Shard(plan, start, end if len(ranges) > 1 else None, told if index == 0 else ())
            for index, (start, end) in enumerate(ranges)
        ]
    return found


def faults_of(plan: FilePlan) -> Faults:
    """What is wrong with a file as a whole that the cache knew, but not what a scan of it finds."""
    if plan.document:
        return ()
    from ftlint.read.classify import classify

    try:
        return tuple(classify(plan.source.file, plan.path)[1])
    except OSError as error:
        raise FtlintError(f"cannot read: {error.strerror or error}", plan.path) from None


def planned_file(binding: Binding, source: Source, known: Format | None, doubt: str) -> FilePlan:
    """The plan of one file; its format is frozen before any shard is cut."""
    if binding.document:
        return FilePlan(source, document=True)
    return FilePlan(
        source=source,
        format=known,
        doubt=doubt,
        dataset=binding.dataset,
        split=binding.split,
        evidence=binding.evidence,
        target=binding.target,
        max_length=binding.max_length,
        schema=binding.schema,
        partial=binding.partial,
        ignore_field=binding.ignore_field,
        group=binding.group,
        benchmark=binding.benchmark,
    )


def settled_format(binding: Binding, source: Source) -> tuple[Format | None, str]:
    """The declared format, else the one detected from the file's first rows, and what is unclear about it.

    None where no format is certain, and of a file that holds no records.
    """
    from ftlint.formats import by_name, detect, fitted, remapped
    from ftlint.read.records import sample

    if binding.document or source.container == "none":
        return None, ""
    if binding.known is not None:
        return binding.known, ""
    rows = sample(source)
    if binding.columns:
        named = by_name(binding.format) if binding.format else detect(rows).format or by_name("qa")
        return remapped(named, binding.columns), ""
    if binding.format:
        return fitted(by_name(binding.format), rows), ""
    found = detect(rows)
    return found.format, found.note
