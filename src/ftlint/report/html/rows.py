"""The browser of findings: a table that stands without scripts, and the data that the script filters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ftlint.model import Fix
from ftlint.model.report import FileSummary
from ftlint.report.amounts import number, plural
from ftlint.report.html.gather import SEVERITIES, Found, Gathered, level
from ftlint.report.html.markup import Markup, el, join, section
from ftlint.report.html.samples import badge, cut, excerpt_of, pieces, place, said
from ftlint.report.html.toolbar import HEADS, toolbar

STATIC = 1_000
"""Findings in the table that stands without scripts."""

MOST_BYTES = 8 << 20
"""Of the data that the script reads."""


class Held(NamedTuple):
    """The findings of a group that the page holds, each with its JSON."""

    gathered: Gathered
    rows: Sequence[tuple[Found, str]]


def browser(gathered: Sequence[Gathered], files: Sequence[FileSummary]) -> Markup:
    total = sum(each.group.count for each in gathered)
    if not total:
        return section("findings", "Findings", el("p", "There are none.", class_="faint"))
    codes = {each.group.code: each.group.name for each in gathered}
    paths = list(dict.fromkeys(each.group.path for each in gathered))
    known = {file.path: file for file in files}
    held = _fitting(gathered, list(codes), paths)
    count = sum(len(each.rows) for each in held)
    at_first = level([len(each.rows) for each in held], STATIC)
    static = [(each.gathered, found) for each in held for found, _ in each.rows[:at_first]]
    rest = f"These are {number(len(static))} of {number(count)}: the others need JavaScript."
    return section(
        "findings",
        "Findings",
        _left_out(held, count, total),
        toolbar(gathered, codes, paths, known),
        _table(static),
        el("p", rest, class_="unscripted") if len(static) < count else None,
        el("nav", aria_label="Pages of findings", class_="pages scripted", id="pages"),
        _data(codes, paths, known, held),
        lead=f"{plural(total, 'finding')}. Excerpts are masked: what may be private reads ‹…›.",
    )


def _fitting(gathered: Sequence[Gathered], codes: Sequence[str], paths: Sequence[str]) -> list[Held]:
    """As many of each group as fit into the bytes there are."""
    numbers = {code: index for index, code in enumerate(codes)}
    places = {path: index for index, path in enumerate(paths)}
    held = [
        Held(each, [(found, _row(found, each, numbers, places)) for found in each.shown]) for each in gathered
    ]
    while sum(len(row.encode()) for each in held for _, row in each.rows) > MOST_BYTES:
        room = max(len(each.rows) for each in held) * 3 // 4
        held = [each._replace(rows=each.rows[:room]) for each in held]
    return held


def _row(found: Found, gathered: Gathered, numbers: Mapping[str, int], places: Mapping[str, int]) -> str:
    """A finding as the script reads it: numbers for what many share, a list for what is shown of the row."""
    finding, group = found.finding, gathered.group
    shown: Any = 0
    if found.preview is not None:
        shown = [cut(found.preview.prompt), cut(found.preview.answer)]
    elif found.excerpt is not None:
        shown = list(pieces(found.excerpt))
    fix = 0 if finding.fix is None else 1 if finding.fix.safe else 2
    at = finding.line if finding.line is not None else -1 if finding.row is None else finding.row
    severity = SEVERITIES.index(finding.severity or group.severity)
    kind = severity, numbers[group.code], places[group.path]
    return dumped([*kind, at, place(finding), said(finding), shown, fix])


def dumped(value: Any) -> str:
    """JSON that can stand in a script element: nothing in it opens or closes an element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _data(
    codes: Mapping[str, str], paths: Sequence[str], known: Mapping[str, FileSummary], held: Sequence[Held]
) -> Markup:
    files = [[cut(path), cut(known[path].split) if path in known else ""] for path in paths]
    head = f'{{"rules":{dumped(list(codes.items()))},"files":{dumped(files)},"rows":[\n'
    rows = ",\n".join(row for each in held for _, row in each.rows)
    return Markup(f'<script type="application/json" id="rows">{head}{rows}\n]}}</script>')


def _left_out(held: Sequence[Held], count: int, total: int) -> Markup | None:
    if count == total:
        return None
    room = max(len(each.rows) for each in held)
    return el(
        "p",
        f"{number(count)} of them are in this file, of each rule and file {number(room)} at the most; ",
        f"{number(total - count)} are left out. All of them: ",
        el("code", "ftlint check --output-format jsonl=findings.jsonl"),
        class_="note",
    )


def _table(static: Sequence[tuple[Gathered, Found]]) -> Markup:
    """Roles are written out: a narrow screen shows rows as blocks, which would take them away."""
    heads = [el("th", name, scope="col", role="columnheader") for name in HEADS]
    table = el(
        "table",
        el("caption", "Findings", class_="unseen"),
        el("thead", el("tr", *heads, role="row"), role="rowgroup"),
        el("tbody", *_lines(static), role="rowgroup"),
        class_="browser",
        id="browser",
        role="table",
    )
    return el("div", table, class_="frame", id="frame", tabindex=-1)


def _lines(static: Sequence[tuple[Gathered, Found]]) -> Iterator[Markup]:
    for gathered, found in static:
        group, finding = gathered.group, found.finding
        where = place(finding)
        cells = (
            badge(finding.severity or group.severity),
            join(
                el("a", group.code, href=f"#rule-{group.code}"),
                " ",
                el("span", group.name, class_="name"),
            ),
            join(
                el("span", group.path or "the project", class_="path"),
                join(" ", el("span", where, class_="at")) if where else None,
            ),
            join(el("span", said(finding), class_="message"), excerpt_of(found), _fix(finding.fix)),
        )
        yield el("tr", *(el("td", cell, role="cell") for cell in cells), role="row")


def _fix(fix: Fix | None) -> Markup | None:
    return None if fix is None else el("span", f"{fix.safety} fix", class_=f"fix {fix.safety}")
