"""Rule by rule: how often, where, a few masked examples, how to mend it, and the rule's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ftlint.model import Severity
from ftlint.report.amounts import number, plural
from ftlint.report.html.charts import bar
from ftlint.report.html.gather import Found, Gathered, examples
from ftlint.report.html.markup import Markup, el, join, section
from ftlint.report.html.pages import RuleClass, page, title
from ftlint.report.html.samples import badge, excerpt_of, place, said
from ftlint.report.style import Style

EXAMPLES = 3
FILES = 8
OPEN = 5
"""Rules whose examples are shown at once; the others unfold."""


def rules(gathered: Sequence[Gathered], known: Mapping[str, RuleClass], style: Style) -> Markup:
    by_code: dict[str, list[Gathered]] = {}
    for each in gathered:
        by_code.setdefault(each.group.code, []).append(each)
    order = sorted(by_code.values(), key=lambda some: (-_worst(some), -_count(some), some[0].group.code))
    if not order:
        return section("rules", "Rules", el("p", "No rule found anything.", class_="faint"))
    most = max(map(_count, order))
    return section(
        "rules",
        "Rules",
        *(
            _card(some, known.get(some[0].group.code), most, style, open_=index < OPEN)
            for index, some in enumerate(order)
        ),
        lead=f"{plural(len(order), 'rule')} found something, the worst first. Counts are exact.",
    )


def _worst(some: Sequence[Gathered]) -> Severity:
    return max(each.group.severity for each in some)


def _count(some: Sequence[Gathered]) -> int:
    return sum(each.group.count for each in some)


def _card(
    some: Sequence[Gathered], rule: RuleClass | None, most: int, style: Style, *, open_: bool
) -> Markup:
    first = some[0].group
    severity, count = _worst(some), _count(some)
    files = Counter({each.group.path: 0 for each in some})
    for each in some:
        files[each.group.path] += each.group.count
    several = len(files) > 1
    where = plural(len(files), "file") if several else first.path or "the project"
    noun = " finding" if count == 1 else " findings"
    link = f"All {number(count)} in the browser" if count > 1 else "Show in the browser"
    told = [_example(each.group.path, found, several=several) for each, found in examples(some, EXAMPLES)]
    head = el(
        "summary",
        badge(severity),
        el("h3", el("code", first.code), " ", first.name),
        el("span", number(count), el("span", noun, class_="unseen"), class_="count"),
        bar([(count, severity.label)], most),
        el("span", where, class_="where"),
    )
    body = el(
        "div",
        el("p", title(rule), class_="fault") if rule else None,
        _files(files) if several else None,
        el("ul", *told, class_="examples"),
        _mending(some),
        el("p", el("a", link, href="#findings", data_rule=first.code), class_="scripted"),
        page(rule, style.page_url) if rule else None,
        id=f"rule-{first.code}",
        class_="body",
    )
    return el("details", head, body, class_=f"card {severity.label}", open=open_)


def _files(files: Counter[str]) -> Markup:
    listed = sorted(files.items(), key=lambda item: (-item[1], item[0]))
    shown = [join(el("code", path or "the project"), f" {number(count)}") for path, count in listed[:FILES]]
    if len(listed) > FILES:
        shown.append(join(f"{number(len(listed) - FILES)} more"))
    return el("p", join(*shown, by=" · "), class_="files")


def _example(path: str, found: Found, *, several: bool) -> Markup:
    where = place(found.finding)
    named = f"{path}, {where}" if several and path and where else path if several else where
    return el(
        "li",
        el("span", named, class_="place") if named else None,
        el("span", said(found.finding), class_="message"),
        excerpt_of(found),
    )


def _mending(some: Sequence[Gathered]) -> Markup | None:
    first = some[0]
    finding = first.shown[0].finding if first.shown else None
    remedy = (finding.help if finding else "") or first.group.help
    if not remedy and finding and finding.fix:
        remedy = finding.fix.message
    safe = sum(each.group.safe_fixes for each in some)
    unsafe = sum(each.group.unsafe_fixes for each in some)
    code = first.group.code
    ways = []
    if safe:
        ways.append(join(f"{number(safe)} by ", el("code", f"ftlint check --select {code} --fix")))
    if unsafe:
        flags = f"ftlint check --select {code} --fix --unsafe-fixes"
        ways.append(join(f"{number(unsafe)} by ", el("code", flags), ", which a person should look at"))
    if not (remedy or ways):
        return None
    return el(
        "div",
        el("strong", "Mend it"),
        el("p", remedy) if remedy else None,
        el("p", "By machine: ", join(*ways, by="; ")) if ways else None,
        class_="mend",
    )
