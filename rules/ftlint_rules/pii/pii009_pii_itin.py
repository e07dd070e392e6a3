from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiItin(Rule[Span]):
    """A United States individual taxpayer number (ITIN) stands in the data.

    ## Why it matters
    The number stands for one person with the tax office, mostly an immigrant without a social security
    number.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.

    ## References
    Presidio's `UsItinRecognizer` decides, from a score of 0.5: nine digits that start with 9 in three
    groups, the middle one of 50 to 65, 70 to 88, 90 to 92 or 94 to 99 (Internal Revenue Service,
    Publication 1915); without separators only beside a word such as "itin" or "taxpayer".
    On 56 public files: no hit.

    ## Known limits
    Three groups of 3, 2 and 4 digits can be something else.
    """

    code = "PII009"
    name = "pii-itin"
    severity = Severity.ERROR
    extra = "pii"
    headline = "{count} taxpayer numbers (values hidden)"
    help = HELP
    kinds = ("itin",)
    bad = (
        Example([chat("The number?", "Her ITIN is 917-84" + "-6203.")]),
        Example([chat("The tax office wrote to 917 84" + " 6203.", "I see.")]),
    )
    good = (
        Example([chat("The number?", "917-66" + "-6203")], note="66 is no group of these numbers"),
        Example([chat("Which part?", "The part 917846203 is sold out.")]),
        Example([chat("How much?", "From 917-8 to 4-6203.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
