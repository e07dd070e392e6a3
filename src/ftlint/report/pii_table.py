"""The inventory of personal data at a terminal: what was found where, what was not looked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from ftlint.detect.mask import visible
from ftlint.facts.identifiers import SOURCES
from ftlint.model.inventory import DatasetInventory, Inventory, Scope
from ftlint.report import pii_wording as wording
from ftlint.report.amounts import duration, plural
from ftlint.report.cells import cells, cut_left, pad, wrap
from ftlint.report.pii_grid import covered, grid
from ftlint.report.style import Style
from ftlint.report.wording import guarded

BLOCKS = 3
"""Datasets that get a block each; of more of them there is a line each, and one block for all together."""

_LABEL = 12


def write(inventory: Inventory, out: TextIO, style: Style) -> None:
    page = _Page(out, style)
    if len(inventory.datasets) <= BLOCKS:
        for dataset in inventory.datasets:
            page.dataset(dataset)
    else:
        page.scope(inventory.total, "all datasets")
        page.put()
        page.lines([dataset.whole for dataset in inventory.datasets])
        page.put()
    page.coverage(inventory)
    page.basis(inventory)
    page.closing(inventory)


class _Page:
    def __init__(self, out: TextIO, style: Style) -> None:
        self.out = out
        self.style = style

    def put(self, line: str = "") -> None:
        self.out.write(guarded(line.rstrip()) + "\n")

    def paragraph(self, lead: str, text: str, hanging: int) -> None:
        """`lead`, which is `hanging` cells wide, and `text` beside it, wrapped under its own beginning."""
        room = max(self.style.width - hanging, 1)
        first, *others = wrap(text, room, room)
        self.put(lead + first)
        for line in others:
            self.put(" " * hanging + line)

    def dataset(self, dataset: DatasetInventory) -> None:
        if len(dataset.splits) <= 1:
            self.scope(dataset.whole, dataset.whole.name)
            self.put()
            return
        self.scope(dataset.whole, dataset.whole.name, alone=False)
        for split in dataset.splits:
            self.scope(split, split.name, indent=2)
        self.put()

    def scope(self, scope: Scope, name: str, *, indent: int = 0, alone: bool = True) -> None:
        """A heading, and unless its splits follow a line for each kind."""
        rows = plural(scope.rows, "row")
        facts = [rows if indent else f"{plural(scope.files, 'file')}, {rows}"]
        facts += filter(None, [wording.verdict(scope), wording.unlooked(scope)])
        title = cut_left(visible(name), max(20, self.style.width // 2))
        room = self.style.width - indent
        first, *others = wrap("· " + " · ".join(facts), room - cells(title) - 1, room - 4)
        self.put(" " * indent + self.style.strong(guarded(title)) + " " + self.style.faint(first))
        for line in others:
            self.put(" " * (indent + 4) + self.style.faint(line))
        if alone and scope.tallies:
            for row in grid(scope, self.style, indent + 2):
                self.put(row)

    def lines(self, scopes: Sequence[Scope]) -> None:
        """Datasets of which there are many."""
        names = [cut_left(visible(scope.name), max(20, self.style.width // 3)) for scope in scopes]
        room = max(map(cells, names))
        for name, scope in zip(names, scopes, strict=True):
            told = f"{plural(scope.rows, 'row')}: {wording.verdict(scope)}"
            self.paragraph(f"  {self.style.strong(pad(name, room))}  ", told, room + 4)

    def coverage(self, inventory: Inventory) -> None:
        for law, source in SOURCES.items():
            self.paragraph("", f"{law}: {source}", 0)
            for line in covered([each for each in inventory.coverage if each.law == law], self.style):
                self.put(line)
            self.put()

    def labelled(self, label: str, text: str) -> None:
        self.paragraph(f"{self.style.paint(label, '36')}{' ' * (_LABEL - len(label))}", text, _LABEL)

    def basis(self, inventory: Inventory) -> None:
        self.labelled("looked for", wording.looked_for(inventory.kinds))
        for index, told in enumerate(wording.not_looked_for(inventory.kinds)):
            self.labelled("not" if not index else "", told)
        if inventory.secret_rules:
            self.labelled("secrets", wording.secret_rules(inventory))
        rests = [f"{name}: {value}" for name, value in wording.settings(inventory.basis)]
        self.labelled("settings", " · ".join(rests))
        self.labelled("versions", wording.versions(inventory.basis))
        self.put()

    def closing(self, inventory: Inventory) -> None:
        for entry in inventory.not_read:
            label = " NOT LOOKED AT " if self.style.colour else "NOT LOOKED AT"
            first, *others = wrap(
                visible(f"{entry.path}: {entry.reason}"),
                self.style.width - len(label) - 1,
                self.style.width - 4,
            )
            self.put(f"{self.style.paint(label, '1;37;41')} {first}")
            for line in others:
                self.put("    " + line)
        total = inventory.total
        told = [inventory.date, f"{plural(total.files, 'file')}, {plural(total.rows, 'row')}"]
        told += [wording.verdict(total), wording.unlooked(total), duration(inventory.seconds)]
        self.paragraph("", " · ".join(filter(None, told)), 0)
        for note in inventory.notes:
            self.paragraph(self.style.paint("hint: ", "36"), visible(note), 6)
        for caveat in wrap(wording.CAVEAT, self.style.width, self.style.width):
            self.put(self.style.faint(caveat))
