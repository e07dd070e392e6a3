from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.abroad import in_countries
from ftlint_rules.pii.wording import HELP, told


class PiiNationalId(Rule[Span]):
    """A national identity number stands in the data.

    ## Why it matters
    The number stands for one person for life. GDPR Art. 87 leaves it to each state how it may be used at
    all.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.

    Runs where `countries` of `[pii]` names the country: `countries = ["in", "es"]`.

    ## References
    Presidio's recognizers decide, among them Aadhaar (India), NIF and NIE (Spain), PESEL (Poland),
    personnummer (Sweden), the National Insurance number (United Kingdom), the social insurance number
    (Canada); most with a checksum.

    ## Known limits
    Numbers of a country that is not named are not looked for. Numbers without a checksum need a word that
    names them nearby.
    """

    code = "PII015"
    name = "pii-national-id"
    severity = Severity.ERROR
    extra = "pii"
    headline = "{count} national identity numbers (values hidden)"
    help = HELP
    kinds = ("national-id",)
    bad = (
        in_countries("in", "Her number?", "Her Aadhaar is 7933" + " 2836 7910."),
        in_countries("es", "DNI?", "Mi DNI es 70843" + "646N."),
    )
    good = (
        in_countries("in", "Her number?", "Her Aadhaar is 7933 2836 7911.", note="a wrong checksum"),
        in_countries("es", "DNI?", "Mi DNI es 70843646M.", note="the letter is wrong"),
        Example([chat("Her number?", "Her Aadhaar is 7933 2836 7910.")], note="no country is named"),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
