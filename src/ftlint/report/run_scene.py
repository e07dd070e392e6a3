"""A picture as a list of strokes, areas, dots and words, in pixels from the top left: drawn once, written as
SVG, PNG or part of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ftlint.report.cells import cells

Place = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

LIGHT = {
    "paper": "#ffffff", "ink": "#1b2330", "faint": "#56606f", "grid": "#e3e7ec", "axis": "#8a94a3",
    "c0": "#2f5fc4", "c1": "#b4530a", "c2": "#0f766e", "c3": "#7c3aed", "c4": "#be185d", "c5": "#4d7c0f",
    "c6": "#0369a1", "c7": "#854d0e", "rise": "#c0271c", "best": "#1a6b3c", "epoch": "#8a94a3",
    "restart": "#0f766e", "error": "#b3261e", "warning": "#835200", "info": "#1c5a99", "ok": "#1a6b3c",
}  # fmt: skip
"""Colours by tone; text in each of them has a contrast of 4.5 and more on the paper."""

DARK = {
    "paper": "#161d26", "ink": "#e7ebf1", "faint": "#a2adbb", "grid": "#2b3644", "axis": "#6c7888",
    "c0": "#8fb0ff", "c1": "#f2a65a", "c2": "#5fd0c5", "c3": "#c4a5ff", "c4": "#ff8fc0", "c5": "#a9d36b",
    "c6": "#6cc5f5", "c7": "#d9b36b", "rise": "#ff8d80", "best": "#7fd6a1", "epoch": "#6c7888",
    "restart": "#5fd0c5", "error": "#ff9a91", "warning": "#f0c36a", "info": "#93c5fb", "ok": "#7fd6a1",
}  # fmt: skip

COLOURS = 8
"""Tones of curves: `c0`, `c1` ..."""


class Stroke(NamedTuple):
    """A line through points. `dash` is lengths on and off."""

    points: Sequence[Place]
    tone: str
    width: float = 1.0
    dash: tuple[float, ...] = ()
    opacity: float = 1.0


class Area(NamedTuple):
    points: Sequence[Place]
    tone: str
    opacity: float = 1.0


class Dot(NamedTuple):
    x: float
    y: float
    radius: float
    tone: str
    hollow: bool = False


class Words(NamedTuple):
    """Text whose baseline is at `y`."""

    x: float
    y: float
    text: str
    tone: str = "ink"
    size: float = 12
    anchor: Anchor = "start"
    bold: bool = False


Piece = Stroke | Area | Dot | Words


class Scene(NamedTuple):
    """`title` and `told` say in words what is to be seen."""

    width: float
    height: float
    title: str
    told: str
    pieces: Sequence[Piece]


def long(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a text is: fonts differ, this one errs to wide."""
    return cells(text) * size * (0.61 if bold else 0.57)


def fitting(text: str, size: float, room: float) -> str:
    """The text, or its beginning and `…`."""
    from ftlint.report.cells import cut

    return cut(text, max(1, int(room / (size * 0.57))))
