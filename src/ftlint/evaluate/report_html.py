"""An evaluation as a page: one file that loads nothing and runs nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files as resources
from typing import TextIO

import ftlint
from ftlint.evaluate import wording
from ftlint.evaluate.changed import Changed, Example
from ftlint.evaluate.report_plot import CLASSES, plots
from ftlint.evaluate.result import Comparison, EvalResult, EvaluatedModel, EvaluatedSet, LabelScore
from ftlint.report.amounts import number, plural
from ftlint.report.html.markup import Markup, el, join, section
from ftlint.report.run_html import style_sheet, table


def write(result: EvalResult, out: TextIO, changed: Sequence[Changed] = ()) -> None:
    kept = {each.role: each for each in changed}
    sections = [_verdict(result)]
    sections += [
        _set(result, measured, kept.get(measured.role), wording.sides(result)) for measured in result.sets
    ]
    if result.labels:
        sections.append(section("labels", "By label", _labels(result.labels, wording.sides(result))))
    sections.append(section("how", "How it was measured", *_how(result)))
    out.write(_page(wording.headline(result), sections))


def _page(title: str, sections: Sequence[Markup]) -> str:
    css = style_sheet() + (resources("ftlint.evaluate") / "report_page.css").read_text("utf-8")
    digest = b64encode(sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = join(
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="referrer" content="no-referrer">'),
        el("title", f"{title} · ftlint eval"),
        Markup(f"<style>{css}</style>"),
    )
    body = join(
        el("main", *sections),
        el("footer", el("p", f"Written by ftlint {ftlint.__version__}. This file loads nothing.")),
        by="\n",
    )
    return f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body>\n{body}\n</body>\n</html>\n'


def _verdict(result: EvalResult) -> Markup:
    return el(
        "section",
        el(
            "h1",
            wording.headline(result),
            class_=CLASSES[wording.tone(result)] if result.tuned else None,
            id="verdict",
        ),
        el("ul", *(el("li", *_sentence(result, each)) for each in result.comparisons), class_="sentences")
        if result.comparisons
        else None,
        *(el("p", line) for line in wording.beside(result)),
        el("dl", *_models(result)),
        aria_labelledby="verdict",
    )


def _sentence(result: EvalResult, each: Comparison) -> Iterator[Markup | str]:
    if len(result.verdicts) > 1:
        yield el("span", f"{each.role} ", class_="faint")
    yield wording.sentence(each)


def _models(result: EvalResult) -> Iterator[Markup]:
    for name, model in zip(wording.sides(result), (result.base, result.tuned), strict=True):
        if model is not None:
            yield el("dt", name)
            yield el("dd", el("code", wording.model_name(model)), _faint(model))


def _faint(model: EvaluatedModel) -> Markup:
    return el("span", f" {wording.facts(model)}", class_="faint")


def _set(
    result: EvalResult, measured: EvaluatedSet, changed: Changed | None, sides: tuple[str, str]
) -> Markup:
    comparisons = [each for each in result.comparisons if each.role == measured.role]
    title = wording.TITLES[measured.role]
    parts: list[Markup | None] = [
        el("p", note, class_="warning-note") for note in wording.notes(measured, sides)
    ]
    if comparisons:
        against = wording.mixed(result, measured.role)
        parts += [
            el("p", f"But {against}.") if against else None,
            el(
                "figure",
                plots(comparisons),
                el("figcaption", *_legend(comparisons), class_="faint"),
            ),
            _comparisons(title, comparisons, sides),
        ]
    elif result.scores.get(measured.role):
        rows = [
            [name, wording.figure(score.value, name), wording.spread(score, name), number(score.n)]
            for name, score in result.scores[measured.role].items()
        ]
        parts.append(table(title, ["metric", "value", "95% interval", "rows"], rows, stacked=True))
    parts += _changed(changed, sides) if changed is not None else []
    return section(measured.role, title, *parts, lead=wording.rows_of(measured))


def _legend(comparisons: Sequence[Comparison]) -> Iterator[str]:
    yield "Dot: difference, each metric in its own scale; line: 95% interval; "
    yield "ticks: what is detectable, the smallest true difference that is found 4 times in 5"
    yield "; shaded: a fall that is tolerated." if any(each.tolerance for each in comparisons) else "."


def _comparisons(title: str, comparisons: Sequence[Comparison], sides: tuple[str, str]) -> Markup:
    heads = ["metric", *sides, "difference", "p", "rows", "detectable", "verdict"]
    rows = []
    for each in comparisons:
        name = each.metric
        rows.append(
            [
                join(name, el("small", f" {wording.direction(each)}") if not each.higher_is_better else None),
                _twice(wording.figure(each.base.value, name), wording.spread(each.base, name)),
                _twice(wording.figure(each.tuned.value, name), wording.spread(each.tuned, name)),
                _twice(wording.signed(each.difference, name), wording.interval(each)),
                _twice(
                    wording.chance(each.adjusted).removeprefix("p ").removeprefix("= "),
                    wording.TESTS.get(each.test, each.test),
                ),
                wording.rows_won(each),
                wording.least(each),
                join(
                    el("strong", each.verdict, class_=CLASSES[each.verdict]),
                    el("small", f" {wording.caveat(each)}") if wording.caveat(each) else None,
                ),
            ]
        )
    return table(f"{title}: {sides[0]} and {sides[1]}", heads, rows, stacked=True)


def _twice(first: str, second: str) -> Markup:
    return join(first, el("small", f" {second}"))


def _labels(labels: dict[str, list[LabelScore]], sides: tuple[str, str]) -> Markup:
    tuned = {each.label: each for each in labels.get("tuned", [])}
    rows = []
    for each in labels.get("base", []) or list(tuned.values()):
        other = tuned.get(each.label)
        cells = [each.label, number(each.support), f"{each.precision:.3f}", f"{each.recall:.3f}"]
        cells.append(f"{each.f1:.3f}")
        if tuned:
            cells += (
                [f"{other.precision:.3f}", f"{other.recall:.3f}", f"{other.f1:.3f}"] if other else ["-"] * 3
            )
        rows.append(cells)
    heads = ["label", "rows", *(f"{what} {sides[0]}" for what in ("precision", "recall", "F1"))]
    heads += [f"{what} {sides[1]}" for what in ("precision", "recall", "F1")] if tuned else []
    return table("Precision, recall and F1 of each label", heads, rows, stacked=True)


def _changed(changed: Changed, sides: tuple[str, str]) -> list[Markup | None]:
    parts: list[Markup | None] = []
    for some, count, word, opened in (
        (changed.worst, changed.worse, "worse", True),
        (changed.best, changed.better, "better", False),
    ):
        if not some:
            continue
        told = f"{plural(count, 'row')} got {word} by {changed.metric}"
        told += "" if count == len(some) else f", the first {len(some)}"
        parts.append(
            el(
                "details",
                el("summary", told),
                *(_example(each, changed.metric, sides) for each in some),
                open=opened,
                class_="examples",
            )
        )
    return parts


def _example(each: Example, metric: str, sides: tuple[str, str]) -> Markup:
    scores = f"{wording.figure(each.base_score, metric)} → {wording.figure(each.tuned_score, metric)}"
    texts = (
        ("asked", each.prompt),
        ("wanted", each.reference),
        (sides[0], each.base),
        (sides[1], each.tuned),
    )
    listed = [join(el("dt", name), el("dd", el("code", text))) for name, text in texts if text]
    return el(
        "article",
        el("h3", el("code", f"{each.path}"), f" row {number(each.row + 1)}: {scores}"),
        el("dl", *listed),
        class_="example",
    )


def _how(result: EvalResult) -> Iterator[Markup]:
    if result.comparisons:
        yield el("p", wording.METHOD)
        yield el("p", "Texts are shown in part, and what may be private is hidden as ‹…›.", class_="faint")
    rows: list[tuple[str, str]] = [("date", result.date), ("ftlint", result.version)]
    rows += [(name, value) for name, value in (("lock", result.lock), ("run", result.run)) if value]
    rows.append(("seed", str(result.seed)))
    rows += [(name, _plain(value)) for name, value in sorted(result.generation.items()) if name != "parity"]
    for measured in result.sets:
        rows.append((f"hash of the {measured.role} rows", measured.hash))
    yield el("dl", *(join(el("dt", name), el("dd", el("code", value))) for name, value in rows))


def _plain(value: object) -> str:
    return (
        value
        if isinstance(value, str)
        else "yes"
        if value is True
        else "no"
        if value is False
        else str(value)
    )
