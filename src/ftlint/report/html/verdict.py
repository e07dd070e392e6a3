"""The top of the page: how it stands, in a sentence and in numbers, and where the findings are."""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.model import Severity
from ftlint.model.report import Report
from ftlint.report import fixed
from ftlint.report.amounts import duration, number, plural, size
from ftlint.report.html.charts import bar
from ftlint.report.html.gather import SEVERITIES, Gathered
from ftlint.report.html.markup import Markup, el
from ftlint.report.style import Style
from ftlint.report.wording import counts, fixes, since

FILES = 12


def state(report: Report) -> tuple[str, str]:
    """A word for the style sheet and one for people."""
    if report.failures:
        return "broken", "Could not check everything"
    if report.exit_code:
        return "failed", "Failed"
    if not report.files and not (report.since and report.since.total):
        return "broken", "Nothing checked"
    return ("passed", "Passed with findings") if counts(report) else ("passed", "Clean")


def verdict(report: Report, gathered: Sequence[Gathered], style: Style) -> Markup:
    kind, word = state(report)
    found = counts(report)
    at = f"{report.fail_on.label}s" if report.fail_on is not Severity.INFO else "any finding"
    threshold = f"Fails on {at}{' or worse' if report.fail_on is Severity.WARNING else ''}."
    return el(
        "section",
        el(
            "h1",
            el("span", word, class_="word"),
            f": {found}" if found else None,
            class_=kind,
            id="overview-title",
        ),
        el("p", el("code", style.command), f" · {threshold}", class_="faint"),
        _told(report, style),
        _tiles(report),
        _checked(report),
        _where(report, gathered),
        id="overview",
        aria_labelledby="overview-title",
    )


def _told(report: Report, style: Style) -> Markup | None:
    """What is left out, what changed, what was mended."""
    lines = since(report)
    hidden = sum(group.count for group in report.groups if not style.shows(group.severity))
    if hidden:
        lines.append(f"--quiet: {plural(hidden, 'warning or info')} left out of the lists below")
    lines += list(fixed.lines(report, every=style.fixes))
    return el("ul", *(el("li", line) for line in lines), class_="note told") if lines else None


def _tiles(report: Report) -> Markup:
    amounts = [(f"{each.label}s", report.count(each), each.label) for each in SEVERITIES]
    amounts += [("fixable", fixes(report), "ok"), ("suppressed", report.suppressed, "")]
    return el(
        "dl",
        *(
            el(
                "div",
                el("dt", name),
                el("dd", number(amount)),
                class_=f"tile {tone if amount else ''}".rstrip(),
            )
            for name, amount, tone in amounts
        ),
        class_="tiles",
    )


def _checked(report: Report) -> Markup:
    facts = [
        plural(len(report.files), "file"),
        plural(report.rows, "row"),
        size(report.bytes),
        plural(report.rules, "rule"),
        duration(report.seconds),
    ]
    return el("p", "Checked: ", " · ".join(facts), class_="faint")


def _where(report: Report, gathered: Sequence[Gathered]) -> Markup | None:
    """Files by findings, as bars of severities."""
    found: dict[str, dict[Severity, int]] = {}
    for each in gathered:
        of_file = found.setdefault(each.group.path, dict.fromkeys(SEVERITIES, 0))
        of_file[each.group.severity] += each.group.count
    if len(found) < 2:
        return None
    order = sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    most = max(sum(of_file.values()) for of_file in found.values())
    rows = [
        el(
            "tr",
            el("th", path or "the project as a whole", scope="row"),
            el("td", bar([(amount, each.label) for each, amount in of_file.items()], most), class_="drawn"),
            *(el("td", number(amount), class_="number each") for amount in of_file.values()),
            el("td", number(sum(of_file.values())), class_="number"),
        )
        for path, of_file in order[:FILES]
    ]
    heads = [el("th", f"{each.label}s", scope="col", class_="number each") for each in SEVERITIES]
    heads.append(el("th", "all", scope="col", class_="number"))
    head = el("tr", el("th", "file", scope="col"), el("td", class_="drawn"), *heads)
    more = (
        f"{plural(len(order) - FILES, 'more file')} with findings: see Files." if len(order) > FILES else ""
    )
    return el(
        "div",
        el("h2", "Where"),
        el(
            "table",
            el("caption", "Findings by file", class_="unseen"),
            el("thead", head),
            el("tbody", *rows),
            class_="bars where",
        ),
        el("p", more, class_="faint") if more else None,
    )
