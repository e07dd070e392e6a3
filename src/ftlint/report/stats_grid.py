"""A line for each split or dataset: its figures in columns, as many as the terminal has room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ftlint.detect.mask import visible
from ftlint.model.stats import Scope
from ftlint.report.amounts import number, size
from ftlint.report.bars import share
from ftlint.report.cells import cells, cut_left, pad
from ftlint.report.style import Style

_NAME = 12
"""Cells that a name has at least."""


class Column(NamedTuple):
    """A heading, what it shows of a scope, and how early it gives way: the largest first, 0 never."""

    title: str
    shown: Callable[[Scope], str]
    yields: int = 0


def grid(scopes: Sequence[Scope], total: Scope | None, style: Style, indent: int = 0) -> Iterator[str]:
    """The lines of a table with its heading; the total, where there is one, stands last."""
    whole = total.rows if total else sum(scope.rows for scope in scopes)
    lines = [*scopes, *([total] if total else [])]
    named = max(cells(visible(scope.name)) for scope in lines)
    chosen = _fitting(_columns(whole, lines), lines, style.width - indent - min(named, 2 * _NAME))
    widths = [_width(column, lines) for column in chosen]
    room = style.width - indent - sum(width + 2 for width in widths)
    name = min(named, room)
    lead = " " * indent
    titles = "".join(f"  {column.title:>{width}}" for column, width in zip(chosen, widths, strict=True))
    yield style.faint(lead + " " * name + titles)
    for scope in lines:
        figures = "".join(
            f"  {column.shown(scope):>{width}}" for column, width in zip(chosen, widths, strict=True)
        )
        label = pad(cut_left(visible(scope.name), name), name)
        yield lead + (style.strong(label) if scope is total else label) + figures


def _columns(whole: int, scopes: Sequence[Scope]) -> list[Column]:
    columns = [
        Column("files", lambda scope: number(scope.files), 6),
        Column("rows", lambda scope: number(scope.rows)),
        Column("share", lambda scope: share(scope.rows, whole), 3),
        Column("size", lambda scope: size(scope.bytes), 5),
        Column("tokens", lambda scope: number(scope.tokens)),
        Column("p50", lambda scope: _quantile(scope, 50), 2),
        Column("p95", lambda scope: _quantile(scope, 95), 4),
        Column("max", lambda scope: _quantile(scope, 100), 1),
        Column("copies", lambda scope: number(scope.repeats)),
    ]
    if any(scope.clusters is not None for scope in scopes):
        columns.append(Column("near", lambda scope: number(scope.clusters.rows if scope.clusters else 0)))
    return columns


def _fitting(columns: list[Column], scopes: Sequence[Scope], room: int) -> list[Column]:
    while sum(_width(column, scopes) + 2 for column in columns) > room:
        weakest = max(columns, key=lambda column: column.yields)
        if not weakest.yields:
            break
        columns = [column for column in columns if column is not weakest]
    return columns


def _width(column: Column, scopes: Sequence[Scope]) -> int:
    return max(len(column.title), *(len(column.shown(scope)) for scope in scopes))


def _quantile(scope: Scope, percent: int) -> str:
    return number(scope.lengths.quantiles((percent,))[0]) if scope.lengths.records else "-"
