from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiHealthId(Rule[Span]):
    """A number of a health service or health insurance stands in the data.

    ## Why it matters
    The number leads to a medical file. Health data is a special category of the GDPR and, with any of 18
    identifiers, protected by HIPAA.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.
    A data set with one such number needs somebody who knows the law to look at it.

    ## References
    Presidio's recognizers decide: NHS number (United Kingdom, modulo 11), Medicare beneficiary identifier
    (United States), Medicare (Australia), Krankenversichertennummer (Germany), each where `countries` of
    `[pii]` names the country or it is on for all, and only beside a word that names it. 45 CFR
    164.514(b)(2); GDPR Art. 9.
    On 56 public files: no hit.

    ## Known limits
    Record numbers of a hospital have no form of their own: declare one as a custom recognizer
    (`pii-custom`).
    """

    code = "PII012"
    name = "pii-health-id"
    severity = Severity.ERROR
    extra = "pii"
    headline = "{count} health numbers (values hidden)"
    help = HELP
    kinds = ("health-id",)
    bad = (
        Example([chat("Her file?", "Her NHS number is 969" + " 910 2373.")]),
        Example([chat("NHS: 940" + "9546117", "Found.")]),
    )
    good = (
        Example([chat("Her file?", "Her NHS number is 969 910 2374.")], note="a wrong checksum"),
        Example([chat("Which order?", "The parcel 9699102373 has left.")], note="no word of health"),
        Example([chat("What is the NHS?", "A health service with 1,500,000 workers.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
