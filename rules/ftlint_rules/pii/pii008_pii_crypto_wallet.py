from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiCryptoWallet(Rule[Span]):
    """The address of a cryptocurrency wallet stands in the data.

    ## Why it matters
    Whoever ties an address to a person sees all that the wallet ever paid.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.
    Addresses that everybody knows go under `allow` of `[pii]`.

    Addresses out of the standards' examples are told at `info`.

    ## References
    Presidio's `CryptoRecognizer` decides: Bitcoin addresses in Base58Check or Bech32 whose checksum holds
    (BIP 173, BIP 350).
    On 56 public files: no hit.

    ## Known limits
    Addresses of other currencies (Ethereum, Monero) are not found.
    """

    code = "PII008"
    name = "pii-crypto-wallet"
    severity = Severity.WARNING
    extra = "pii"
    headline = "{count} wallet addresses (values hidden)"
    help = HELP
    kinds = ("crypto",)
    bad = (
        Example([chat("Where to?", "Send it to " + "14RkbyobHRtWWzX7" + "RS3JW9HBhdYJWW369A today.")]),
        Example([chat("Where to?", "3BVQQnxSm8NrxLAs" + "DwbuiEotmWJHZo3R3B")]),
    )
    good = (
        Example([chat("Where to?", "14RkbyobHRtWWzX7" + "RS3JW9HBhdYJWW369B")], note="a wrong checksum"),
        Example([chat("What does it start with?", "With 1, 3 or bc1, and 26 to 62 characters follow.")]),
        Example([chat("Which key?", "1BvBMSEYstWetqTFn5Au4m4GFg")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
