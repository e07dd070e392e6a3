from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiIban(Rule[Span]):
    """An international bank account number (IBAN) stands in the data.

    ## Why it matters
    The number is enough to debit an account in much of Europe, and it names its holder to the bank.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.
    The number of your own that customers are to pay to goes under `allow` of `[pii]`.

    Numbers out of the standards' examples (GB82 WEST 1234 5698 7654 32) are told at `info`.

    ## References
    Presidio's `IbanRecognizer` decides: the country's length and form, and the checksum (ISO 13616,
    modulo 97). Added are numbers in lower case.
    On 56 public files: no hit.

    ## Known limits
    A number with one digit wrong is none, though it may still lead to its holder.
    """

    code = "PII004"
    name = "pii-iban"
    severity = Severity.ERROR
    extra = "pii"
    headline = "{count} IBANs (values hidden)"
    help = HELP
    kinds = ("iban",)
    bad = (
        Example([chat("Where to?", "Pay to " + "DE45 3704 0244" + " 4019 1614 61, please.")]),
        Example([chat("Account?", "nl87qzxk" + "1450612310")], note="in lower case"),
    )
    good = (
        Example(
            [chat("Where to?", "Pay to " + "DE46 3704 0244" + " 4019 1614 61.")], note="a wrong checksum"
        ),
        Example([chat("What is an IBAN?", "Two letters, two digits, then up to 30 letters and digits.")]),
        Example([chat("Which part?", "Order DE45 blue, GB31 red.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
