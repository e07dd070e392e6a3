"""What datasets hold: one pass that fills measures, and no rule of any package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import ClassVar

from ftlint.detect.measures.class_counts import ClassCounts
from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.detect.measures.script_counts import ScriptCounts
from ftlint.detect.measures.sources import Sources
from ftlint.detect.measures.token_lengths import TokenLengths
from ftlint.detect.measures.token_totals import TokenTotals
from ftlint.detect.measures.turn_counts import TurnCounts
from ftlint.detect.near.sketches import RowSketches
from ftlint.engine.bind import Binding
from ftlint.engine.counted import Counted
from ftlint.engine.executors import Executor
from ftlint.engine.lint import SHARD_BYTES, Advance, gone_through, planned
from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.engine.verdict import put_together, with_near
from ftlint.model import Dataset, Fault, Finding, FtlintError, Severity
from ftlint.model.report import Failure
from ftlint.model.stats import DatasetStats, FileStats, NotRead, Stats
from ftlint.rule import Measure, Rule
from ftlint.settings import Settings

SIMILARITY = 0.8
"""Lee et al. 2022 (arXiv:2107.06499) take rows for near-duplicates from here on; so does `near-duplicate`."""

LOST = {
    "broken-parquet": "cannot be read to its end",
    "decompression-bomb": "is not read to its end: it unpacks to far more than it should",
    "html-page": "is a web page, not data",
    "not-pulled": "is a pointer: its content is not pulled",
    "truncated-archive": "is cut off: what follows is missing",
    "unsupported-file": "is of a kind that cannot be read",
}
"""Faults after which rows are missing that no row number tells of."""


class Counting(Rule[Fault]):
    """What counting asks of a scan: its measures, and to be told of files that are not read to their end."""

    code = "STATS"
    name = "stats"
    severity = Severity.ERROR
    kinds = tuple(LOST)

    near: ClassVar[bool] = True
    similarity: ClassVar[float] = SIMILARITY
    classes: ClassVar[bool] = False

    def measures(self) -> Sequence[type[Measure]]:
        always = (RowHashes, ScriptCounts, Sources, TokenLengths, TokenTotals, TurnCounts)
        return (
            *always,
            *((RowSketches,) if self.near else ()),
            *((ClassCounts,) if self.classes else ()),
        )

    def compared(self) -> Mapping[str, float]:
        return {RowSketches.view: self.similarity} if self.near else {}

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(LOST[fault.kind])


def stats(
    bindings: Sequence[Binding],
    settings: Settings,
    *,
    near: bool = True,
    similarity: float = SIMILARITY,
    source: str = "",
    classes: bool = False,
    executor: Executor | None = None,
    shard_bytes: int = SHARD_BYTES,
    advance: Advance | None = None,
) -> Stats:
    """Count what the bound files hold. `source` names the column that says where a row is from; with
    `classes` labels are counted, too.

    Raises `FtlintError` where no record has that column.
    """
    began = perf_counter()
    rules = RuleSet([Counting(near=near, similarity=similarity, classes=classes)])
    plans, shards = planned(bindings, settings, rules, shard_bytes)
    if source:
        plans = [_told(plan, source) for plan in plans]
        shards = [shard._replace(plan=_told(shard.plan, source)) for shard in shards]
    scanned, chosen = gone_through(plans, shards, settings, rules, executor, advance)
    failures: list[Failure] = []
    together = put_together(plans, scanned, "")
    datasets = with_near(together, plans, scanned, rules, chosen, failures)
    parts = [_counted(dataset, scanned, similarity if near else None) for dataset in datasets]
    total = Counted.of([whole for whole, _ in parts])
    if source and total.measured and source not in total.columns:
        raise FtlintError(f"--source-field {source}: no record has a short value there")
    return Stats(
        total=total.scope("total", source),
        datasets=[
            _dataset(dataset.name, whole, splits, source)
            for dataset, (whole, splits) in zip(datasets, parts, strict=True)
        ],
        files=[_file(plan, scanned[plan.path]) for plan in plans],
        not_read=[*_not_read(plans, scanned), *(NotRead(lost.path, lost.message) for lost in failures)],
        similarity=similarity if near else None,
        seconds=perf_counter() - began,
    )


def _told(plan: FilePlan, source: str) -> FilePlan:
    return plan._replace(prior=plan.prior._replace(source=source))


def _counted(
    dataset: Dataset, scanned: Mapping[str, Partial], similarity: float | None
) -> tuple[Counted, dict[str, Counted]]:
    """A dataset and its splits. Copies are counted within each split."""
    likeness = dataset.near.get((RowSketches.view, similarity)) if similarity is not None else None
    splits = {}
    for split in dataset.splits.values():
        counted = splits[split.name] = Counted.of([Counted.file(part) for part in split.parts])
        counted.take_copies(split.parts)
        if similarity is not None:
            counted.take_clusters(likeness.within.get(split.name) if likeness else None, scanned)
    return Counted.of(list(splits.values())), splits


def _dataset(name: str, whole: Counted, splits: Mapping[str, Counted], source: str) -> DatasetStats:
    scope = whole.scope(name, source)
    field = scope.origin.field if scope.origin else source
    named = scope.classes.field if scope.classes else None
    told = [counted.scope(split, field, named) for split, counted in splits.items()]
    return DatasetStats(scope, told if named is not None else [one._replace(classes=None) for one in told])


def _file(plan: FilePlan, partial: Partial) -> FileStats:
    return FileStats(
        path=plan.path,
        dataset=plan.dataset,
        split=plan.split,
        format=plan.format.name if plan.format else None,
        container=plan.source.container,
        rows=partial.rows,
        records=partial.records,
        bytes=plan.source.size,
    )


def _not_read(plans: Sequence[FilePlan], scanned: Mapping[str, Partial]) -> Iterator[NotRead]:
    for plan in plans:
        partial = scanned[plan.path]
        reasons = [message for _, _, _, message in partial.failures]
        reasons += [reason.removeprefix(f"{plan.path}: ") for _, reason in partial.missing]
        reasons += [finding.message for finding in partial.findings.get(Counting.code, ())]
        for reason in dict.fromkeys(reasons):
            yield NotRead(plan.path, reason)
