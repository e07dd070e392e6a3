"""A scene as SVG, without any dependency: colours as attributes, classes for pages that have their own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.report.html.markup import Markup, el
from ftlint.report.run_scene import LIGHT, Area, Dot, Piece, Place, Scene, Stroke, Words

FONT = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"


def write(scene: Scene, out: TextIO) -> None:
    """A file of its own."""
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n' + svg(scene, alone=True) + "\n")


def svg(scene: Scene, *, alone: bool = False, class_: str = "") -> str:
    """The element. `alone` brings the name space, a ground and a size of its own."""
    width, height = _short(scene.width), _short(scene.height)
    ground = el("rect", width=width, height=height, fill=LIGHT["paper"]) if alone else None
    return el(
        "svg",
        el("title", scene.title),
        el("desc", scene.told),
        ground,
        *(_drawn(piece) for piece in scene.pieces),
        xmlns="http://www.w3.org/2000/svg" if alone else None,
        viewBox=f"0 0 {width} {height}",
        width=width if alone else None,
        height=height if alone else None,
        font_family=FONT,
        role="img",
        class_=class_ or None,
    )


def _drawn(piece: Piece) -> Markup:
    if isinstance(piece, Stroke):
        return _stroke(piece)
    if isinstance(piece, Area):
        return Markup(
            f'<path d="{_path(piece.points)}Z" fill="{LIGHT[piece.tone]}"'
            f'{_faded(piece.opacity, "fill-opacity")} class="f-{piece.tone}"/>'
        )
    if isinstance(piece, Dot):
        colour = LIGHT[piece.tone]
        ground = f'fill="none" stroke="{colour}" stroke-width="2"' if piece.hollow else f'fill="{colour}"'
        kind = "s" if piece.hollow else "f"
        return Markup(
            f'<circle cx="{_short(piece.x)}" cy="{_short(piece.y)}" r="{_short(piece.radius)}" '
            f'{ground} class="{kind}-{piece.tone}"/>'
        )
    return _words(piece)


def _stroke(piece: Stroke) -> Markup:
    dash = f' stroke-dasharray="{" ".join(map(_short, piece.dash))}"' if piece.dash else ""
    return Markup(
        f'<path d="{_path(piece.points)}" fill="none" stroke="{LIGHT[piece.tone]}" '
        f'stroke-width="{_short(piece.width)}" stroke-linejoin="round"{dash}'
        f'{_faded(piece.opacity, "stroke-opacity")} class="s-{piece.tone}"/>'
    )


def _words(piece: Words) -> Markup:
    anchor = "" if piece.anchor == "start" else f' text-anchor="{piece.anchor}"'
    weight = ' font-weight="600"' if piece.bold else ""
    told = escape(visible(piece.text))
    return Markup(
        f'<text x="{_short(piece.x)}" y="{_short(piece.y)}" font-size="{_short(piece.size)}" '
        f'fill="{LIGHT[piece.tone]}"{anchor}{weight} class="f-{piece.tone}">{told}</text>'
    )


def _path(points: Sequence[Place]) -> str:
    """Absolute first, then relative steps: a third shorter."""
    text = ""
    at = (0.0, 0.0)
    for index, (x, y) in enumerate(points):
        if not index:
            at = (round(x, 1), round(y, 1))
            text = f"M{_short(at[0])} {_short(at[1])}"
            continue
        dx, dy = round(x - at[0], 1), round(y - at[1], 1)
        text += f"l{_short(dx)} {_short(dy)}"
        at = (round(at[0] + dx, 1), round(at[1] + dy, 1))
    return text


def _faded(opacity: float, name: str) -> str:
    return "" if opacity >= 1 else f' {name}="{_short(opacity, 2)}"'


def _short(value: float, digits: int = 1) -> str:
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
