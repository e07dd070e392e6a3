"""What cannot be told yet: questions that need more evaluations than there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ftlint.model import RunLog
from ftlint.report.amounts import plural
from ftlint.rule import Rule


class Pending(NamedTuple):
    """A rule that would need so many evaluations more, and what is missing."""

    name: str
    needs: int
    why: str

    def __str__(self) -> str:
        return f"{self.name}: cannot tell yet, needs {plural(self.needs, 'more eval')} ({self.why})"


def pending(log: RunLog, rules: Sequence[Rule[RunLog]]) -> list[Pending]:
    """What the rules that may stop a run cannot tell yet. It never stops one."""
    by_name: dict[str, Any] = {rule.name: rule for rule in rules}
    return [each for each in _asked(log, by_name) if each.needs > 0]


def _asked(log: RunLog, rules: Mapping[str, Any]) -> Iterator[Pending]:
    rule = rules.get("overfitting")
    if rule is not None and log.eval_losses:
        from ftlint.detect.curves.verdicts import judgement

        judged = judgement(log, "overfitting", min_rise=rule.min_rise)
        if judged.state == "unknown":
            yield Pending("overfitting", judged.needs, judged.why)
    rule = rules.get("forgetting")
    if rule is not None:
        from ftlint.detect.curves.forgetting import forgetting

        options = {"loss_tolerance": rule.loss_tolerance, "metric_tolerance": rule.metric_tolerance}
        unknown = [
            kept
            for kept in forgetting(log, **options, general=rule.sets)
            if kept.judgement.state == "unknown" and kept.judgement.needs
        ]
        for kept in unknown[:1]:
            yield Pending("forgetting", kept.judgement.needs, kept.judgement.why)
