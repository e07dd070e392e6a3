from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.abroad import in_countries
from ftlint_rules.pii.wording import HELP, told


class PiiBusinessId(Rule[Span]):
    """The registration number of a business stands in the data.

    ## Why it matters
    The number of a one-person business names that person. Most others are public.

    ## What to do
    Look at a few. Redact those of persons: `ftlint data redact` puts a typed placeholder or a pseudonym
    in their place.

    Off by default, as such registers are open. Runs where `countries` of `[pii]` names the country.

    ## References
    Presidio's recognizers decide, among them ABN and ACN (Australia), Handelsregisternummer (Germany),
    GSTIN (India), partita IVA (Italy); some with a checksum.

    ## Known limits
    Numbers of a country that is not named are not looked for.
    """

    code = "PII017"
    name = "pii-business-id"
    severity = Severity.WARNING
    default = False
    extra = "pii"
    headline = "{count} business numbers (values hidden)"
    help = HELP
    kinds = ("business-id",)
    bad = (
        in_countries("au", "Which firm?", "The ABN of the firm is 42 371" + " 631 821."),
        in_countries("de", "Welche Firma?", "Amtsgericht Tamwick, HRB 40" + "719."),
    )
    good = (
        in_countries("au", "Which firm?", "The ABN of the firm is 42 371 631 822.", note="a wrong checksum"),
        in_countries("de", "Which part?", "Take HRC 40719 or hrb."),
        Example([chat("Which firm?", "The ABN is 42 371 631 821.")], note="no country is named"),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
