from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.abroad import in_countries
from ftlint_rules.pii.wording import HELP, told


class PiiPostcode(Rule[Span]):
    """A postcode stands in the data.

    ## Why it matters
    A British or Canadian postcode is a street or a house. With an age and a sex it often names one
    person; HIPAA leaves three digits of a ZIP code at most.

    ## What to do
    Shorten it to its first part, or redact it: `ftlint data redact` puts a typed placeholder in its
    place.

    Off by default: a postcode alone names nobody. Runs where `countries` of `[pii]` names the country.

    ## References
    Presidio's recognizers decide, among them those of Canada, Germany and the United Kingdom. Sweeney
    2000, "Simple Demographics Often Identify People Uniquely". 45 CFR 164.514(b)(2)(i)(B).

    ## Known limits
    ZIP codes of the United States are not found: five digits can be anything. Postcodes of digits alone
    need a word such as "postcode" nearby.
    """

    code = "PII019"
    name = "pii-postcode"
    severity = Severity.INFO
    default = False
    extra = "pii"
    headline = "{count} postcodes (values hidden)"
    help = HELP
    kinds = ("postcode",)
    bad = (
        in_countries("ca", "Where to?", "The postcode is V4K 7X9."),
        in_countries("de", "Wohin?", "Die Postleitzahl ist 40719."),
    )
    good = (
        in_countries("ca", "Where to?", "Take the roads V4 and K7, exit 9."),
        in_countries("de", "Wie viele?", "Es kamen 40719 Besucher."),
        Example([chat("Where to?", "The postcode is V4K 7X9.")], note="no country is named"),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
