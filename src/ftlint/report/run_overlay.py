"""Runs that are compared, in one picture: a panel for what they are compared by, others below it."""

from __future__ import annotations

from ftlint.detect.mask import visible
from ftlint.report.cells import wrap
from ftlint.report.run_axes import Axes, drawn, legend
from ftlint.report.run_chart import reach
from ftlint.report.run_compared import Compared, verdict
from ftlint.report.run_curves import Curve, curve, label_of
from ftlint.report.run_marks import Marks
from ftlint.report.run_panels import Panel
from ftlint.report.run_plot import EDGE, WIDE, beside, main_axes
from ftlint.report.run_scene import COLOURS, Dot, Piece, Scene, Words
from ftlint.report.run_show import UNITS, Asked

SHOWN = 8
"""Runs that are drawn over each other; of more of them the best."""

VERDICTS = 3
"""Comparisons that are written above the curves, the closest of them."""

TONES = {"better": "ok", "no evidence": "faint", "cannot tell": "warning"}


def chosen(made: Compared) -> list[int]:
    """The runs that are drawn, in their order."""
    order = sorted(range(len(made.runs)), key=lambda index: _rank(made, index))
    return sorted(order[:SHOWN])


def _rank(made: Compared, index: int) -> float:
    level = made.levels[index] if made.levels else None
    if level is None:
        return float("inf")
    return level.value if made.lower else -level.value


def overlaid(made: Compared, asked: Asked) -> list[Panel]:
    """The metric, the training loss and the learning rate of the runs that are drawn."""
    names = [*asked.names] or [made.metric, "loss", "learning_rate"]
    panels = []
    for name in dict.fromkeys(name for name in names if name):
        curves = []
        for index in chosen(made):
            log = made.runs[index].log
            if name in log.series:
                each = curve(log, log.series[name], asked.axis, asked.span)
                curves.append(each._replace(label=f"{made.letter(index)} {made.runs[index].name}"))
        if any(each.points for each in curves):
            panels.append(Panel(label_of(name), curves))
    return panels


def letters(panel: Panel) -> list[str]:
    return [each.label[0] for each in panel.curves]


def tones(made: Compared, panel: Panel) -> list[str]:
    """A run has one colour in all panels, and of those that are drawn none has another's."""
    drawn = [made.letter(index) for index in chosen(made)]
    return [f"c{drawn.index(letter) % COLOURS}" for letter in letters(panel)]


def overlay(made: Compared, asked: Asked, width: int = WIDE, *, heading: bool = True) -> Scene:
    """The picture: verdicts, the metric large, the others small."""
    title = "compared by " + label_of(made.metric) if made.metric else "compared"
    pieces: list[Piece] = []
    y = _heading(made, title, pieces, width) if heading else 0.0
    found = overlaid(made, asked)
    unit = UNITS[asked.axis]
    if found:
        axes = overlay_axes(made, asked, width, y)
        main = found[0]
        pieces += legend(main, axes.box.left, y + 14, axes.box.width, axes.size, tones(made, main))[0]
        pieces += drawn(main, Marks(), axes, tones(made, main))
        below = axes.box.bottom + 2.4 * axes.size
        small = [Panel(panel.title, [_named(panel, each) for each in panel.curves]) for panel in found[1:]]
        y = beside(
            small,
            Marks(),
            asked,
            unit,
            pieces,
            width,
            below,
            reach(found),
            [tones(made, panel) for panel in found[1:]],
        )
    told = "; ".join(verdict(made, index)[1] for index in made.pairs) or made.why
    return Scene(width, y + EDGE / 2, visible(title), visible(told), pieces)


def _named(panel: Panel, each: Curve) -> Curve:
    return each._replace(label=f"{each.label[0]} {panel.title}")


def overlay_axes(made: Compared, asked: Asked, width: int, y: float = 0.0) -> Axes:
    found = overlaid(made, asked)
    return main_axes(found, Marks(), asked, UNITS[asked.axis], width, y)


def _heading(made: Compared, title: str, pieces: list[Piece], width: int) -> float:
    y = EDGE + 14.0
    pieces.append(Words(EDGE, y, visible(title), "ink", 17, bold=True))
    room = int((width - 2 * EDGE) / 7.6)
    for index in [*made.pairs][:VERDICTS]:
        word, sentence = verdict(made, index)
        y += 6
        for number, line in enumerate(wrap(visible(sentence), room, room)):
            y += 17
            if not number:
                pieces.append(Dot(EDGE + 5, y - 4, 4, TONES[word]))
            pieces.append(Words(EDGE + 16, y, line, "ink", 13))
    if len(made.pairs) > VERDICTS:
        y += 20
        told = f"and {len(made.pairs) - VERDICTS} more, further behind"
        pieces.append(Words(EDGE + 16, y, told, "faint", 12))
    if made.why:
        y += 20
        pieces.append(Words(EDGE, y, visible(made.why), "warning", 13))
    return y + 14
