"""Statistics for a person: a block for each dataset, and a table where there are several of anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.model import Severity
from ftlint.model.stats import Clusters, Origin, Scope, Stats
from ftlint.report.amounts import duration, number, plural, size
from ftlint.report.bars import bar, share
from ftlint.report.cells import cells, cut, cut_left, pad, wrap
from ftlint.report.stats_grid import grid
from ftlint.report.style import Style
from ftlint.report.wording import guarded, location

BLOCKS = 3
"""Datasets that get a block each; of more of them there is a table, and one block for all together."""

_LABEL = 10
_BAR = 40
_CLUSTERS = 3

ESTIMATED = "tokens are estimates: nine in ten ASCII texts lie between -27% and +45%"


def write(stats: Stats, out: TextIO, style: Style) -> None:
    page = _Page(out, style)
    several = len(stats.datasets) > 1
    if len(stats.datasets) <= BLOCKS:
        for dataset in stats.datasets:
            page.block(dataset.whole, dataset.splits, stats.similarity)
    else:
        page.block(stats.total, (), stats.similarity)
    if several:
        page.table([dataset.whole for dataset in stats.datasets], stats.total)
    page.closing(stats)


class _Page:
    def __init__(self, out: TextIO, style: Style) -> None:
        self.out = out
        self.style = style

    def put(self, line: str = "") -> None:
        self.out.write(guarded(line.rstrip()) + "\n")

    def labelled(self, label: str, text: str) -> None:
        """A label and its text, wrapped under its own beginning."""
        indent = _LABEL + 2
        first, *others = wrap(text, self.style.width - indent, self.style.width - indent)
        self.put(f"  {self.style.paint(label, '36')}{' ' * (_LABEL - len(label))}{first}")
        for line in others:
            self.put(" " * indent + line)

    def block(self, scope: Scope, splits: Sequence[Scope], similarity: float | None) -> None:
        facts = f" · {plural(scope.files, 'file')}, {plural(scope.rows, 'row')}, {size(scope.bytes)}"
        formats = ", ".join(known.name for known in scope.formats if known.name)
        facts += f" · {formats or 'no format known'}"
        name = cut_left(visible(scope.name), max(20, self.style.width - cells(facts)))
        room = self.style.width - cells(name)
        self.put(self.style.strong(guarded(name)) + self.style.faint(cut(facts, max(room, 20))))
        if len(splits) > 1:
            for line in grid(splits, None, self.style, indent=2):
                self.put(line)
            self.put()
        if scope.measured:
            self.tokens(scope)
            self.copies(scope, similarity)
            self.scripts(scope)
        if scope.origin:
            self.origin(scope.origin, scope.measured)
        self.put()

    def tokens(self, scope: Scope) -> None:
        told = f"{number(scope.tokens)}: {number(scope.prompt)} prompt, {number(scope.completion)} completion"
        self.labelled("tokens", f"about {told}")
        if scope.lengths.records:
            low, five, median, high, most, largest = map(
                number, scope.lengths.quantiles((0, 5, 50, 95, 99, 100))
            )
            self.labelled(
                "per row", f"min {low} · p5 {five} · p50 {median} · p95 {high} · p99 {most} · max {largest}"
            )
            bins = [
                (f"{number(each.low)}-{number(each.high)}", each.records) for each in scope.lengths.bins()
            ]
            self.bars(bins, scope.lengths.records, right=True)
        if scope.turns.records:
            low, median, largest = map(number, scope.turns.quantiles((0, 50, 100)))
            self.labelled("turns", f"min {low} · p50 {median} · max {largest}")

    def bars(self, found: Sequence[tuple[str, int]], whole: int, *, right: bool = False) -> None:
        """Lines of label, bar, count and share."""
        indent = " " * (_LABEL + 2)
        most = max(count for _, count in found)
        counts = max(len(number(count)) for _, count in found)
        room = self.style.width - len(indent) - counts - 11
        labels = min(max(cells(label) for label, _ in found), max(room - 10, room // 2))
        width = min(_BAR, room - labels)
        for label, count in found:
            fitted = cut(label, labels)
            shown = " " * (labels - cells(fitted)) + fitted if right else pad(fitted, labels)
            drawn = self.style.paint(pad(bar(count, most, width), width), "34")
            self.put(f"{indent}{shown}  {drawn}  {number(count):>{counts}}  {share(count, whole):>5}")

    def copies(self, scope: Scope, similarity: float | None) -> None:
        told = "no row repeats an earlier one"
        if scope.repeats:
            again = "repeats" if scope.repeats == 1 else "repeat"
            told = f"{plural(scope.repeats, 'row')} {again} an earlier one to the character"
            told += f" ({share(scope.repeats, scope.measured)})"
        self.labelled("copies", told)
        if scope.clusters is not None and similarity is not None:
            self.clusters(scope.clusters, scope.measured, similarity)

    def clusters(self, clusters: Clusters, measured: int, similarity: float) -> None:
        alike = f"{share(round(similarity * 1000), 1000)} alike or more"
        if not clusters.clusters:
            self.labelled("near", f"no rows {alike}")
            return
        some = f"{number(clusters.rows)} rows in {plural(clusters.clusters, 'cluster')}, {alike}"
        self.labelled("near", f"{some} ({share(clusters.rows, measured)})")
        shown = clusters.largest[:_CLUSTERS]
        counts = max(len(number(cluster.rows)) for cluster in shown)
        for cluster in shown:
            lead = f"{' ' * (_LABEL + 2)}{number(cluster.rows):>{counts}} rows, first "
            place = location(cluster.path, cluster.line, cluster.row)
            self.put(lead + cut_left(visible(place), self.style.width - len(lead)))
        if clusters.clusters > len(shown):
            self.put(
                " " * (_LABEL + 2) + self.style.faint(f"… {number(clusters.clusters - len(shown))} more")
            )

    def scripts(self, scope: Scope) -> None:
        parts = [
            f"{name or 'not clear'} {share(count, scope.measured)}" for name, count in scope.scripts.items()
        ]
        self.labelled("scripts", " · ".join(parts))

    def origin(self, origin: Origin, measured: int) -> None:
        if origin.different is None:
            self.labelled("sources", f"by {visible(origin.field)}: more than 1,000 values, so none is listed")
            return
        field = visible(origin.field)
        self.labelled("sources", f"by {field}: {plural(origin.different, 'value')}")
        listed = [
            (visible(value.shown) + (f" ({number(value.different)} values)" if value.different > 1 else ""),
             value.records)
            for value in origin.top
        ]  # fmt: skip
        rest = origin.records - sum(value.records for value in origin.top)
        if rest:
            others = origin.different - sum(value.different for value in origin.top)
            listed.append((f"({number(others)} more)", rest))
        if measured > origin.records:
            listed.append(("(none)", measured - origin.records))
        if listed:
            self.bars(listed, measured)

    def table(self, scopes: Sequence[Scope], total: Scope) -> None:
        for line in grid(scopes, total, self.style):
            self.put(line)
        self.put()

    def closing(self, stats: Stats) -> None:
        for entry in stats.not_read:
            label = " COULD NOT READ " if self.style.colour else "COULD NOT READ"
            used = len(label) + 1
            lines = wrap(
                visible(f"{entry.path}: {entry.reason}"), self.style.width - used, self.style.width - 4
            )
            self.put(f"{self.style.paint(label, '1;37;41')} {lines[0]}")
            for line in lines[1:]:
                self.put("    " + line)
        total = stats.total
        self.put(
            f"{plural(len(stats.datasets), 'dataset')} · {plural(total.files, 'file')}, "
            f"{plural(total.rows, 'row')}, {size(total.bytes)}, {duration(stats.seconds)}"
        )
        for label, text in _remarks(stats):
            severity = Severity.INFO if label == "hint: " else Severity.WARNING
            lines = wrap(text, self.style.width - len(label), self.style.width - 2)
            self.put(self.style.severity(label, severity) + lines[0])
            for line in lines[1:]:
                self.put("  " + line)
        if total.measured:
            self.put(self.style.faint(ESTIMATED))


def _remarks(stats: Stats) -> Iterator[tuple[str, str]]:
    broken = stats.total.rows - stats.total.records
    if broken:
        yield "not read: ", f"{plural(broken, 'row')} could not be read: ftlint check says why"
    unknown = sum(known.files for known in stats.total.formats if not known.name)
    empty = sum(not file.rows for file in stats.files if not file.format)
    if unknown > empty:
        files = plural(unknown - empty, "file")
        yield (
            "not counted: ",
            f"{files} of unknown format, of which rows and bytes alone are told: see --format",
        )
    for note in stats.notes:
        yield "hint: ", visible(note)
