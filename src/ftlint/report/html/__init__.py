"""One HTML file for people: it loads nothing, and all but filtering works without scripts."""

from __future__ import annotations

from typing import TextIO

from ftlint.model.report import Report
from ftlint.report.html.clusters import clusters
from ftlint.report.html.data import data
from ftlint.report.html.files import files, not_run
from ftlint.report.html.gather import gathered
from ftlint.report.html.page import page
from ftlint.report.html.pages import known_rules
from ftlint.report.html.rows import browser
from ftlint.report.html.rules import rules
from ftlint.report.html.verdict import state, verdict
from ftlint.report.style import Style
from ftlint.report.wording import counts


def write(report: Report, out: TextIO, style: Style) -> None:
    """`style.quiet` leaves the findings that are errors; the counts are of all."""
    found = gathered(report, style)
    stats = report.profile() if report.profile is not None and report.files else None
    kind, word = state(report)
    told = counts(report)
    sections = [
        verdict(report, found, style),
        rules(found, known_rules(), style),
        browser(found, report.files),
        data(stats) if stats is not None and stats.datasets else None,
        clusters(found),
        files(report),
        not_run(report),
    ]
    title = f"ftlint: {word.lower()}{f', {told}' if told else ''}"
    out.write(page(title, kind, word, [one for one in sections if one is not None]))
