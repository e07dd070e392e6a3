from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiPassport(Rule[Span]):
    """A passport number stands in the data.

    ## Why it matters
    The number names one person at every border, and it is asked for as a proof of identity.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.

    ## References
    Presidio's passport recognizers decide: the one of the United States always, others where `countries`
    of `[pii]` names their country. All need a word such as "passport" nearby, as the numbers are like any
    others. ICAO Doc 9303 (machine readable travel documents).
    On 56 public files: no hit.

    ## Known limits
    A number without such a word beside it is not found, and any number of that form beside one is.
    """

    code = "PII011"
    name = "pii-passport"
    severity = Severity.ERROR
    extra = "pii"
    headline = "{count} passport numbers (values hidden)"
    help = HELP
    kinds = ("passport",)
    bad = (
        Example([chat("Her passport?", "Her passport number is C0719" + "3826.")]),
        Example([chat("Fill the form.", "Travel document, passport: 40719" + "3826")]),
    )
    good = (
        Example([chat("Which chapter?", "See C07193826 in the index.")], note="no word of passports"),
        Example([chat("Passport control?", "Gate 12, passport in hand, at 10:45.")]),
        Example([chat("Renew my passport?", "That costs 130 dollars.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
