"""Runs side by side as a page."""

from __future__ import annotations

from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.report.amounts import plural
from ftlint.report.html.markup import Markup, el
from ftlint.report.run_compared import SEEDS, Compared, led, where
from ftlint.report.run_curves import label_of
from ftlint.report.run_html import finding_card, page, pictures, table
from ftlint.report.run_overlay import overlaid, overlay, overlay_axes
from ftlint.report.run_plot import NARROW, WIDE
from ftlint.report.run_scale import exact
from ftlint.report.run_show import UNITS, Asked


def write(made: Compared, out: TextIO, asked: Asked) -> None:
    title = f"{plural(len(made.runs), 'run')} compared"
    lead = f"by {label_of(made.metric)}" if made.metric else made.why
    found = overlaid(made, asked)
    sections = [_verdicts(made), _runs(made)]
    if found:
        scenes = [overlay(made, asked, width, heading=False) for width in (WIDE, NARROW)]
        axes = [overlay_axes(made, asked, width) for width in (WIDE, NARROW)]
        sections.insert(1, pictures(scenes, axes, found[0], UNITS[asked.axis]))
    sections.append(_differing(made))
    sections += [each for each in (_findings(made),) if each is not None]
    out.write(page(title, lead, sections))


def _verdicts(made: Compared) -> Markup:
    told = [led(made, index) for index in made.pairs]
    items = [el("p", el("strong", word + colon), visible(rest)) for word, colon, rest in told]
    if made.why:
        items.append(el("p", el("strong", "cannot tell: "), made.why))
    if any(word == "better" for word, _, _ in told):
        items.append(el("p", SEEDS[0].upper() + SEEDS[1:] + ".", class_="faint"))
    return el("section", el("h2", "Verdict", id="verdict"), *items, aria_labelledby="verdict")


def _runs(made: Compared) -> Markup:
    rows = []
    for index, view in enumerate(made.runs):
        level = made.levels[index] if made.levels else None
        names = ", ".join(dict.fromkeys(finding.name for finding in view.findings))
        rows.append(
            [
                el(
                    "span",
                    f"{made.letter(index)} {view.name}",
                    el("strong", " · best") if made.leader == index else None,
                ),
                exact(level.seen) if level else "-",
                where(made, index) or "-",
                f"{view.log.last_step:,.0f}",
                names or "-",
            ]
        )
    heads = ["run", label_of(made.metric) or "value", "at", "steps", "findings"]
    listed = table("The runs, with the value that they are compared by", heads, rows, stacked=True)
    return el("section", el("h2", "Runs", id="runs"), listed, aria_labelledby="runs")


def _differing(made: Compared) -> Markup:
    if made.differing:
        heads = ["hyperparameter", *(made.letter(index) for index in range(len(made.runs)))]
        rows = [[name, *(value or "-" for value in values)] for name, values in made.differing]
        listed = table("Hyperparameters that differ", heads, rows, stacked=True)
    else:
        listed = el("p", "No hyperparameter that is known of two runs differs.", class_="faint")
    return el("section", el("h2", "What differs", id="differs"), listed, aria_labelledby="differs")


def _findings(made: Compared) -> Markup | None:
    cards = [
        el(
            "details",
            el(
                "summary",
                f"{made.letter(index)} {visible(view.name)}: {plural(len(view.findings), 'finding')}",
            ),
            *(finding_card(finding, view.log.unit) for finding in view.findings),
        )
        for index, view in enumerate(made.runs)
        if view.findings
    ]
    if not cards:
        return None
    return el("section", el("h2", "Findings", id="findings"), *cards, aria_labelledby="findings")
