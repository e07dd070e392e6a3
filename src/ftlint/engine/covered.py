"""One fault is told once: where two rules find it at the same place, one of them is silent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from ftlint.engine.entries import Entries
from ftlint.engine.judge import Found
from ftlint.model import Finding, Severity
from ftlint.rule import Rule

Place = tuple[str, int | None, int | None]


def told_once(
    found: Sequence[Found],
    covers: Mapping[str, Collection[str]],
    severity: Callable[[str, Finding], Severity],
) -> list[Found]:
    """The findings less those that another rule tells at the same place.

    `covers` maps the code of a rule to those of the rules that tell the same in a more general way. Of the
    two the more severe stays; where both are alike, the one that covers.
    """
    pairs = [(general, special) for special, others in covers.items() for general in others]
    asked = {code for pair in pairs for code in pair}
    worst: dict[tuple[str, Place], Severity] = {}
    for path, code, some in found:
        if code in asked and isinstance(some, Entries):
            for finding in some:
                at = code, _place(path, finding)
                worst[at] = max(severity(code, finding), worst.get(at, Severity.INFO))
    silent: set[tuple[str, Place]] = set()
    for general, special in pairs:
        for code, place in [at for at in worst if at[0] == general]:
            other = worst.get((special, place))
            if other is not None:
                silent.add((special if worst[code, place] > other else code, place))
    if not silent:
        return list(found)
    kept: list[Found] = []
    for path, code, some in found:
        told = some
        if code in asked and isinstance(some, Entries):
            told = Entries(each for each in some if (code, _place(path, each)) not in silent)
        if len(told):
            kept.append((path, code, told))
    return kept


def _place(path: str, finding: Finding) -> Place:
    return finding.path or path, finding.line, finding.column


def covering(rules: Sequence[Rule[Any]]) -> dict[str, tuple[str, ...]]:
    """What each rule of a run covers, of the rules that run beside it."""
    running = {rule.code for rule in rules}
    found = {rule.code: tuple(code for code in rule.covers if code in running) for rule in rules}
    return {code: others for code, others in found.items() if others}
