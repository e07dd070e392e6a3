"""Lines of the table of personal data: a line for each kind, a line for each identifier that a law names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from ftlint.model.inventory import Covered, Scope, State, Tally
from ftlint.report import pii_wording as wording
from ftlint.report.amounts import number
from ftlint.report.cells import cells, cut, pad, wrap
from ftlint.report.style import Style

_FIELDS = 3
_NARROW = 24
"""Cells that the fields of a kind have at least."""

_COLOURS: dict[State, str] = {"pattern": "32", "model": "32", "none": "31"}


class Column(NamedTuple):
    """A heading, what it shows of a kind, and how early it gives way: the largest first, 0 never."""

    title: str
    shown: Callable[[Tally, Scope], str]
    yields: int = 0


COLUMNS = (
    Column("found", lambda tally, scope: number(tally.spans)),
    Column("per 1,000", lambda tally, scope: wording.rate(tally.spans, scope.looked), 2),
    Column("rows", lambda tally, scope: number(tally.rows), 3),
    Column("values", lambda tally, scope: "-" if tally.values is None else number(tally.values), 4),
    Column("placeholders", lambda tally, scope: number(tally.placeholders), 5),
    Column("accepted", lambda tally, scope: number(tally.accepted), 1),
)


def grid(scope: Scope, style: Style, indent: int) -> Iterator[str]:
    """A line for each kind: its numbers in as many columns as there is room for, and where they stand."""
    tallies = scope.tallies
    names = min(max(cells(tally.kind) for tally in tallies), 24)
    told = [wording.fields(tally, _FIELDS) for tally in tallies]
    wanted = min(max(map(cells, told)), 48)
    columns = [column for column in COLUMNS if not _idle(column, tallies, scope)]
    while columns[-1].yields or len(columns) > 1:
        used = indent + names + sum(_width(column, tallies, scope) + 2 for column in columns)
        if style.width - used - 2 >= min(wanted, _NARROW):
            break
        weakest = max(columns, key=lambda column: column.yields)
        if not weakest.yields:
            break
        columns.remove(weakest)
    widths = [_width(column, tallies, scope) for column in columns]
    used = indent + names + sum(width + 2 for width in widths) + 2
    lead = " " * indent
    titles = "".join(f"  {column.title:>{width}}" for column, width in zip(columns, widths, strict=True))
    yield style.faint(lead + pad("kind", names) + titles + "  where")
    for tally, where in zip(tallies, told, strict=True):
        figures = "".join(
            f"  {column.shown(tally, scope):>{width}}" for column, width in zip(columns, widths, strict=True)
        )
        room = max(style.width - used, 8)
        first, *others = wrap(where, room, room)
        name = pad(cut(tally.kind, names), names)
        yield f"{lead}{style.paint(name, '33' if tally.spans else '2')}{figures}  {first}"
        for line in others:
            yield " " * used + line


def _idle(column: Column, tallies: Sequence[Tally], scope: Scope) -> bool:
    """A column that has nothing to tell."""
    always = ("found", "per 1,000", "rows")
    return column.title not in always and all(column.shown(tally, scope) in ("0", "-") for tally in tallies)


def _width(column: Column, tallies: Sequence[Tally], scope: Scope) -> int:
    return max(len(column.title), *(len(column.shown(tally, scope)) for tally in tallies))


def covered(found: Sequence[Covered], style: Style) -> Iterator[str]:
    """Reference, identifier, and how far it is covered by which kinds; the last two wrapped."""
    references = max(cells(each.reference) for each in found)
    room = style.width - references - 6
    names = min(max(cells(each.name) for each in found), room * 2 // 5)
    for each in found:
        ways = wording.ways(each)
        told = wording.covering(each) + (f": {ways}" if ways else "")
        beside = zip_longest(
            wrap(each.name, names, names), wrap(told, room - names, room - names), fillvalue=""
        )
        reference = each.reference
        for name, state in beside:
            painted = style.paint(state, _COLOURS.get(each.state, "33"))
            yield f"  {pad(reference, references)}  {pad(name, names)}  {painted}"
            reference = ""
