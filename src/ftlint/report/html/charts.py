"""Charts, drawn as SVG when the report is written. Each stands beside its numbers or above a table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from ftlint.model.stats import Bin, Spread
from ftlint.report.amounts import number
from ftlint.report.bars import share
from ftlint.report.html.markup import Markup, el, join

WIDTH, HEIGHT = 340, 150
LEFT, RIGHT, TOP, FLOOR = 6, 6, 24, 122
MOST_BARS = 30
FEW = 10
"""Half octaves below which bins of one width show more."""


class Bar(NamedTuple):
    """A labelled amount; `tone` is a class of the style sheet."""

    label: str
    amount: int
    tone: str = "a"


def bar(parts: Sequence[tuple[int, str]], most: int) -> Markup:
    """A bar of one or several amounts, as wide as its cell where they add up to `most`."""
    drawn, at = [], 0.0
    for amount, tone in parts:
        if amount and most:
            width = max(100 * amount / most, 0.6)
            drawn.append(el("rect", class_=tone, x=f"{at:.2f}", y=0, width=f"{width:.2f}", height=10))
            at += width
    return el(
        "svg", *drawn, class_="bar", viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true"
    )


def bars(caption: str, head: str, unit: str, rows: Sequence[Bar], whole: int = 0) -> Markup:
    """A table of label, bar, amount and, of a `whole`, share."""
    most = max((row.amount for row in rows), default=0)
    lines = [
        el(
            "tr",
            el("th", row.label, scope="row"),
            el("td", bar([(row.amount, row.tone)], most), class_="drawn"),
            el("td", number(row.amount), class_="number"),
            el("td", share(row.amount, whole), class_="number") if whole else None,
        )
        for row in rows
    ]
    heads = el(
        "tr",
        el("th", head, scope="col"),
        el("td", class_="drawn"),
        el("th", unit, scope="col", class_="number"),
        el("th", "share", scope="col", class_="number") if whole else None,
    )
    return el("table", el("caption", caption), el("thead", heads), el("tbody", *lines), class_="bars")


def histogram(title: str, unit: str, spread: Spread, bounds: Sequence[tuple[int, int]]) -> Markup:
    """How records spread over `unit`: bars, the median and the 95th percentile, and a table of the numbers.

    There is at least one record, and all of them are within the bounds.
    """
    bins = binned(spread, bounds)
    low, half, most, high = spread.quantiles((0, 50, 95, 100))
    told = f"{unit}: least {number(low)}, median {number(half)}, p95 {number(most)}, most {number(high)}"
    return el(
        "figure",
        el("figcaption", el("strong", title), " ", el("span", told, class_="faint")),
        _drawn(f"{title}. {told}", bins, ((half, "p50"), (most, "p95"))),
        el(
            "details",
            el("summary", "Numbers", el("span", f" of {title}, {unit}", class_="unseen")),
            _numbers(f"{title}: records by {unit}", unit, bins, spread.records),
        ),
        class_="chart",
    )


def _drawn(told: str, bins: Sequence[Bin], marks: Sequence[tuple[int, str]]) -> Markup:
    top = max(each.records for each in bins)
    step = (WIDTH - LEFT - RIGHT) / len(bins)
    drawn = [el("line", class_="axis", x1=LEFT, x2=WIDTH - RIGHT, y1=FLOOR, y2=FLOOR)]
    for index, each in enumerate(bins):
        if not each.records:
            continue
        tall = max((FLOOR - TOP) * each.records / top, 1)
        told_of = el("title", f"{_range(each)}: {number(each.records)}")
        drawn.append(
            el(
                "rect",
                told_of,
                class_="a",
                x=f"{LEFT + index * step + step * 0.06:.1f}",
                y=f"{FLOOR - tall:.1f}",
                width=f"{step * 0.88:.1f}",
                height=f"{tall:.1f}",
            )
        )
    every = -(-len(bins) // 7)
    for index in range(0, len(bins), every):
        at = LEFT + (index + 0.5) * step
        drawn.append(el("text", short(bins[index].low), x=f"{at:.1f}", y=FLOOR + 15, text_anchor="middle"))
    last = 0.0
    for value, name in marks:
        at = LEFT + _place(value, bins) * step
        # two marks in one place would be written over each other
        side = "end" if at > WIDTH / 2 and not (last and at - last < 34) else "start"
        shift = -3 if side == "end" else 3
        drawn.append(el("line", class_="mark", x1=f"{at:.1f}", x2=f"{at:.1f}", y1=8, y2=FLOOR))
        drawn.append(el("text", name, class_="mark", x=f"{at + shift:.1f}", y=16, text_anchor=side))
        last = at
    return el(
        "svg", el("title", told), *drawn, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", class_="histogram"
    )


def _numbers(caption: str, unit: str, bins: Sequence[Bin], records: int) -> Markup:
    head = join(*(el("th", name, scope="col", class_="number") for name in (unit, "records", "share")))
    rows = [
        el(
            "tr",
            el("th", _range(each), scope="row", class_="number"),
            el("td", number(each.records), class_="number"),
            el("td", share(each.records, records), class_="number"),
        )
        for each in bins
    ]
    return el(
        "table", el("caption", caption, class_="unseen"), el("thead", el("tr", head)), el("tbody", *rows)
    )


def _range(each: Bin) -> str:
    return number(each.low) if each.low == each.high else f"{number(each.low)}-{number(each.high)}"


def short(amount: int) -> str:
    """A number that has little room: `1,536`, `12k`, `3M`."""
    for size, unit in ((1_000_000, "M"), (10_000, "k")):
        if amount >= size:
            divided = amount / (1000 if unit == "k" else size)
            return f"{divided:.0f}{unit}" if divided >= 10 else f"{divided:.1f}{unit}"
    return number(amount)


def _place(value: int, bins: Sequence[Bin]) -> float:
    """Where a value stands, in bins from the left."""
    for index, each in enumerate(bins):
        if value <= each.high:
            return index + (value - each.low + 0.5) / (each.high - each.low + 1)
    return float(len(bins))


def bounds(spread: Spread) -> list[tuple[int, int]]:
    """From the least to the most of what is there: bins of one width, or where lengths differ by much more of
    widths that grow, 1, 2, 3, 4, 6, 8, 12, 16 ..."""
    values = [value for value, count in spread.counts.items() if count]
    if not values:
        return []
    low, high = min(values), max(values)
    first, last = _half(low), _half(high)
    if last - first < FEW:
        width = _width(high - low + 1)
        return [(at, at + width - 1) for at in range(low // width * width, high + 1, width)]
    step = 1 if last - first < MOST_BARS else 2
    first -= first % step
    return [(_bound(place), _bound(place + step) - 1) for place in range(first, last + 1, step)]


def binned(spread: Spread, bounds: Sequence[tuple[int, int]]) -> list[Bin]:
    lows = [low for low, _ in bounds]
    found = [0] * len(bounds)
    for value, count in spread.counts.items():
        found[bisect_right(lows, value) - 1] += count
    return [Bin(low, high, records) for (low, high), records in zip(bounds, found, strict=True)]


def _width(extent: int) -> int:
    """A round width of bins, so that there are 24 of them at the most."""
    power = 1
    while True:
        for width in (power, 2 * power, 5 * power):
            if extent <= 24 * width:
                return width
        power *= 10


def _half(value: int) -> int:
    """The half octave a value is in."""
    if value < 2:
        return value
    power = value.bit_length() - 1
    return 2 * power + (value >= 3 << power - 1)


def _bound(place: int) -> int:
    """The least value in the half octave `place`."""
    if place < 2:
        return place
    power, half = divmod(place, 2)
    return 3 << power - 1 if half else 1 << power
