"""What ends a run early: which verdicts, how sure, held for how long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any, NamedTuple

from ftlint.live.verdicts import Verdict
from ftlint.model import Finding, FtlintError, RunLog, Severity
from ftlint.rule import Rule

STOPS = ("nan-loss", "zero-loss", "divergence", "overfitting", "forgetting")
"""Rules that end a run unless others are named: what they find costs GPU hours and doesn't heal. A loss of
exactly zero is how transformers logs one that is NaN (`logging_nan_inf_filter`)."""

CONFIDENCE = 0.9
PATIENCE = 2
"""Evaluations in a row that a verdict must hold for. One that is asked for again at each evaluation has as
many chances to be wrong; see the replay in `docs/logs.md`."""


class Stopping(NamedTuple):
    """`rules` are names or codes; `patience` counts evaluations, of a loss that is not finite rows. With
    `severity` a verdict of any rule ends the run from that severity on."""

    rules: tuple[str, ...] = STOPS
    confidence: float = CONFIDENCE
    patience: int = PATIENCE
    severity: Severity | None = None

    def names(self, what: Verdict | Finding | Rule[Any]) -> bool:
        """Whether a rule, or that of a finding, may stop a run."""
        return what.name in self.rules or what.code in self.rules

    def stops(self, verdict: Verdict, log: RunLog) -> bool:
        """Whether a verdict ends the run whose log this is."""
        if self.severity is not None and verdict.severity >= self.severity:
            return verdict.held >= self.patience
        if not self.names(verdict):
            return False
        if verdict.confidence is not None and verdict.confidence < self.confidence:
            return False
        if verdict.name == "nan-loss":
            return _not_finite(log) >= self.patience
        return verdict.held >= self.patience


DEFAULT = Stopping()


def _not_finite(log: RunLog) -> int:
    """How many rows of the training loss, the last ones, are no numbers.

    One alone may be a single bad batch, and one of an eval set says nothing of the weights.
    """
    count = 0
    for value in reversed(log.loss.values if log.loss else ()):
        if isfinite(value):
            break
        count += 1
    return count


def named(words: Iterable[str], rules: Sequence[Rule[Any]]) -> tuple[str, ...]:
    """Rule names for names, codes and lists of them with commas. Raises `FtlintError` for a word that is no
    rule of runs, or one that does not run."""
    from ftlint.settings.nearest import suggestion

    known = {word: rule.name for rule in rules for word in (rule.name, rule.code)}
    found: list[str] = []
    for word in (each for text in words for each in text.replace(",", " ").split()):
        name = known.get(word) or known.get(word.upper())
        if name is None:
            near = suggestion(word, list(known))
            raise FtlintError(f"no rule of training runs that is selected is called {word!r}{near}")
        found.append(name)
    return tuple(dict.fromkeys(found))
