"""What the data holds, faults aside: splits, lengths, turns, labels, scripts and sources of each dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftlint.model.stats import DatasetStats, Origin, Scope, Stats
from ftlint.report.amounts import number, plural, size
from ftlint.report.bars import share
from ftlint.report.html.charts import Bar, bars, bounds, histogram
from ftlint.report.html.markup import Markup, el, section

MOST = 50
"""Datasets that are drawn, the largest."""

OPEN = 4
"""Datasets whose charts are shown at once; the others unfold."""

ESTIMATED = "Tokens are estimates: nine in ten ASCII texts lie between -27% and +45%."


def data(stats: Stats) -> Markup:
    order = sorted(stats.datasets, key=lambda each: (-each.whole.rows, each.whole.name))
    blocks = [_dataset(each, open_=index < OPEN) for index, each in enumerate(order[:MOST])]
    left = len(order) - MOST
    total = stats.total
    told = f"{plural(len(stats.datasets), 'dataset')}, {plural(total.rows, 'row')}, {size(total.bytes)}"
    lost = [el("li", el("code", each.path), f" {each.reason}") for each in stats.not_read]
    return section(
        "data",
        "Data",
        el("div", el("p", "Not wholly in these numbers:"), el("ul", *lost), class_="note") if lost else None,
        *blocks,
        el("p", f"{plural(left, 'smaller dataset')} not drawn: ftlint data stats", class_="faint")
        if left > 0
        else None,
        lead=f"{told}, about {number(total.tokens)} tokens. {ESTIMATED}",
    )


def _dataset(each: DatasetStats, *, open_: bool) -> Markup:
    whole = each.whole
    formats = ", ".join(known.name for known in whole.formats if known.name) or "no format known"
    tokens = f", about {number(whole.tokens)} tokens" if whole.measured else ""
    facts = f"{plural(whole.rows, 'row')}, {size(whole.bytes)}{tokens} · {formats}"
    return el(
        "details",
        el("summary", el("h3", whole.name), el("span", facts, class_="faint")),
        el("div", *_charts(each), class_="body"),
        class_="card dataset",
        open=open_,
    )


def _charts(each: DatasetStats) -> Iterator[Markup]:
    whole = each.whole
    yield _splits(whole.name, each.splits)
    if not whole.measured:
        return
    drawn: list[Markup | None] = []
    if len(each.splits) > 1:
        rows = [Bar(one.name, one.rows) for one in each.splits]
        tokens = [Bar(one.name, one.tokens) for one in each.splits]
        drawn += [
            bars("Rows by split", "split", "rows", rows, whole.rows),
            bars("Tokens by split", "split", "tokens", tokens, whole.tokens),
        ]
    shared = bounds(whole.lengths)
    drawn += [
        histogram(f"Length: {one.name}", "tokens a row", one.lengths, shared)
        for one in each.splits
        if one.lengths.records
    ]
    shared = bounds(whole.turns)
    if len(shared) > 1:
        drawn += [
            histogram(f"Turns: {one.name}", "turns a row", one.turns, shared)
            for one in each.splits
            if one.turns.records
        ]
    drawn += [_parts(whole), *_labels(each), _scripts(whole), _origin(whole)]
    yield el("div", *drawn, class_="grid")


def _splits(dataset: str, splits: Sequence[Scope]) -> Markup:
    heads = ["split", "files", "rows", "size", "tokens", "p50", "p95", "max", "copies"]
    rows = [
        el(
            "tr",
            el("th", one.name, scope="row"),
            *(el("td", cell, class_="number") for cell in _figures(one)),
        )
        for one in splits
    ]
    head = [el("th", name, scope="col", class_=None if name == "split" else "number") for name in heads]
    return el(
        "div",
        el(
            "table",
            el("caption", "Splits; p50, p95 and max are tokens a row", class_="unseen"),
            el("thead", el("tr", *head)),
            el("tbody", *rows),
        ),
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label=f"Splits of {dataset}",
    )


def _figures(one: Scope) -> list[str]:
    lengths = one.lengths.quantiles((50, 95, 100)) if one.lengths.records else []
    return [
        number(one.files),
        number(one.rows),
        size(one.bytes),
        number(one.tokens),
        *([number(each) for each in lengths] or ["-"] * 3),
        f"{number(one.repeats)} ({share(one.repeats, one.measured)})" if one.repeats else "0",
    ]


def _parts(whole: Scope) -> Markup:
    parts = [Bar("prompt", whole.prompt, "b"), Bar("answer", whole.completion)]
    return bars("Tokens, asked and answered", "part", "tokens", parts, whole.tokens)


def _labels(each: DatasetStats) -> Iterator[Markup]:
    for one in each.splits if each.whole.classes else ():
        if one.classes is not None and one.classes.top:
            by = f"column {one.classes.field}" if one.classes.field else "answer"
            yield _values(f"Labels by {by}: {one.name}", "label", one.classes, one.measured)


def _scripts(whole: Scope) -> Markup | None:
    if not whole.scripts:
        return None
    rows = [Bar(name or "not clear", count, "a" if name else "c") for name, count in whole.scripts.items()]
    return bars("Scripts", "script", "rows", rows, whole.measured)


def _origin(whole: Scope) -> Markup | None:
    if whole.origin is None or not whole.origin.top:
        return None
    return _values(f"Sources by column {whole.origin.field}", "source", whole.origin, whole.measured)


def _values(caption: str, head: str, origin: Origin, measured: int) -> Markup:
    rows = [
        Bar(
            each.shown if each.different < 2 else f"{each.shown} ({number(each.different)} values)",
            each.records,
        )
        for each in origin.top
    ]
    rest = origin.records - sum(each.records for each in origin.top)
    if rest:
        others = (origin.different or 0) - sum(each.different for each in origin.top)
        rows.append(Bar(f"({number(others)} more)", rest, "c"))
    if measured > origin.records:
        rows.append(Bar("(none)", measured - origin.records, "c"))
    return bars(caption, head, "rows", rows, measured)
