from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.facts.dates import days_between
from ftlint.facts.targets import profile
from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Between, Example, Rule, chat


class TargetRetiring(Rule[Dataset]):
    """A target whose model retires soon, and every model tuned on it with it.

    ## Why it matters
    A tuned model lives as long as its base. Training on one that goes in weeks pays for a model that has to
    be replaced before it has paid for itself.

    ## What to do
    Choose a target that stays, or make sure that the tuned model is worth its remaining days.

    ## References
    The date stands in the dated table of targets, `retires_on`. 180 days is the shortest notice that OpenAI
    gives before it retires a generally available model (six months, developers.openai.com/docs/deprecations):
    a date nearer than that is not coming back.
    On 56 public files, target gpt-4o-mini: 3 hits, 3 looked at, 3 true.
    """

    code = "LIM011"
    name = "target-retiring"
    severity = Severity.WARNING
    help = "choose a target that stays"
    bad = (Example([chat("Hi", "Hello")], target="gpt-4o-mini", today="2026-11-22"),)
    good = (
        Example([chat("Hi", "Hello")], target="gpt-4o-mini", today="2026-05-01", note="more than 180 days"),
        Example(
            [chat("Hi", "Hello")], target="gpt-4o-mini", today="2027-01-14", note="retired: LIM010 says so"
        ),
        Example([chat("Hi", "Hello")], target="fireworks", today="2026-11-22"),
    )

    within_days: Annotated[int, Between(1, 3650), "days before the retirement from which it is told"] = 180

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        if not dataset.target or not dataset.today:
            return
        target = profile(dataset.target)
        if not target.retires_on:
            return
        days = days_between(dataset.today, target.retires_on)
        if 0 < days <= self.within_days:
            yield Finding(
                f"{target.title} retires on {target.retires_on}, in {days} days{target.dated}",
                path=dataset.path,
            )
