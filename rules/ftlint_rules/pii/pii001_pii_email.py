from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.pii.wording import HELP, told


class PiiEmail(Rule[Span]):
    """An e-mail address stands in the data.

    ## Why it matters
    An address names a person or leads to one. Models give addresses back word for word when they are
    asked for the person, and addresses that come up several times first of all; what was learnt cannot be
    taken out again.

    ## What to do
    Redact it before training: `ftlint data redact` puts a typed placeholder or a pseudonym in its place.
    Addresses that are meant to be learnt, such as your own support address, go under `allow` or
    `allow-domains` of `[pii]`.

    Addresses that stand for nobody (example.com, `yourname@yourdomain.com`, service accounts of machines) are
    told at `info`. Those of reserved top-level domains (`.test`, `.invalid`) are not told at all.

    ## References
    Presidio's `EmailRecognizer` decides: a pattern, and a top-level domain of the public suffix list.
    Carlini et al. 2021, "Extracting Training Data from Large Language Models", arXiv:2012.07805: contact
    data was among what a model gave back word for word. RFC 2606 and RFC 6761 reserve the example names.
    On 56 public files: 42 hits, 42 looked at, 40 true; 109 placeholders, all rightly so.

    ## Known limits
    An address spelled out ("ann at tamwick dot org") or written with other characters is not found. Role
    addresses (info@, support@) are found like those of persons.
    """

    code = "PII001"
    name = "pii-email"
    severity = Severity.WARNING
    extra = "pii"
    headline = "{count} e-mail addresses (values hidden)"
    help = HELP
    kinds = ("email",)
    bad = (
        Example([chat("How do I reach the shop?", "Write to jo.harrow" + "@" + "tamwick-pottery.com.")]),
        Example([chat("Log in as " + "mira+forum" + "@" + "quellbrunn-keramik.de.", "Done.")]),
        Example([chat("How do I reach you?", "Write to help@example.com.")], note="a placeholder: at info"),
    )
    good = (
        Example([chat("Make mean() a method.", "@staticmethod\ndef mean(values): ...")], note="a decorator"),
        Example([chat("Where is it?", "Ask @tamwick in the forum, or clone git@host:tamwick/pots.")]),
        Example([chat("What is an address?", "Two parts with an @ between them, such as name@machine.")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
