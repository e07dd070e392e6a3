"""Verdicts that last: what is found again is the same verdict, with other numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from ftlint.model import Finding, RunLog, Severity
from ftlint.rule import Rule

_NUMBER = re.compile(r"(?<![A-Za-z_])[-+±~]?\d[\d,.]*(?:[eE][-+]?\d+)?%?x?|\b(?:nan|[-+]?inf)\b")

Evidence = Literal["evals", "rows"]
"""What a verdict is held against: evaluations, or rows of the training loss."""


class Verdict(NamedTuple):
    """What a rule says of a run.

    `step` is where it shows, `since` the last step of the log when it was first found. `held` counts how
    often in a row it was found with new `evidence`: evaluations, or times that the log had grown enough
    (`ftlint.live.cut.row_marks`). `stops` says that it is sure enough, and held
    for long enough, to end the run.
    """

    code: str
    name: str
    severity: Severity
    message: str
    help: str = ""
    path: str = ""
    step: float | None = None
    confidence: float | None = None
    since: float = 0.0
    held: int = 1
    stops: bool = False
    evidence: Evidence = "rows"


Word = Literal["found", "changed", "withdrawn"]


class Change(NamedTuple):
    """News of a verdict: found, of another severity than before or now able to stop, or no longer held."""

    word: Word
    verdict: Verdict
    at: float
    """The last step of the log then."""
    before: Verdict | None = None


def verdict(finding: Finding, at: float, rule: Rule[RunLog]) -> Verdict:
    """A finding of a rule as a verdict, first found when the log was `at` a step."""
    return Verdict(
        code=finding.code,
        name=finding.name,
        severity=finding.severity or Severity.INFO,
        message=finding.message,
        help=finding.help,
        path=finding.path,
        step=finding.step,
        confidence=finding.confidence,
        since=at,
        evidence="evals" if rule.confirmed_by == "evals" else "rows",
    )


def paired(
    before: Sequence[Verdict], now: Sequence[Verdict]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Which of the verdicts now are which of those before (index before, index now); those that are gone;
    those that are new.

    The same rule at the same step is the same verdict. So is the same sentence about another step, the
    nearest first: the best step of a run moves as more of it is known.
    """
    pairs: list[tuple[int, int]] = []
    old, new = list(range(len(before))), list(range(len(now)))

    def take(alike: Iterable[tuple[int, int]]) -> None:
        for here, there in alike:
            if here in old and there in new:
                old.remove(here)
                new.remove(there)
                pairs.append((here, there))

    def candidates() -> list[tuple[int, int]]:
        return [(here, there) for here in old for there in new if before[here].code == now[there].code]

    take((a, b) for a, b in candidates() if _same_place(before[a], now[b]) and _said_alike(before[a], now[b]))
    take((a, b) for a, b in candidates() if _same_place(before[a], now[b]))
    moved = [(a, b) for a, b in candidates() if _said_alike(before[a], now[b])]
    take(sorted(moved, key=lambda pair: _apart(before[pair[0]], now[pair[1]])))
    return sorted(pairs), old, new


def _same_place(before: Verdict, now: Verdict) -> bool:
    return before.step == now.step


def _said_alike(before: Verdict, now: Verdict) -> bool:
    return sentence(before.message) == sentence(now.message)


def _apart(before: Verdict, now: Verdict) -> float:
    return abs((before.step or 0.0) - (now.step or 0.0))


def sentence(message: str) -> str:
    """A message without its numbers."""
    return _NUMBER.sub("#", message)
