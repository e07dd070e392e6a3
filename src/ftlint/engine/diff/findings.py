"""What rules find in both versions: findings are matched by fingerprint, as often as they stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from ftlint.engine.diff.version import Version
from ftlint.model import Finding, Severity
from ftlint.model.dataset_diff import FreshFinding, RuleDiff
from ftlint.model.report import Group
from ftlint.report.wording import message

MOST = 50_000
"""Findings of a rule on one side that are matched one by one; of more of them only the numbers are told."""


def rules_compared(old: Version, new: Version, examples: int) -> list[RuleDiff]:
    """Each rule that finds something on either side: the worst first, then by code."""
    sides = _by_code(old), _by_code(new)
    found = [
        _compared(sides[0].get(code, ()), sides[1].get(code, ()), new, examples)
        for code in sorted({*sides[0], *sides[1]})
    ]
    return sorted(found, key=lambda rule: (-rule.severity, rule.code))


def _by_code(version: Version) -> Mapping[str, Sequence[Group]]:
    groups: defaultdict[str, list[Group]] = defaultdict(list)
    for group in version.report.groups if version.report else ():
        if group.count:
            groups[group.code].append(group)
    return groups


def _compared(old: Sequence[Group], new: Sequence[Group], version: Version, examples: int) -> RuleDiff:
    before, after = (sum(group.count for group in groups) for groups in (old, new))
    one = (*new, *old)[0]
    severity: Severity = max(group.severity for group in (*new, *old))
    if max(before, after) > MOST:
        return RuleDiff(one.code, one.name, severity, before, after, None, None, ())
    known = Counter(identity for _, identity in chain.from_iterable(group.identified() for group in old))
    fresh = 0
    shown: list[FreshFinding] = []
    for group, finding, identity in _identified(new):
        if known[identity] > 0:
            known[identity] -= 1
            continue
        fresh += 1
        if len(shown) < examples:
            excerpt = group.excerpt(finding)
            path, told = version.side.call(finding.path), message(finding)
            shown.append(FreshFinding(path, finding.line, finding.row, told, excerpt.text if excerpt else ""))
    return RuleDiff(one.code, one.name, severity, before, after, fresh, known.total(), shown)


def _identified(groups: Sequence[Group]) -> Iterator[tuple[Group, Finding, str]]:
    for group in groups:
        for finding, identity in group.identified():
            yield group, finding, identity
