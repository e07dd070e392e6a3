"""The inventory of personal data as a document to hand on: the table, and what is left uncovered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.facts.identifiers import SOURCES
from ftlint.model.inventory import Covered, Inventory, Scope, Tally
from ftlint.report import pii_wording as wording
from ftlint.report.amounts import number, plural

_FIELDS = 20


def write(inventory: Inventory, out: TextIO) -> None:
    out.write("\n\n".join(map(str.rstrip, _blocks(inventory))) + "\n")


def _blocks(inventory: Inventory) -> Iterator[str]:
    total = inventory.total
    yield "# Personal data and secrets in training data"
    told = [f"{plural(total.files, 'file')}, {plural(total.rows, 'row')}", wording.verdict(total)]
    told += filter(None, [wording.unlooked(total)])
    yield f"{inventory.date}. {'; '.join(told)}.".replace("..", ".")
    yield wording.CAVEAT
    if inventory.not_read:
        yield "## Not looked at"
        yield _table(
            ("file", "why"), [(_code(each.path), _plain(each.reason)) for each in inventory.not_read]
        )
    yield "## Found"
    yield (
        "Numbers are of values that somebody may own. Placeholders (example.com, test cards) stand for "
        "nobody; accepted findings are suppressed or ignored by the settings. Neither is in other numbers."
    )
    for dataset in inventory.datasets:
        yield f"### {_code(dataset.whole.name)}"
        yield from _scope(dataset.whole, f"{plural(dataset.whole.files, 'file')}, ")
        if len(dataset.splits) > 1:
            for split in dataset.splits:
                yield f"#### {_code(dataset.whole.name)}: {_plain(split.name)}"
                yield from _scope(split, "")
    yield "## What is covered"
    yield (
        "*Covered by pattern*: values of that form are looked for. *Covered by a model*: a model of language "
        "looks for them. *In part*: not all of it has such a form, or some of its kinds are not looked for."
    )
    for law, source in SOURCES.items():
        yield f"### {law}"
        yield f"{source}."
        yield _table(
            ("", "identifier", "state", "kinds", "not found in any case"),
            [_covered(each) for each in inventory.coverage if each.law == law],
        )
    yield "## Settings and versions"
    yield _table(("", ""), list(_basis(inventory)))


def _scope(scope: Scope, files: str) -> Iterator[str]:
    told = [f"{files}{plural(scope.rows, 'row')}", wording.verdict(scope), wording.unlooked(scope)]
    yield "; ".join(filter(None, told)) + "."
    if scope.tallies:
        yield _table(
            (
                "kind",
                "rule",
                "found",
                "per 1,000 rows",
                "rows",
                "different values",
                "placeholders",
                "accepted",
                "fields",
            ),
            [_tally(tally, scope) for tally in scope.tallies],
            right=(2, 3, 4, 5, 6, 7),
        )


def _tally(tally: Tally, scope: Scope) -> tuple[str, ...]:
    shown = ", ".join(
        f"{_code(wording.where(each.pointer))} ({number(each.spans)})" for each in tally.fields[:_FIELDS]
    )
    left = len(tally.fields) - _FIELDS
    return (
        _plain(tally.kind),
        tally.code,
        number(tally.spans),
        wording.rate(tally.spans, scope.looked),
        number(tally.rows),
        "not counted" if tally.values is None else number(tally.values),
        number(tally.placeholders),
        number(tally.accepted),
        shown + (f", {number(left)} more" if left > 0 else ""),
    )


def _covered(covered: Covered) -> tuple[str, ...]:
    state = wording.covering(covered)
    return covered.reference, _plain(covered.name), state, _plain(wording.ways(covered)), _plain(covered.left)


def _basis(inventory: Inventory) -> Iterator[tuple[str, str]]:
    yield "looked for", _plain(wording.looked_for(inventory.kinds))
    for told in wording.not_looked_for(inventory.kinds):
        yield "not looked for", _plain(told)
    if inventory.secret_rules:
        yield "secrets looked for", _plain(wording.secret_rules(inventory))
    for name, value in wording.settings(inventory.basis):
        yield name, _plain(value)
    yield "versions", _plain(wording.versions(inventory.basis))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    rule = ["--:" if index in right else "---" for index in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _plain(text: str) -> str:
    """Text in which nothing is markup: names of files and columns are anybody's."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", visible(text))


def _code(text: str) -> str:
    """A name as code: no markup but the bar that parts cells, and the tick that ends it."""
    shown = visible(text).replace("`", "'").replace("|", "\\|")
    return f"`{shown}`" if shown else "(none)"
