"""One version of a dataset: its files scanned, its rows in columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ftlint.detect.measures.label_counts import LabelCounts
from ftlint.detect.measures.role_counts import RoleCounts
from ftlint.detect.measures.row_digests import RowDigests
from ftlint.detect.measures.row_hashes import RowHashes
from ftlint.detect.measures.script_counts import ScriptCounts
from ftlint.detect.measures.sources import Sources
from ftlint.detect.measures.token_lengths import TokenLengths
from ftlint.detect.measures.token_totals import TokenTotals
from ftlint.detect.measures.turn_counts import TurnCounts
from ftlint.engine.bind import Binding
from ftlint.engine.diff.columns import Columns, columns_of
from ftlint.engine.executors import Executor
from ftlint.engine.hashing import content_hashes
from ftlint.engine.lint import SHARD_BYTES, Advance, gone_through, planned
from ftlint.engine.partial import Partial
from ftlint.engine.plan import FilePlan, RuleSet
from ftlint.engine.stats import LOST
from ftlint.engine.verdict import judged, put_together
from ftlint.model import Batch, Dataset, Fault, Finding, Severity
from ftlint.model.dataset_diff import Place
from ftlint.model.prior import Prior
from ftlint.model.report import Report
from ftlint.model.stats import NotRead
from ftlint.read.records import blocks
from ftlint.rule import Measure, Rule
from ftlint.settings import Settings


class Comparing(Rule[Fault]):
    """What comparing asks of a scan: its measures, and to be told of files that are not read to their end."""

    code = "DIFF"
    name = "diff"
    severity = Severity.ERROR
    kinds = tuple(LOST)

    def measures(self) -> Sequence[type[Measure]]:
        counted = (ScriptCounts, Sources, TokenLengths, TokenTotals, TurnCounts, RoleCounts, LabelCounts)
        return (RowDigests, RowHashes, *counted)

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(LOST[fault.kind])


class Side(NamedTuple):
    """One side as it was named: its files, and the path in the comparison of each that has another one there.

    An old file bears the path of its counterpart, so that both sides' findings can be matched.
    """

    name: str
    commit: str
    bindings: Sequence[Binding]
    paths: Mapping[str, str]

    def path(self, called: str) -> str:
        """The path in the comparison of a file."""
        return self.paths.get(called, called)

    def call(self, path: str) -> str:
        """What a file is called on this side."""
        return next((called for called, other in self.paths.items() if other == path), path)


class Version(NamedTuple):
    """One side, scanned. `private` are spans of personal data and secrets, by path, row and pointer."""

    side: Side
    plans: Sequence[FilePlan]
    scanned: Mapping[str, Partial]
    datasets: Sequence[Dataset]
    columns: Columns
    report: Report | None
    not_read: Sequence[NotRead]
    private: Mapping[tuple[str, int, str], Sequence[tuple[int, int]]]

    def plan(self, index: int) -> FilePlan:
        """The file of a row."""
        return self.plans[int(self.columns.file[index])]

    def place(self, index: int) -> Place:
        """Where a row stands, as a person is told."""
        plan, row = self.plan(index), int(self.columns.row[index])
        lines = plan.source.container not in ("parquet", "arrow")
        line = self.scanned[plan.path].places.line(row) if lines else None
        return Place(self.side.call(plan.path), row, line)

    def hidden(self, index: int, pointer: str) -> Sequence[tuple[int, int]]:
        """What detectors found to be private in a text of a row, in code points."""
        return self.private.get((self.plan(index).path, int(self.columns.row[index]), pointer), ())


def scanned_version(
    side: Side,
    settings: Settings,
    rules: Sequence[Rule[Any]],
    splits: dict[str, int],
    *,
    key: str = "",
    today: str = "",
    executor: Executor | None = None,
    advance: Advance | None = None,
) -> Version:
    """Scan one side; without rules nothing is looked for in it. `key` names the column of ids."""
    from ftlint.engine.sensitive import looking

    comparing = Comparing()
    chosen = looking(RuleSet([comparing, *rules]), settings)
    plans, shards = planned(side.bindings, settings, chosen, SHARD_BYTES)
    plans = [_told(plan, side, key) for plan in plans]
    shards = [
        shard._replace(
            plan=_told(shard.plan, side, key),
            faults=tuple(fault._replace(path=side.path(fault.path)) for fault in shard.faults),
        )
        for shard in shards
    ]
    scanned, used = gone_through(plans, shards, settings, chosen, executor, advance)
    for plan in plans:
        if plan.format is None:
            _digested(plan, scanned[plan.path])
    not_read = list(_not_read(side, plans, scanned))
    for partial in scanned.values():
        partial.findings.pop(comparing.code, None)
    report = None
    if rules:
        report = judged(plans, scanned, settings, chosen, used, today)
        report.rules -= 1
        known = {(lost.path, lost.reason) for lost in not_read}
        failed = [NotRead(side.call(lost.path), lost.message) for lost in report.failures]
        not_read += [lost for lost in failed if lost not in known]
    kept = comparing.measures()
    for partial in scanned.values():
        partial.measures = {kind: measure for kind, measure in partial.measures.items() if kind in kept}
    return Version(
        side,
        plans,
        scanned,
        put_together(plans, scanned, today),
        columns_of(plans, scanned, splits),
        report,
        not_read,
        _private(chosen, scanned),
    )


def _told(plan: FilePlan, side: Side, key: str) -> FilePlan:
    """The plan with its path in the comparison; what a file is by its name is settled by then."""
    source = plan.source._replace(path=side.path(plan.path))
    return plan._replace(source=source, prior=plan.prior._replace(key=key))


def _digested(plan: FilePlan, partial: Partial) -> None:
    """Digests of the rows of a file whose format is not known: nothing else is measured of it."""
    from ftlint.formats import by_name

    plain, prior = by_name("text"), Prior(key=plan.prior.key)
    digests = RowDigests()
    for block in blocks(plan.source):
        if len(block.data):
            no_text = [""] * len(block.data)
            texts = no_text, no_text, no_text
            digests.add(
                Batch(plain, block.rows, block.data, *texts, block.sizes, content_hashes, prior=prior)
            )
    partial.measures[RowDigests] = digests


def _not_read(side: Side, plans: Sequence[FilePlan], scanned: Mapping[str, Partial]) -> Iterator[NotRead]:
    for plan in plans:
        partial = scanned[plan.path]
        reasons = [message for _, _, _, message in partial.failures]
        reasons += [reason.removeprefix(f"{plan.path}: ") for code, reason in partial.missing if not code]
        reasons += [finding.message for finding in partial.findings.get(Comparing.code, ())]
        for reason in dict.fromkeys(reasons):
            yield NotRead(side.call(plan.path), reason)


def _private(
    rules: RuleSet, scanned: Mapping[str, Partial]
) -> Mapping[tuple[str, int, str], Sequence[tuple[int, int]]]:
    found: defaultdict[tuple[str, int, str], list[tuple[int, int]]] = defaultdict(list)
    for path, partial in scanned.items():
        for rule in rules.span:
            for finding in partial.findings.get(rule.code, ()):
                if finding.row is not None and finding.start is not None and finding.end is not None:
                    found[path, finding.row, finding.pointer].append((finding.start, finding.end))
    return found
