"""A rule's page inside the report: its docstring, its options, and how to read more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from inspect import cleandoc
from itertools import groupby
from typing import Any

from ftlint.registry import rules
from ftlint.report.html.markup import Markup, el, join, text
from ftlint.rule import Rule

RuleClass = type[Rule[Any]]

_PIECES = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)")
_ITEM = re.compile(r"(?:-|\d+\.) +(.*)")


def known_rules() -> Mapping[str, RuleClass]:
    return rules()


def title(rule: RuleClass) -> str:
    """The rule's fault in a sentence."""
    return cleandoc(rule.__doc__ or "").partition("\n")[0]


def page(rule: RuleClass, url: str) -> Markup:
    """The page, folded; `url` is where it stands on the web, "" for nowhere."""
    from ftlint.settings.options import options_of

    body = cleandoc(rule.__doc__ or "").partition("\n")[2]
    options = options_of(rule)
    fix = {"": "none", "safe": "safe: keeps the meaning of every row", "unsafe": "unsafe: a person decides"}
    facts = {
        "Severity": rule.severity.label,
        "On by default": "yes" if rule.default else f"no: --extend-select {rule.code}",
        "Fix": fix[rule.fixable],
        "In a terminal": f"ftlint rule {rule.code}",
    }
    parts = [
        el("dl", *(join(el("dt", key), el("dd", value)) for key, value in facts.items()), class_="facts"),
        *_blocks(body.splitlines()),
    ]
    if options:
        parts += [
            el("h4", "Options"),
            el("p", "In ", el("code", "ftlint.toml"), ", under ", el("code", f"[rules.{rule.name}]"), ":"),
            _table(
                ["option", "default", "meaning"],
                [
                    [el("code", each.name), el("code", json.dumps(each.default)), each.doc or each.expected]
                    for each in options
                ],
            ),
        ]
    if url:
        address = url.replace("{code}", rule.code)
        parts.append(el("p", el("a", "This page on the web", href=address, rel="noreferrer")))
    return el(
        "details",
        el("summary", f"What {rule.code} means"),
        el("div", *parts, class_="prose", id=f"page-{rule.code}"),
        class_="page",
    )


def _blocks(lines: Sequence[str]) -> Iterator[Markup]:
    """Headings, paragraphs, lists, tables and fenced text."""
    fenced: list[str] | None = None
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("```"):
            if fenced is None:
                yield from _paragraph(paragraph)
                paragraph, fenced = [], []
            else:
                yield el("pre", el("code", join(*map(text, fenced), by="\n")))
                fenced = None
        elif fenced is not None:
            fenced.append(line)
        elif line.startswith("#"):
            yield from _paragraph(paragraph)
            paragraph = []
            yield el("h4", line.lstrip("# "))
        elif line.strip():
            paragraph.append(line)
        else:
            yield from _paragraph(paragraph)
            paragraph = []


def _paragraph(lines: Sequence[str]) -> Iterator[Markup]:
    for kind, some in groupby(lines, key=_kind(lines)):
        part = list(some)
        if kind == "table":
            cells = [[inline(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in part]
            rows = [row for row, line in zip(cells, part, strict=True) if line.strip("|-: ")]
            yield _table(rows[0], rows[1:]) if rows else Markup()
        elif kind == "list":
            yield el("ul", *(el("li", inline(item)) for item in _items(part)))
        elif kind == "text":
            yield el("p", inline(" ".join(line.strip() for line in part)))
        else:
            yield el("pre", el("code", join(*map(text, part), by="\n")))


def _kind(lines: Sequence[str]) -> Any:
    """What a line is; one that hangs below an item belongs to the list."""
    listed = False
    indented = bool(lines) and all(line.startswith("    ") for line in lines)

    def kind(line: str) -> str:
        nonlocal listed
        listed = bool(_ITEM.match(line)) or (listed and line.startswith(" "))
        if line.startswith("|"):
            return "table"
        return "list" if listed else "code" if indented else "text"

    return kind


def _items(lines: Sequence[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        found = _ITEM.match(line)
        if found:
            items.append(found[1])
        else:
            items[-1] += f" {line.strip()}"
    return items


def inline(line: str) -> Markup:
    """`code`, **strong** and links; a link to another page of the documentation leaves its words alone."""
    parts: list[Markup] = []
    at = 0
    for found in _PIECES.finditer(line):
        parts.append(text(line[at : found.start()]))
        code, strong, label, target = found.groups()
        if code is not None:
            parts.append(el("code", code))
        elif strong is not None:
            parts.append(el("strong", strong))
        elif target.startswith("https://"):
            parts.append(el("a", inline(label), href=target, rel="noreferrer"))
        else:
            parts.append(inline(label))
        at = found.end()
    return join(*parts, text(line[at:]))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    return el(
        "div",
        el(
            "table",
            el("thead", el("tr", *(el("th", cell, scope="col") for cell in head))),
            el("tbody", *(el("tr", *(el("td", cell) for cell in row)) for row in rows)),
        ),
        class_="scroll",
        tabindex=0,
    )
