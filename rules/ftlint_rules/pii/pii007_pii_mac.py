from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiMac(Rule[Span]):
    """A hardware (MAC) address stands in the data.

    ## Why it matters
    The address of a network card is burnt in and goes wherever its owner goes. HIPAA counts device
    identifiers among those to remove.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.

    Addresses for documentation (00-00-5E-00-53-xx) are told at `info`.

    ## References
    Presidio's `MacAddressRecognizer` decides: six pairs of hexadecimal digits, or three groups of four,
    less the broadcast address and nulls. RFC 7042, section 2.1.2 (documentation). 45 CFR
    164.514(b)(2)(i)(M).
    On 56 public files: no hits, and 5 placeholders: addresses of a made-up network.

    ## Known limits
    Other six-byte identifiers are written in the same way. Addresses that phones make up for each network
    are found like real ones.
    """

    code = "PII007"
    name = "pii-mac"
    severity = Severity.WARNING
    extra = "pii"
    headline = "{count} hardware addresses (values hidden)"
    help = HELP
    kinds = ("mac",)
    bad = (
        Example([chat("Which device?", "It is 3c:5a:b4" + ":1d:90:7e on the second port.")]),
        Example([chat("Which device?", "3c5a.b41d" + ".907e")], note="as Cisco writes them"),
    )
    good = (
        Example([chat("When?", "From 12:34:56 to 13:45:59.")]),
        Example([chat("Which mask?", "Broadcast is ff:ff:ff:ff:ff:ff.")]),
        Example([chat("Which hash?", "3c:5a:b4:1d:90:7e:11:52")], note="eight pairs"),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
