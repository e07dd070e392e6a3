from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiMedicalLicense(Rule[Span]):
    """The licence number of a medical practitioner stands in the data.

    ## Why it matters
    The number names a physician, and with a DEA number controlled drugs are prescribed.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.

    Off by default: letters and digits with a valid checksum come up by chance in code and in identifiers.

    ## References
    Presidio's recognizers decide: certificate numbers of the Drug Enforcement Administration (two letters
    and seven digits, the last one a checksum), and the National Provider Identifier where `countries` of
    `[pii]` names the United States. 45 CFR 164.514(b)(2)(i)(K): certificate and license numbers.
    On 56 public files: no hit.

    ## Known limits
    One code of that form in ten passes the checksum by chance.
    """

    code = "PII014"
    name = "pii-medical-license"
    severity = Severity.WARNING
    default = False
    extra = "pii"
    headline = "{count} medical licence numbers (values hidden)"
    help = HELP
    kinds = ("medical-license",)
    bad = (
        Example([chat("Who signed?", "The DEA certificate is BH559" + "7298.")]),
        Example([chat("Prescriber: BH559" + "7298", "Noted.")]),
    )
    good = (
        Example([chat("Who signed?", "The DEA certificate is BH5597299.")], note="a wrong checksum"),
        Example([chat("Which part?", "Order BH-5597298-X.")]),
        Example([chat("What is the DEA?", "An agency that was founded in 1973.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
