from __future__ import annotations

from collections.abc import Iterator

from ftlint.facts.targets import profile
from ftlint.model import Dataset, Finding, Severity
from ftlint.rule import Example, Rule, chat


class TargetRetired(Rule[Dataset]):
    """A target that can no longer be trained: its model is retired, or it takes no new jobs.

    ## Why it matters
    No job starts, and where the base model is gone, every model tuned on it is gone with it. Time put into
    the shape this target wants is lost.

    ## What to do
    Choose another target and set it in the settings. Where the provider has granted you an extension, lay
    your own table over the shipped one or ignore the rule.

    ## References
    The dates stand in the dated table of targets, `retires_on` and `closed_on`; each entry names its source
    and the day it was read. OpenAI: developers.openai.com/api/docs/deprecations. Claude 3 Haiku on Bedrock:
    its model card (end of life 2026-09-10). Gemini 2.5: cloud.google.com (2026-10-16). Cohere:
    docs.cohere.com (2025-09-15).
    On 56 public files, targets gpt-3.5-turbo and bedrock-claude-3-haiku: 2 hits, 2 looked at, 2 true.
    """

    code = "LIM010"
    name = "target-retired"
    severity = Severity.ERROR
    help = "choose another target"
    bad = (
        Example([chat("Hi", "Hello")], target="bedrock-claude-3-haiku", today="2026-09-10"),
        Example([chat("Hi", "Hello")], target="cohere", today="2026-01-01"),
        Example([chat("Hi", "Hello")], target="openai", today="2027-01-07"),
    )
    good = (
        Example([chat("Hi", "Hello")], target="bedrock-claude-3-haiku", today="2026-09-09"),
        Example([chat("Hi", "Hello")], target="openai", today="2027-01-06", note="the last day for new jobs"),
        Example([chat("Hi", "Hello")], target="together", today="2030-01-01", note="no date is known"),
    )

    def check(self, dataset: Dataset) -> Iterator[Finding]:
        if not dataset.target or not dataset.today:
            return
        target = profile(dataset.target)
        if target.retires_on and dataset.today >= target.retires_on:
            since = f"was retired on {target.retires_on}"
        elif target.closed_on and dataset.today > target.closed_on:
            since = f"has taken no new fine-tuning jobs since {target.closed_on}"
        else:
            return
        yield Finding(f"{target.title} {since}{target.dated}", path=dataset.path)
