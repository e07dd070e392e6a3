"""What was checked, what did not run, and what broke."""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.model import Severity
from ftlint.model.report import Report
from ftlint.report.amounts import number, size
from ftlint.report.fixed import left
from ftlint.report.html.gather import SEVERITIES
from ftlint.report.html.markup import Markup, el, section
from ftlint.report.wording import failures

MOST = 1_000
"""Files that are listed."""


def files(report: Report) -> Markup:
    found: dict[tuple[str, Severity], int] = {}
    for group in report.groups:
        key = group.path, group.severity
        found[key] = found.get(key, 0) + group.count
    rows = [
        el(
            "tr",
            el("th", el("code", file.path), scope="row"),
            el("td", file.dataset),
            el("td", file.split if file.dataset else ""),
            el("td", file.format or "not known"),
            el("td", number(file.rows) if file.rows else "", class_="number"),
            el("td", size(file.bytes), class_="number"),
            *(el("td", number(found.get((file.path, each), 0)), class_="number") for each in SEVERITIES),
        )
        for file in report.files[:MOST]
    ]
    words = ("file", "dataset", "split", "format")
    heads = [el("th", name, scope="col") for name in words]
    heads += [el("th", name, scope="col", class_="number") for name in ("rows", "size", *_labels())]
    left = len(report.files) - MOST
    return section(
        "files",
        "Files",
        el(
            "div",
            el(
                "table",
                el("caption", "Files that were checked", class_="unseen"),
                el("thead", el("tr", *heads)),
                el("tbody", *rows),
            ),
            class_="scroll",
            tabindex=0,
            role="region",
            aria_label="Table of files",
        ),
        el("p", f"{number(left)} more are not listed.", class_="faint") if left > 0 else None,
    )


def _labels() -> Sequence[str]:
    return [f"{each.label}s" for each in SEVERITIES]


def not_run(report: Report) -> Markup:
    codes: dict[str, list[str]] = {}
    for entry in report.not_run:
        codes.setdefault(entry.reason, []).append(entry.code)
    missed = [
        el("li", el("code", ", ".join(sorted(filter(None, named)))) if any(named) else None, " ", reason)
        for reason, named in codes.items()
    ]
    broken = [el("li", el("code", place) if place else None, " ", what) for place, what in failures(report)]
    stays = [el("li", line) for line in left(report.not_fixed)]
    hints = [el("li", hint) for hint in report.hints]
    ran = "Nothing else was left out." if broken else "Every rule that was asked for ran on every file."
    return section(
        "not-run",
        "What did not run",
        el("div", el("h3", "Failures"), el("ul", *broken), class_="note failures") if broken else None,
        el("ul", *missed) if missed else el("p", ran, class_="faint"),
        el("div", el("h3", "Not fixed"), el("ul", *stays)) if stays else None,
        el("div", el("h3", "Hints"), el("ul", *hints)) if hints else None,
    )
