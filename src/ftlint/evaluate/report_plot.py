"""Differences and their intervals, drawn: each metric in a scale of its own, better to the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ftlint.evaluate import wording
from ftlint.evaluate.result import Comparison
from ftlint.report.cells import cut
from ftlint.report.html.markup import Markup, el, join

ROW, TOP = 34, 22
CLASSES = {"better": "better", "worse": "worse", "no evidence": "none"}


class Frame(NamedTuple):
    """A picture's width, the room for names at its left and for amounts at its right, letters of a name."""

    width: int
    left: int
    right: int
    letters: int

    def at(self, share: float) -> float:
        """The place of a share of the scale, -1 to 1."""
        return self.left + (self.width - self.left - self.right) * (share + 1) / 2


WIDE, NARROW = Frame(620, 150, 96, 20), Frame(330, 100, 66, 13)


def plots(comparisons: Sequence[Comparison]) -> Markup:
    """A picture for wide screens and one for narrow ones; the table beside it has its numbers."""
    return join(_plot(comparisons, WIDE, "wide"), _plot(comparisons, NARROW, "narrow"))


def _plot(comparisons: Sequence[Comparison], frame: Frame, class_: str) -> Markup:
    height = TOP + ROW * len(comparisons) + 6
    middle, right = f"{frame.at(0):.1f}", frame.width - frame.right
    drawn = [
        el("text", "worse", x=frame.left, y=14, class_="axis-word"),
        el("text", "better", x=right, y=14, text_anchor="end", class_="axis-word"),
        el("line", class_="zero", x1=middle, x2=middle, y1=TOP - 4, y2=height - 6),
    ]
    for index, each in enumerate(comparisons):
        drawn += _row(each, TOP + ROW * index + ROW / 2, frame)
    told = "; ".join(wording.sentence(each) for each in comparisons)
    return el(
        "svg",
        el("title", told),
        *drawn,
        viewBox=f"0 0 {frame.width} {height}",
        role="img",
        class_=f"differences {class_}",
    )


def _row(each: Comparison, y: float, frame: Frame) -> list[Markup]:
    sign = 1 if each.higher_is_better else -1
    low, high = sorted((sign * each.low, sign * each.high))
    reach = 1.05 * max(abs(low), abs(high), min(each.detectable or 0.0, 3 * max(abs(low), abs(high)))) or 1.0
    kind = CLASSES[each.verdict]
    made = []
    if each.tolerance:
        start = max(-1.0, -each.tolerance / reach)
        made.append(_box(start, 0.0, y, "tolerated", frame))
    edge = 2.0 if each.detectable is None else each.detectable / reach
    if edge <= 1:
        made += [_tick(side * edge, y, frame) for side in (-1, 1)]
    made.append(
        el(
            "line",
            class_=f"interval {kind}",
            x1=f"{frame.at(low / reach):.1f}",
            x2=f"{frame.at(high / reach):.1f}",
            y1=f"{y:.1f}",
            y2=f"{y:.1f}",
        )
    )
    point = frame.at(sign * each.difference / reach)
    made.append(el("circle", class_=f"point {kind}", cx=f"{point:.1f}", cy=f"{y:.1f}", r=5))
    name = cut(each.metric, frame.letters)
    made.append(el("text", name, x=frame.left - 10, y=f"{y + 4:.1f}", text_anchor="end"))
    shown = wording.signed(each.difference, each.metric)
    made.append(
        el("text", shown, x=frame.width - frame.right + 10, y=f"{y + 4:.1f}", class_=f"amount {kind}")
    )
    return made


def _box(start: float, end: float, y: float, class_: str, frame: Frame) -> Markup:
    left, right = frame.at(start), frame.at(end)
    return el(
        "rect",
        class_=class_,
        x=f"{left:.1f}",
        width=f"{right - left:.1f}",
        y=f"{y - ROW / 2 + 3:.1f}",
        height=ROW - 6,
    )


def _tick(share: float, y: float, frame: Frame) -> Markup:
    x = f"{frame.at(share):.1f}"
    return el("line", class_="detectable", x1=x, x2=x, y1=f"{y - 8:.1f}", y2=f"{y + 8:.1f}")
