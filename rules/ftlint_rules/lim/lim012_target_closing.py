from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.facts.dates import days_between
from ftlint.facts.targets import profile
from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Between, Example, Rule, chat


class TargetClosing(Rule[Dataset]):
    """A target that soon takes no new fine-tuning jobs.

    ## Why it matters
    After that day the model cannot be trained again: no second run on better data, no repair.

    ## What to do
    Train before the day and keep the data ready for another target, or move now.

    ## References
    The date stands in the dated table of targets, `closed_on`: OpenAI's last day for new jobs is 2027-01-06
    (developers.openai.com/api/docs/deprecations). 180 days allow two rounds of a quarterly cycle of training.
    On 56 public files, target gpt-4o-mini: 3 hits, 3 looked at, 3 true.
    """

    code = "LIM012"
    name = "target-closing"
    severity = Severity.WARNING
    help = "train before that day, or move to another target"
    bad = (Example([chat("Hi", "Hello")], target="openai", today="2027-01-06"),)
    good = (
        Example([chat("Hi", "Hello")], target="openai", today="2026-05-01", note="more than 180 days"),
        Example([chat("Hi", "Hello")], target="openai", today="2027-01-07", note="closed: LIM010 says so"),
        Example([chat("Hi", "Hello")], target="gpt-3.5-turbo", today="2026-11-22", note="retired already"),
    )

    within_days: Annotated[int, Between(1, 3650), "days before the closing from which it is told"] = 180

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        if not dataset.target or not dataset.today:
            return
        target = profile(dataset.target)
        if not target.closed_on or (target.retires_on and dataset.today >= target.retires_on):
            return
        days = days_between(dataset.today, target.closed_on)
        if 0 <= days <= self.within_days:
            left = f"in {days} days" if days else "today"
            note = f"; {target.note}" if target.note else ""
            yield Finding(
                f"{target.title} takes its last fine-tuning jobs on {target.closed_on}, {left}{note}"
                f"{target.dated}",
                path=dataset.path,
            )
