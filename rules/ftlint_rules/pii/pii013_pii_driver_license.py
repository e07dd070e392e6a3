from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiDriverLicense(Rule[Span]):
    """The number of a driving licence stands in the data.

    ## Why it matters
    The number names one driver, and it is asked for as a proof of identity.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.

    Off by default: the forms of fifty states take in nearly every short code of a letter and digits.

    ## References
    Presidio's recognizers decide: the one of the United States, others where `countries` of `[pii]` names
    their country. Measured with plain Presidio on a labelled set: 117 false findings to 4 true ones
    without regard to the score, none to 4 from a score of 0.4.
    On 56 public files: no hit.

    ## Known limits
    A finding rests on a word such as "driver" or "license" nearby.
    """

    code = "PII013"
    name = "pii-driver-license"
    severity = Severity.WARNING
    default = False
    extra = "pii"
    headline = "{count} driving licence numbers (values hidden)"
    help = HELP
    kinds = ("driver-license",)
    bad = (
        Example([chat("His papers?", "His driver license is F4071" + "9382.")]),
        Example([chat("Driving permit: X4071" + "9382", "Noted.")]),
    )
    good = (
        Example([chat("Which part?", "Take the screw F40719382.")], note="no word of driving"),
        Example([chat("License?", "The code is under the MIT license.")]),
        Example([chat("Driver?", "The driver needs version 12.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
