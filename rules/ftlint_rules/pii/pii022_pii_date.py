from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiDate(Rule[Span]):
    """A calendar date stands in the data.

    ## Why it matters
    A date of birth, of an admission or of a death narrows a person down to a few. HIPAA leaves the year
    alone.

    ## What to do
    Cut it to the year, or shift all dates of one person by the same number of days.

    Off by default: most dates are of no person.

    ## References
    Presidio's `DateRecognizer` decides, which knows dates of digits, and month names of three letters between
    hyphens (14-MAR-1987). Recall on a labelled set: 0.40 (synth_dataset_v2), as dates in words are not among
    them. 45 CFR 164.514(b)(2)(i)(C).
    On 56 public files: 817 hits, 20 looked at, 20 true, nearly all time stamps.

    ## Known limits
    Dates in words ("3 May 1987", "last Monday") need a model and are not looked for.
    """

    code = "PII022"
    name = "pii-date"
    severity = Severity.INFO
    default = False
    extra = "pii"
    headline = "{count} dates (values hidden)"
    help = HELP
    kinds = ("date",)
    bad = (
        Example([chat("Born when?", "She was born on 03/14/1987.")]),
        Example([chat("Admitted?", "Yes, on 2019-11-28.")]),
    )
    good = (
        Example([chat("Which version?", "Version 3.14, then 3.15.")]),
        Example([chat("When?", "Last Monday, at half past nine.")]),
        Example([chat("Ratio?", "It is 3/14.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
