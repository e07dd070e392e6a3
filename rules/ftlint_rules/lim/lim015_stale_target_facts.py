from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from ftlint.facts.dates import days_between
from ftlint.facts.targets import profile
from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Between, Example, Rule, chat


class StaleTargetFacts(Rule[Dataset]):
    """Limits of the target that were read long ago.

    ## Why it matters
    Every rule of this family rests on a table that was read on a day. Providers change their limits and
    retire models within months, so an old entry may pass what is turned away today, or the other way round.

    ## What to do
    Update ftlint, or look the target up and lay a table of your own over the entry:
    `target = "my-targets.toml#name"`.

    ## References
    `as_of` in the table of targets. 180 days: in the half year before the table was written, seven of its
    models were retired.
    """

    code = "LIM015"
    name = "stale-target-facts"
    severity = Severity.INFO
    help = "update ftlint, or lay a table of your own over the entry"
    bad = (Example([chat("Hi", "Hello")], target="together", today="2027-09-01"),)
    good = (
        Example([chat("Hi", "Hello")], target="together", today="2027-01-01"),
        Example([chat("Hi", "Hello")], today="2030-01-01", note="no target, no facts"),
    )

    max_age_days: Annotated[int, Between(1, 3650), "days after which an entry counts as old"] = 180

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        if not dataset.target or not dataset.today:
            return
        target = profile(dataset.target)
        days = days_between(target.as_of, dataset.today)
        if days > self.max_age_days:
            yield Finding(
                f"what is known of {target.title} was read on {target.as_of}, {days} days ago",
                path=dataset.path,
            )
