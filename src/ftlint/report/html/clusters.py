"""Who repeats whom: rows that findings of one rule tie together, largest clusters first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ftlint.model.report import Group
from ftlint.report.amounts import number, plural
from ftlint.report.html.charts import Bar, bars
from ftlint.report.html.gather import Gathered
from ftlint.report.html.markup import Markup, el, join, section
from ftlint.report.html.samples import preview_of

SHOWN = 10
"""Clusters of a rule."""

PLACES = 12
"""Rows of a cluster that are named."""

Row = tuple[str, int]


def clusters(gathered: Sequence[Gathered]) -> Markup | None:
    """None where no finding names another row."""
    by_code: dict[str, list[Gathered]] = {}
    for each in gathered:
        if each.linked:
            by_code.setdefault(each.group.code, []).append(each)
    if not by_code:
        return None
    return section(
        "clusters",
        "Who repeats whom",
        *(_rule(by_code[code]) for code in sorted(by_code)),
        lead="Rows that a rule ties to another row, and what the first of them says, masked.",
    )


def _rule(some: Sequence[Gathered]) -> Markup:
    group = some[0].group
    found, lines = tied(some)
    rows = sum(map(len, found))
    left = sum(each.group.count - each.looked for each in some)
    sizes = Counter(_size(len(cluster)) for cluster in found)
    note = (
        f" {number(left)} more findings were not looked through, so clusters may be larger." if left else ""
    )
    more = ""
    if len(found) > SHOWN:
        more = f"{number(len(found) - SHOWN)} more, of {plural(len(found[SHOWN]), 'row')} or fewer."
    by_size = [Bar(label, sizes[label]) for label in _SIZES if sizes[label]]
    listed = [_cluster(cluster, lines, group) for cluster in found[:SHOWN]]
    return el(
        "article",
        el("h3", el("code", group.code), " ", group.name),
        el("p", f"{plural(rows, 'row')} in {plural(len(found), 'cluster')}.{note}", class_="lead"),
        bars("Clusters by size", "rows", "clusters", by_size) if more else None,
        el("ol", *listed, class_="clusters"),
        el("p", more, class_="faint") if more else None,
    )


_SIZES = ("2", "3", "4", "5-9", "10-99", "100 or more")


def _size(rows: int) -> str:
    if rows < 5:
        return str(rows)
    return "5-9" if rows < 10 else "10-99" if rows < 100 else "100 or more"


def tied(some: Sequence[Gathered]) -> tuple[list[list[Row]], dict[Row, int | None]]:
    """The clusters, largest first, each by place; and the line of each row."""
    parents: dict[Row, Row] = {}
    lines: dict[Row, int | None] = {}

    def first(row: Row) -> Row:
        root = row
        while parents.setdefault(root, root) != root:
            root = parents[root]
        while parents[row] != root:
            parents[row], row = root, parents[row]
        return root

    for each in some:
        for finding in each.linked:
            other = finding.related
            if finding.row is None or other is None or other.row is None:
                continue
            here, there = (finding.path, finding.row), (other.path, other.row)
            lines[here], lines[there] = finding.line, other.line
            one, two = first(here), first(there)
            if one != two:
                parents[max(one, two)] = min(one, two)
    members: dict[Row, list[Row]] = {}
    for row in sorted(parents):
        members.setdefault(first(row), []).append(row)
    return sorted(members.values(), key=lambda rows: (-len(rows), rows[0])), lines


def _cluster(rows: Sequence[Row], lines: dict[Row, int | None], group: Group) -> Markup:
    head, *others = rows
    preview = next(filter(None, (group.preview(*row) for row in rows[:PLACES])), None)
    first = el("span", _places([head], lines), class_="place")
    return el(
        "li",
        el("span", plural(len(rows), "row"), class_="size"),
        el("span", first, " and ", _places(others, lines, head[0]), class_="members"),
        preview_of(preview) if preview else None,
    )


def _places(rows: Sequence[Row], lines: dict[Row, int | None], beside: str = "") -> Markup:
    """`data/train.jsonl lines 8, 40; data/val.jsonl line 4 and 12 more rows`, less the path `beside`."""
    by_path: dict[str, list[Row]] = {}
    for row in rows[:PLACES]:
        by_path.setdefault(row[0], []).append(row)
    parts = []
    for path, some in by_path.items():
        named = None if path == beside else join(el("code", path), " ")
        told = [lines.get(row) for row in some]
        unit = "line" if all(line is not None for line in told) else "row"
        numbers = told if unit == "line" else [row for _, row in some]
        listed = ", ".join(number(each or 0) for each in numbers)
        parts.append(join(named, f"{unit if len(some) == 1 else unit + 's'} {listed}"))
    more = len(rows) - PLACES
    return join(join(*parts, by="; "), f" and {plural(more, 'more row')}" if more > 0 else None)
