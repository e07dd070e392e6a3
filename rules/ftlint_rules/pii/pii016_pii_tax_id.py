from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.abroad import in_countries
from ftlint_rules.pii.wording import HELP, told


class PiiTaxId(Rule[Span]):
    """A tax number stands in the data.

    ## Why it matters
    The number names one person or firm to the tax office, in many countries for life.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.

    Runs where `countries` of `[pii]` names the country: `countries = ["au", "de"]`.

    ## References
    Presidio's recognizers decide, among them the tax file number (Australia), Steueridentifikationsnummer
    (Germany), codice fiscale (Italy), PAN (India); most with a checksum.

    ## Known limits
    Numbers of a country that is not named are not looked for. Numbers without a checksum need a word that
    names them nearby.
    """

    code = "PII016"
    name = "pii-tax-id"
    severity = Severity.ERROR
    extra = "pii"
    headline = "{count} tax numbers (values hidden)"
    help = HELP
    kinds = ("tax-id",)
    bad = (
        in_countries("au", "Her number?", "Her tax file number is 730" + " 024 589."),
        in_countries("de", "Steuer-ID?", "Die Steueridentifikationsnummer ist 67253" + "931488."),
    )
    good = (
        in_countries("au", "Her number?", "Her tax file number is 730 024 588.", note="a wrong checksum"),
        in_countries(
            "de", "Steuer-ID?", "Die Steuer-Identifikationsnummer ist 67253931489.", note="a wrong checksum"
        ),
        Example([chat("Her number?", "Her tax file number is 730 024 589.")], note="no country is named"),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
