"""A scene as PNG, through matplotlib (the extra `plot`)."""

from __future__ import annotations

import io
from typing import Any

from ftlint.model import FtlintError
from ftlint.report.run_scene import LIGHT, Area, Dot, Scene, Stroke, Words

DPI = 100
SHARP = 2
"""Pixels of the file for each pixel of the scene, across and down."""


def png(scene: Scene) -> bytes:
    """The bytes of the file. Raises `FtlintError` where matplotlib is not installed."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise FtlintError(
            "PNG needs matplotlib: pip install 'ftlint[plot]'; SVG and HTML are written without it"
        ) from None
    figure = Figure(
        figsize=(scene.width / DPI, scene.height / DPI), dpi=DPI * SHARP, facecolor=LIGHT["paper"]
    )
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, scene.width)
    axes.set_ylim(scene.height, 0)
    axes.axis("off")
    for order, piece in enumerate(scene.pieces):
        _draw(axes, piece, order)
    taken = io.BytesIO()
    figure.savefig(taken, format="png", metadata={"Software": None, "Title": scene.title})
    return taken.getvalue()


def _draw(axes: Any, piece: Any, order: int) -> None:
    point = 72 / DPI
    if isinstance(piece, Stroke):
        xs, ys = zip(*piece.points, strict=True)
        dash: Any = (0, tuple(length / piece.width for length in piece.dash)) if piece.dash else "-"
        axes.plot(
            xs, ys, color=LIGHT[piece.tone], linewidth=piece.width * point, linestyle=dash,
            alpha=piece.opacity, zorder=order, solid_joinstyle="round",
        )  # fmt: skip
    elif isinstance(piece, Area):
        xs, ys = zip(*piece.points, strict=True)
        axes.fill(xs, ys, color=LIGHT[piece.tone], alpha=piece.opacity, linewidth=0, zorder=order)
    elif isinstance(piece, Dot):
        axes.plot(
            [piece.x], [piece.y], marker="o", markersize=2 * piece.radius * point, zorder=order,
            markerfacecolor="none" if piece.hollow else LIGHT[piece.tone],
            markeredgecolor=LIGHT[piece.tone], markeredgewidth=2 * point if piece.hollow else 0,
        )  # fmt: skip
    elif isinstance(piece, Words):
        _write(axes, piece, order, point)


def _write(axes: Any, piece: Words, order: int, point: float) -> None:
    sides = {"start": "left", "middle": "center", "end": "right"}
    axes.text(
        piece.x, piece.y, piece.text, color=LIGHT[piece.tone], fontsize=piece.size * point,
        ha=sides[piece.anchor], va="baseline", weight="bold" if piece.bold else "normal",
        zorder=order, parse_math=False,
    )  # fmt: skip
