from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiCard(Rule[Span]):
    """A payment card number stands in the data.

    ## Why it matters
    A card number may not be kept unprotected by anyone who takes payments, least of all in the weights of
    a model that gives it back.

    ## What to do
    Redact it and find out how it got there: a transcript with one card number has others.
    `ftlint data redact` puts a typed placeholder or a pseudonym in its place.

    Test numbers of the card networks and payment services (4111 1111 1111 1111) are told at `info`.

    ## References
    Presidio's `CreditCardRecognizer` decides: length, first digits, and Luhn's checksum (ISO/IEC 7812).
    Added are Mastercard's 2-series (2221 to 2720) and numbers of 12 and 19 digits, which Presidio misses;
    ISBN-13, milliseconds since 1970 and the digits of a decimal are left out. PCI DSS 4.0, requirement 3:
    stored account data is protected.
    On 56 public files: no hit.

    ## Known limits
    One number in ten passes the checksum by chance: a long identifier that starts like a card may be
    found. A number split over lines or messages is not found.
    """

    code = "PII003"
    name = "pii-card"
    severity = Severity.ERROR
    extra = "pii"
    headline = "{count} card numbers (values hidden)"
    help = HELP
    kinds = ("card",)
    bad = (
        Example([chat("Which card?", "It is " + "4617 7877 8932" + " 8795, valid until May.")]),
        Example([chat("Card: " + "231792908100" + "3398.", "Thank you.")], note="Mastercard's 2-series"),
        Example([chat("Card?", "3745-075793" + "-83474")], note="fifteen digits"),
        Example([chat("Test it.", "Pay with 4111 1111 1111" + " 1111.")], note="a placeholder: at info"),
    )
    good = (
        Example([chat("Which card?", "It is " + "4617 0174 6814" + " 5382.")], note="a wrong checksum"),
        Example([chat("Which book?", "ISBN 9783161484100.")]),
        Example([chat("When?", "The stamp is 1700000000000 in milliseconds.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
