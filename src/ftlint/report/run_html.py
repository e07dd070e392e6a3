"""A page about a run, or about several that are compared: one file that loads nothing."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from importlib.resources import files as resources
from typing import TextIO

import ftlint
from ftlint.detect.mask import visible
from ftlint.model import Finding, Severity
from ftlint.report.amounts import amount, plural
from ftlint.report.html.markup import Child, Markup, el, join
from ftlint.report.run_axes import Axes
from ftlint.report.run_curves import extremes
from ftlint.report.run_marks import marks
from ftlint.report.run_panels import Panel, panels
from ftlint.report.run_plot import NARROW, WIDE, main_axes, plot
from ftlint.report.run_scale import exact
from ftlint.report.run_scene import DARK, Scene
from ftlint.report.run_show import UNITS, Asked
from ftlint.report.run_svg import svg
from ftlint.report.run_view import RunView, facts, shown, spread, sureness, undecided

HELD = 600
"""Columns of a curve whose values the page can tell."""

EVALS = 200
"""Evals that are listed in numbers."""


def write(view: RunView, out: TextIO, asked: Asked) -> None:
    title = visible(view.name or view.log.path)
    found = panels(view.log, asked.names, asked.axis, asked.span)
    unit = view.log.unit if asked.axis == "step" else UNITS[asked.axis]
    marked = marks(view.log, view.findings, view.judgements, asked.axis)
    sections = [
        el("section", el("h2", "Findings", id="findings"), *_findings(view), aria_labelledby="findings"),
        pictures(
            [plot(view, asked, width, heading=False) for width in (WIDE, NARROW)],
            [main_axes(found, marked, asked, unit, width) for width in (WIDE, NARROW)] if found else [],
            found[0] if found else None,
            unit,
        ),
        _evals(view),
        _series(view),
    ]
    out.write(page(title, " · ".join(facts(view)), [each for each in sections if each is not None]))


def page(title: str, lead: str, sections: Iterable[Markup]) -> str:
    """The whole file. `lead` says below the title what it is about."""
    css, js = style_sheet(), _resource("run_page.js")
    policy = (
        f"default-src 'none'; script-src '{_digest(js)}'; style-src '{_digest(css)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = join(
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="referrer" content="no-referrer">'),
        el("title", f"{title} · ftlint"),
        Markup(f"<style>{css}</style><script>{js}</script>"),
    )
    body = join(
        el("header", el("h1", title), el("p", lead, class_="faint")),
        el("main", *sections),
        el("footer", el("p", f"Written by ftlint {ftlint.__version__}. This file loads nothing.")),
        by="\n",
    )
    return f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body>\n{body}\n</body>\n</html>\n'


def pictures(scenes: Sequence[Scene], axes: Sequence[Axes], panel: Panel | None, unit: str) -> Markup:
    """The wide and the narrow picture, of which a screen shows one, and what the pointer reads of them."""
    drawn = [svg(scene, class_=name) for scene, name in zip(scenes, ("wide", "narrow"), strict=True)]
    held = {
        "unit": unit,
        "frames": {name: _frame(each) for name, each in zip(("wide", "narrow"), axes, strict=False)},
        "curves": [
            {
                "label": each.label,
                "points": [[round(x, 4), float(f"{y:.5g}")] for x, y in extremes(each.median, HELD)],
            }
            for each in (panel.curves if panel is not None else ())
        ],
    }
    content = json.dumps(held, separators=(",", ":")).replace("<", "\\u003c")
    return el(
        "section",
        el("h2", "Curves", id="curves"),
        el(
            "figure",
            *(Markup(each) for each in drawn),
            el("figcaption", "Point at the curves to read their values.", class_="reading", id="reading"),
        ),
        Markup(f'<script type="application/json" id="points">{content}</script>'),
        aria_labelledby="curves",
    )


def _frame(axes: Axes) -> dict[str, float]:
    box, across = axes.box, axes.frame.across
    named = {"left": box.left, "right": box.right, "top": box.top, "bottom": box.bottom}
    return {**named, "low": across.low, "high": across.high}


def _findings(view: RunView) -> list[Markup]:
    found = [finding_card(each, view.log.unit) for each in view.findings]
    found += [el("p", f"{name}: cannot tell yet, {needs}", class_="faint") for name, needs in undecided(view)]
    if not view.findings and view.rules:
        found.insert(0, el("p", f"Nothing found by {plural(view.rules, 'rule')}.", class_="ok"))
    return found


def finding_card(finding: Finding, unit: str) -> Markup:
    severity = (finding.severity or Severity.INFO).label
    told = sureness(finding, unit)
    return el(
        "article",
        el("h3", f"{severity}: {finding.code} {finding.name}"),
        el("p", finding.message),
        el("p", told, class_="faint") if told else None,
        el("p", el("strong", "Help: "), finding.help) if finding.help else None,
        class_=f"finding {severity}",
    )


def _evals(view: RunView) -> Markup | None:
    """The evals in numbers: what the picture shows, for whoever cannot see it."""
    log = view.log
    sets = {name: series for name, series in log.series.items() if name.startswith("eval_") and len(series)}
    sets = {name: each for name, each in sets.items() if name.endswith("loss")} or sets
    if not sets:
        return None
    steps = sorted({step for series in sets.values() for step in series.steps})
    rows = []
    for step in steps[-EVALS:]:
        values = [dict(series.points()).get(step) for series in sets.values()]
        rows.append([amount(step), *("" if value is None else exact(value) for value in values)])
    caption = (
        f"Evals, the last {EVALS} of {len(steps)}" if len(steps) > EVALS else f"{plural(len(steps), 'eval')}"
    )
    return el(
        "section",
        el("h2", "Evals", id="evals"),
        el("details", el("summary", "Show the evals in numbers"), table(caption, [log.unit, *sets], rows)),
        aria_labelledby="evals",
    )


def _series(view: RunView) -> Markup:
    rows = [
        [name, f"{len(series):,}", spread(series)] for name, series in view.log.series.items() if len(series)
    ]
    listed = table("Every series of the log", ["series", "points", "from first to last"], rows, stacked=True)
    return el("section", el("h2", "Series", id="series"), listed, aria_labelledby="series")


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[Child]], *, stacked: bool = False
) -> Markup:
    """A table whose first column names the rows; `stacked` ones are lists on a narrow screen."""
    titles = [shown(head) for head in heads]
    lines = [
        el(
            "tr",
            el("th", _masked(row[0]), scope="row"),
            *(
                el("td", _masked(cell), data_head=title)
                for title, cell in zip(titles[1:], row[1:], strict=True)
            ),
        )
        for row in rows
    ]
    made = el(
        "table",
        el("caption", caption),
        el("thead", el("tr", *(el("th", title, scope="col") for title in titles))),
        el("tbody", *lines),
        class_="stacked" if stacked else None,
    )
    if stacked:
        return made
    return el("div", made, class_="table", tabindex=0, role="region", aria_label=caption)


def _masked(cell: Child) -> Child:
    return cell if cell is None or isinstance(cell, Markup) else shown(cell)


def style_sheet() -> str:
    """The style sheet with the colours of curves in the dark."""
    tones = "".join(
        f".s-{tone} {{ stroke: {colour}; }} .f-{tone} {{ fill: {colour}; }}\n"
        for tone, colour in DARK.items()
    )
    dark = (
        ":root { --ground: #0e1319; --paper: #161d26; --line: #2b3644; --ink: #e7ebf1; --faint: #a2adbb; "
        "--focus: #8ab4ff; --error: #ff9a91; --warning: #f0c36a; --info: #93c5fb; --ok: #7fd6a1; }\n"
    )
    return f"{_resource('run_page.css')}@media screen and (prefers-color-scheme: dark) {{\n{dark}{tones}}}\n"


def _digest(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


def _resource(name: str) -> str:
    return (resources("ftlint.report") / name).read_text("utf-8")
